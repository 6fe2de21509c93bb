"""The changes between two packs, and which of them a person must be asked about."""
