"""Table of the cases that left the worklists because their subject or visit was excluded."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; in an older study nothing was excluded."""
    op.create_table(
        "excluded_case",
        sa.Column("case", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["reading_case.code"], name="fk_excluded_case_case_reading_case"),
        sa.PrimaryKeyConstraint("case", name="pk_excluded_case"),
    )
