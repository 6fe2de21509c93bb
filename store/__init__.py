"""The text line's database: engine and migrations, group commit, what waits while it is away,
counts."""
