"""Serves a district's schools, exports them as files, and checks the hosted files."""
