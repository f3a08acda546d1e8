"""Column for what of a site had been seen when it was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of answers that are there already nobody counted it."""
    op.add_column("event", sa.Column("viewing", sa.String(), nullable=True))
