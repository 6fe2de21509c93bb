"""Messages as codes; each language's catalog has their words."""
