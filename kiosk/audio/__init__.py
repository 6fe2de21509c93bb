"""What the screen reads aloud."""
