"""How the text line's model is learnt from examples, and what it made of a message."""
