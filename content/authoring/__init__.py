"""A pack's source folder: reading it with file and line, and editing it."""
