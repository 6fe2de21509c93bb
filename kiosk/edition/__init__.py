"""The rendered pages as ready bytes in one file, with their addresses, modes and headers."""
