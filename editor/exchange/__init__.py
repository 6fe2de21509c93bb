"""Imports others' services and exports ours."""
