"""Makes the files that the program carries: fonts, tables, word lists, the pinned set."""
