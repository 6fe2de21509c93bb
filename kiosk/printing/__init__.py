"""Prints slips that have a number on them."""
