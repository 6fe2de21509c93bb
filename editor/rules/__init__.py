"""The rules that only an author needs."""
