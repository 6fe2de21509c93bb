"""Converts a pack to a spreadsheet for editors, and back."""
