"""What someone hears who calls the number."""
