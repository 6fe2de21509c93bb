"""Trains the text line's model on examples, and explains the model's decisions."""
