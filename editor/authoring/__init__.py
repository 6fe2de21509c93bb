"""Reading a pack's source folder, with file and line numbers, and editing it."""
