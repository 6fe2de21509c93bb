"""Messages as codes; a catalog for each language has their words."""
