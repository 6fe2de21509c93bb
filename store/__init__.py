"""The database: engine and migrations, group commit, spool, counts."""
