"""The large directory of services: its list, its index, search and verification."""
