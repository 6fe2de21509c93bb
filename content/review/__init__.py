"""What changed between two packs, and what a person must be asked about."""
