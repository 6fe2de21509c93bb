"""Measures speed and size relative to peers in one run. Not a test: figures vary by machine."""
