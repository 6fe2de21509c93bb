"""Keeping a running installation in order: settings that the desk changed."""
