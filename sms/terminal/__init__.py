"""The text line from a terminal: a drawn phone, and messages from standard input."""
