"""Imports other organizations' services and exports ours."""
