"""Stamps that find an unchanged file and tree again, and the facts of a series that the protocol check needs."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Sources get a stamp and series their facts, empty where they aren't known; trees get a table."""
    op.add_column("source", sa.Column("stamp", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("series", sa.Column("facts", sa.JSON(), nullable=False, server_default=sa.text("'{}'")))
    op.create_table(
        "tree",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_tree"),
    )
