"""One table of all checks of an installation, and the views of it."""
