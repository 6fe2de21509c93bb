"""HSDS, the Human Services Data Specification: import and export."""
