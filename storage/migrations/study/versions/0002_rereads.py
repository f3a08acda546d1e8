"""Cases that are read again: from when on, and where among the unread ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; first readings have none of it."""
    op.add_column("draw", sa.Column("after_days", sa.Integer(), nullable=True))
    op.add_column("reading_case", sa.Column("due_at_utc", sa.String(), nullable=True))
    op.add_column("reading_case", sa.Column("mix", sa.Float(), nullable=True))
