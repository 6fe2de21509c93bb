"""Finds the changes between two packs, and decides which of them a person must approve."""
