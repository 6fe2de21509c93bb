"""Programs for Porchlight's developers; nothing here runs in a school."""
