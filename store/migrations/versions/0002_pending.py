"""Replies still to be sent after an outage, and our position in the carrier's list."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "outbox",
        sa.Column("sid", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("written_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("sent_hash", sa.String(64), nullable=False),
    )
    op.create_table(
        "carrier_list",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("read_until", sa.BigInteger, nullable=False),
    )
