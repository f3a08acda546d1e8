"""Tables of the coordinator's choices about series, and of the series that wait for a choice."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables; nothing that was there changes."""
    op.create_table(
        "choice",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_choice"),
    )
    op.create_table(
        "held",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("plane", sa.String(), nullable=False),
        sa.Column("slices", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("series", name="pk_held"),
    )
