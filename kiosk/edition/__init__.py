"""An edition: all rendered pages as ready bytes in one file, with modes and headers."""
