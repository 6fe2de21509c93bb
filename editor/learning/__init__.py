"""Training the text line's model on examples, and explaining its decisions."""
