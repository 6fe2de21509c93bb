"""The slip with a number, on paper."""
