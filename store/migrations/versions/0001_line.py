"""The line's tables: a day's handled messages, and opt-outs if the carrier keeps no list."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "handled",
        sa.Column("sid_hash", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(120), nullable=False),
        sa.Column("handled_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "opt_out",
        sa.Column("sender_hash", sa.String(64), primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
