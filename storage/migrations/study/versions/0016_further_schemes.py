"""Table of the schemes beside the study's own, each with readers and worklists of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_GUARD = (
    "CREATE TRIGGER further_scheme_is_never_changed BEFORE UPDATE ON further_scheme "
    "BEGIN SELECT RAISE(ABORT, 'a scheme stands: other words are another scheme'); END"
)


def upgrade() -> None:
    """Make the table and its guard; an older study has its own scheme alone."""
    op.create_table(
        "further_scheme",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("toml", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_further_scheme"),
    )
    op.execute(_GUARD)
