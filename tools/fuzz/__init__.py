"""Coverage-guided fuzzers for input from strangers: the form, and the words."""
