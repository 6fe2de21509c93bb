"""Maintaining a running installation: backup, versions of the program, settings."""
