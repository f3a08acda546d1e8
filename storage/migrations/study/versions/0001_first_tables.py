"""The first tables of study.db, and the triggers that let the record only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TRIGGERS = (
    (
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    (
        "CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
    (
        "CREATE TRIGGER event_follows_the_last BEFORE INSERT ON event "
        "WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM event) "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: numbers follow without a gap'); END"
    ),
)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "reader",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("last_case", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reader"),
    )
    op.create_table(
        "study",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("chronology", sa.String(), nullable=False),
        sa.Column("scheme_id", sa.String(), nullable=False),
        sa.Column("scheme_toml", sa.String(), nullable=False),
        sa.Column("scheme_sha256", sa.String(), nullable=False),
        sa.Column("created_at_utc", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_study_single"),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
    )
    op.create_table(
        "subject", sa.Column("code", sa.String(), nullable=False), sa.PrimaryKeyConstraint("code", name="pk_subject")
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["reader"], ["reader.id"], name="fk_draw_reader_reader"),
        sa.PrimaryKeyConstraint("id", name="pk_draw"),
    )
    op.create_table(
        "visit",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["subject.code"], name="fk_visit_subject_subject"),
        sa.PrimaryKeyConstraint("subject", "number", name="pk_visit"),
    )
    op.create_table(
        "reading_case",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["draw"], ["draw.id"], name="fk_reading_case_draw_draw"),
        sa.ForeignKeyConstraint(["reader"], ["reader.id"], name="fk_reading_case_reader_reader"),
        sa.ForeignKeyConstraint(["subject"], ["subject.code"], name="fk_reading_case_subject_subject"),
        sa.PrimaryKeyConstraint("code", name="pk_reading_case"),
        sa.UniqueConstraint("reader", "position", name="uq_reading_case_reader_position"),
        sa.UniqueConstraint("reader", "subject", "round", name="uq_reading_case_reader_subject_round"),
    )
    op.create_table(
        "series",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("plane", sa.String(), nullable=False),
        sa.Column("frame", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("row_spacing_mm", sa.Float(), nullable=False),
        sa.Column("column_spacing_mm", sa.Float(), nullable=False),
        sa.Column("slice_spacing_mm", sa.Float(), nullable=True),
        sa.Column("orientation", sa.JSON(), nullable=False),
        sa.Column("dtype", sa.String(), nullable=False),
        sa.Column("inverted", sa.Boolean(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
        sa.Column("window_low", sa.Float(), nullable=False),
        sa.Column("window_high", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject", "visit"], ["visit.subject", "visit.number"], name="fk_series_subject_visit_visit"
        ),
        sa.PrimaryKeyConstraint("code", name="pk_series"),
        sa.UniqueConstraint("subject", "visit", "position", name="uq_series_subject_visit_position"),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("feature", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("scheme_sha256", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["reading_case.code"], name="fk_event_case_reading_case"),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_answer", "event", ["case", "visit", "feature", "site", "seq", "after"], unique=False)
    op.create_table(
        "image",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("pixel_offset", sa.Integer(), nullable=False),
        sa.Column("x_mm", sa.Float(), nullable=False),
        sa.Column("y_mm", sa.Float(), nullable=False),
        sa.Column("z_mm", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["series"], ["series.code"], name="fk_image_series_series"),
        sa.PrimaryKeyConstraint("series", "position", name="pk_image"),
        sa.UniqueConstraint("uid", name="uq_image_uid"),
    )
    for trigger in _TRIGGERS:
        op.execute(trigger)
