"""Settings and secrets: the sections as types, and the code that reads them."""
