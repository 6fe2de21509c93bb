"""Settings and secrets: the sections as types, and how they are read."""
