"""Keeps the releases on this machine's disk and makes new ones."""
