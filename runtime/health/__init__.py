"""A table of all checks of an installation, and views of the table."""
