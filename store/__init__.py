"""The database: its engine and migrations, group commit, the spool and the counts."""
