"""Adds the date on which this database was created, because earlier months were not counted."""

import time

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add a row to the counts, with day 0 if anything was counted before this migration."""
    counted = op.get_bind().execute(sa.text("select count(*) from counts")).scalar()
    today = 0 if counted else int(time.time()) // 86_400
    row = sa.text("insert into counts (day, door, topic, number) values (:day, 'since', '', 0)")
    op.execute(row.bindparams(day=today))
