"""Prints the slip with a number."""
