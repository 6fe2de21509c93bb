"""Anonymous counts by day, channel and topic."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "counts",
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("door", sa.String(20), primary_key=True),
        sa.Column("topic", sa.String(60), primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
