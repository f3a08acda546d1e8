"""Column for what a row held in a reader's copy that was written for that reader alone: design, round and series."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; rows of older merges differed in nothing else."""
    op.add_column("origin", sa.Column("there_fields", sa.String(), nullable=True))
