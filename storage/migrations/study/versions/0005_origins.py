"""Table of origins: where rows of the record came from that were brought over from a copy, and its guards."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TRIGGERS = (
    (
        "CREATE TRIGGER origin_is_never_changed BEFORE UPDATE ON origin "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    (
        "CREATE TRIGGER origin_is_never_removed BEFORE DELETE ON origin "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
)


def upgrade() -> None:
    """Make the table; an older study has merged nothing."""
    op.create_table(
        "origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("merge", sa.Integer(), nullable=False),
        sa.Column("there_seq", sa.Integer(), nullable=False),
        sa.Column("there_clock_back_ms", sa.Integer(), nullable=True),
        sa.Column("there_after_event", sa.Integer(), nullable=True),
        sa.Column("there_event_hash", sa.String(), nullable=True),
        sa.Column("there_previous_hash", sa.String(), nullable=False),
        sa.Column("there_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_origin"),
        sa.UniqueConstraint("chain", "there_hash", name="uq_origin_chain_there_hash"),
    )
    for trigger in _TRIGGERS:
        op.execute(trigger)
