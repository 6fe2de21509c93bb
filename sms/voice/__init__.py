"""What a caller to the number hears."""
