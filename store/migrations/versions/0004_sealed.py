"""Seals reply codes and topics and makes times coarse. Drops earlier messages and counts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Recreate both tables, because their rows have unsealed topics and there is no key here."""
    op.drop_table("handled")
    op.create_table(
        "handled",
        sa.Column("sid_hash", sa.String(64), primary_key=True),
        sa.Column("sealed", sa.String(160), nullable=False),
        sa.Column("handled_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.drop_table("counts")
    op.create_table(
        "counts",
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("door", sa.String(20), primary_key=True),
        sa.Column("topic", sa.String(80), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute("update opt_out set since = since - since % 86400")
