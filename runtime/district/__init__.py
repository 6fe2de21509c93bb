"""A district's schools: serving them, exporting them as files, and checking the hosted files."""
