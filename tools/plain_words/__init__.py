"""The linter of plain words: it counts odd sentences, and no file's count may grow."""
