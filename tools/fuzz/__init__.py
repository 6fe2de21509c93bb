"""Fuzzers that follow coverage, where a stranger's bytes come in: the form, and the words."""
