"""Fuzzers that follow coverage, for the two places where a stranger's bytes come in: the form, and
the words."""
