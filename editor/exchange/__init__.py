"""Imports others' services, exports ours."""
