"""The large directory of services: shards, index, search and verification."""
