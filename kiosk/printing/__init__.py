"""Prints a slip with a number."""
