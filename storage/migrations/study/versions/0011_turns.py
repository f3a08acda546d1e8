"""Column for how the pictures of a series are turned for showing: stored pixels and coordinates stay as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; series that are there already are shown as they are stored, as before."""
    op.add_column("series", sa.Column("turn", sa.String(), nullable=True))
