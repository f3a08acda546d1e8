"""Column for the hand that a visit shows, so that the drawing of the wrist is on the right side from the start."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of visits that are there already nobody said it."""
    op.add_column("visit", sa.Column("side", sa.String(), nullable=True))
