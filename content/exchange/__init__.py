"""Services of others in, ours out."""
