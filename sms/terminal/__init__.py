"""The text line in a terminal: a drawn phone or standard input."""
