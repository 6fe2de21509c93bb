"""Messages as codes; each language's catalog has the wording."""
