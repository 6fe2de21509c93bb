"""HSDS, the Human Services Data Specification: drafts in, feed out."""
