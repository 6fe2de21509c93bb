"""Rules that only authors need."""
