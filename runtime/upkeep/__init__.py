"""Keeping a running installation in order: backup, versions of the program, settings."""
