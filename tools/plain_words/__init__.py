"""The plain-words linter: it counts odd sentences, and no file's count may grow."""
