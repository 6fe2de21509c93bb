"""One table of everything that is judged of an installation, and its projections."""
