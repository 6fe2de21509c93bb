"""Coverage-guided fuzzers for input from strangers: forms and words."""
