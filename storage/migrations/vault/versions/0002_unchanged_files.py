"""What finds an unchanged file and an unchanged tree again, so that importing again needn't read them."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sources get a stamp, empty where it isn't known; trees get a table."""
    op.add_column("source", sa.Column("stamp", sa.String(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "tree",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_tree"),
    )
