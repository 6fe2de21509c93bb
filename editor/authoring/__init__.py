"""Reads and edits a pack's source folder; problems have a file and a line."""
