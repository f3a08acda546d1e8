"""Column for the digest of a series' pixels, so that an audit finds image files that were changed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of series that are there already nothing is on record, and an audit says so."""
    op.add_column("series", sa.Column("pixels_sha256", sa.String(), nullable=True))
