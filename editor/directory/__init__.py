"""The large directory: a file of services, judged and laid out in shards."""
