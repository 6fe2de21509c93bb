"""Posters, wallet cards and the sheet for parents, as PDF."""
