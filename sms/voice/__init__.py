"""Answers calls to the text line's number."""
