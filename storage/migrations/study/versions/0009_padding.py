"""Column for the values that were put around the images of a series, so that nobody takes them for anatomy."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of series that are there already nobody said it, and they are shown as before."""
    op.add_column("series", sa.Column("padding", sa.String(), nullable=True))
