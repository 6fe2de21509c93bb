"""Reply codes and topics sealed, times coarse. What was handled and counted before is dropped."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make both tables anew: what stands in them says topics in clear, and no key is at hand."""
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
