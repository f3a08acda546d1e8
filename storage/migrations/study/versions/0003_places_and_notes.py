"""Tables for where each grade was seen and measured, and for what the reader noted at a site."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TRIGGERS = (
    (
        "CREATE TRIGGER grade_place_is_never_changed BEFORE UPDATE ON grade_place "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    (
        "CREATE TRIGGER grade_place_is_never_removed BEFORE DELETE ON grade_place "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
)


def upgrade() -> None:
    """Make the tables; grades given before have no place."""
    op.create_table(
        "grade_place",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("slice_index", sa.Integer(), nullable=False),
        sa.Column("x_mm", sa.Float(), nullable=False),
        sa.Column("y_mm", sa.Float(), nullable=False),
        sa.Column("z_mm", sa.Float(), nullable=False),
        sa.Column("window_low", sa.Float(), nullable=False),
        sa.Column("window_high", sa.Float(), nullable=False),
        sa.Column("measured", sa.String(), nullable=False),
        sa.Column("measured_value", sa.Float(), nullable=True),
        sa.Column("marks", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["event.seq"], name="fk_grade_place_seq_event"),
        sa.PrimaryKeyConstraint("seq", name="pk_grade_place"),
    )
    op.create_table(
        "site_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["reading_case.code"], name="fk_site_note_case_reading_case"),
        sa.PrimaryKeyConstraint("id", name="pk_site_note"),
    )
    op.create_index("ix_site_note_case", "site_note", ["case"], unique=False)
    for trigger in _TRIGGERS:
        op.execute(trigger)
