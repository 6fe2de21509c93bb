"""All pages as ready bytes in one file, with addresses, modes and headers."""
