"""A pack's source folder: read with file and line, and edited."""
