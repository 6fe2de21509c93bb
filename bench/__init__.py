"""Measures speed and size as ratios to peers in one run. Never a test: figures vary by machine."""
