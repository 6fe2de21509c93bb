"""Programs for those who build Porchlight; nothing here runs in a school."""
