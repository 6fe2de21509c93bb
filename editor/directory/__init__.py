"""The large directory: a file of services, checked and split into shards."""
