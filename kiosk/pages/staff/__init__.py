"""The pages for school staff: how to report, an index, and one page for each part."""
