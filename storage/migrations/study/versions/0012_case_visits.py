"""Column for the visits that a case shows, so that scans of one subject can be cases of their own.

One subject may then have several cases in a round, and SQLite changes a table's constraint only with the table made
anew: what refers to it is looked at again when the transaction ends.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_GUARDS = {
    "assignment_is_never_changed": (
        "CREATE TRIGGER assignment_is_never_changed BEFORE UPDATE OF "
        "code, reader, subject, round, position, draw, due_at_utc, mix ON reading_case "
        "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
    ),
    "assignment_is_never_removed": (
        "CREATE TRIGGER assignment_is_never_removed BEFORE DELETE ON reading_case "
        "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
    ),
}
_COLUMNS = "code, reader, subject, round, position, draw, place, due_at_utc, mix"


def upgrade() -> None:
    """Make the table anew with the column; cases that are there already show visits 1 and 2, as before."""
    op.execute("PRAGMA defer_foreign_keys = ON")
    for name in _GUARDS:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("CREATE TEMPORARY TABLE kept_case AS SELECT * FROM reading_case")
    op.execute("DELETE FROM reading_case")
    op.drop_table("reading_case")
    op.create_table(
        "reading_case",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("due_at_utc", sa.String(), nullable=True),
        sa.Column("mix", sa.Float(), nullable=True),
        sa.Column("visits", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["draw"], ["draw.id"], name="fk_reading_case_draw_draw"),
        sa.ForeignKeyConstraint(["reader"], ["reader.id"], name="fk_reading_case_reader_reader"),
        sa.ForeignKeyConstraint(["subject"], ["subject.code"], name="fk_reading_case_subject_subject"),
        sa.PrimaryKeyConstraint("code", name="pk_reading_case"),
        sa.UniqueConstraint("reader", "position", name="uq_reading_case_reader_position"),
        sa.UniqueConstraint("reader", "subject", "round", "visits", name="uq_reading_case_reader_subject_round_visits"),
    )
    op.execute(f"INSERT INTO reading_case ({_COLUMNS}) SELECT {_COLUMNS} FROM kept_case")  # noqa: S608 - our own names
    op.execute("DROP TABLE kept_case")
    for guard in _GUARDS.values():
        op.execute(guard)
