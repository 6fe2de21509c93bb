"""The pages for the adults of a school: how to report, an index, and one page for each part."""
