"""Measures speed and size as ratios to peers in one run. Not a test: figures vary by machine."""
