"""Makes the files that ship with the program: fonts, tables, word lists, the pinned set."""
