"""The tables of study.db: what a reader may see and all that readers write. Vault tables are in `vault_schema`.

Alembic's revisions make them on disk; a test holds the two against each other.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from storage.database.column_types import Listed, Number, Whole, YesNo

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row. `token` is random: the record's chain starts from it, so a row can't be carried over from another study.
study = Table(
    "study",
    metadata,
    Column("id", Whole, CheckConstraint("id = 1", name="single"), primary_key=True),
    Column("token", String, nullable=False),
    Column("chronology", String, nullable=False),
    Column("scheme_id", String, nullable=False),
    Column("scheme_toml", String, nullable=False),
    Column("scheme_sha256", String, nullable=False),
    Column("created_at_utc", String, nullable=False),
)

subject = Table("subject", metadata, Column("code", String, primary_key=True))

# `side`: L or R where the headers of the visit's series say one thing; NULL where they don't, and before schema 8
visit = Table(
    "visit",
    metadata,
    Column("subject", String, ForeignKey("subject.code"), primary_key=True),
    Column("number", Whole, primary_key=True),
    Column("side", String, nullable=True),
)

# `padding`: JSON of [[first, last], ...], stored values that were put around the images; NULL where none were, and
# before schema 9, whose windows count them. `pixels_sha256`: see `storage.index.pixel_digests`; NULL before schema 10
# `turn`: how the pictures are turned for showing; NULL as they are stored
series = Table(
    "series",
    metadata,
    Column("code", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("visit", Whole, nullable=False),
    Column("position", Whole, nullable=False),
    Column("kind", String, nullable=False),
    Column("plane", String, nullable=False),
    Column("frame", String, nullable=False),
    Column("rows", Whole, nullable=False),
    Column("columns", Whole, nullable=False),
    Column("row_spacing_mm", Number(), nullable=False),
    Column("column_spacing_mm", Number(), nullable=False),
    Column("slice_spacing_mm", Number(), nullable=True),
    Column("orientation", Listed(), nullable=False),
    Column("dtype", String, nullable=False),
    Column("inverted", YesNo(), nullable=False),
    Column("minimum", Whole, nullable=False),
    Column("maximum", Whole, nullable=False),
    Column("window_low", Number(), nullable=False),
    Column("window_high", Number(), nullable=False),
    Column("padding", String, nullable=True),
    Column("pixels_sha256", String, nullable=True),
    Column("turn", String, nullable=True),
    ForeignKeyConstraint(["subject", "visit"], ["visit.subject", "visit.number"]),
    UniqueConstraint("subject", "visit", "position"),
)

# One row a slice, `position` from 0 along the normal
image = Table(
    "image",
    metadata,
    Column("series", String, ForeignKey("series.code"), primary_key=True),
    Column("position", Whole, primary_key=True),
    Column("uid", String, nullable=False, unique=True),
    Column("file", String, nullable=False),
    Column("pixel_offset", Whole, nullable=False),
    Column("x_mm", Number(), nullable=False),
    Column("y_mm", Number(), nullable=False),
    Column("z_mm", Number(), nullable=False),
)

# How the study is read, every version of it: canonical JSON and its SHA-256. The last row holds:
# see `storage.record.designs`
design = Table(
    "design",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("content", String, nullable=False),
    Column("sha256", String, nullable=False),
)

# Schemes beside the study's own, each as one text; the design names them, with their hashes and their readers
further_scheme = Table(
    "further_scheme",
    metadata,
    Column("id", String, primary_key=True),
    Column("toml", String, nullable=False),
    Column("sha256", String, nullable=False),
)

# `passphrase` is argon2's own encoded hash, or NULL where none is set
reader = Table(
    "reader",
    metadata,
    Column("id", String, primary_key=True),
    Column("last_case", String, nullable=True),
    Column("passphrase", String, nullable=True),
)

# Each time subjects were drawn onto a worklist, and the seed that gives the same draw again. `after_days`: the wait
# that was asked for before a re-read; NULL for first readings
draw = Table(
    "draw",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("reader", String, ForeignKey("reader.id"), nullable=False),
    Column("round", Whole, nullable=False),
    Column("seed", Whole, nullable=False),
    Column("at_utc", String, nullable=False),
    Column("after_days", Whole, nullable=True),
)

# `place` is where the reader was, in the words of the reading room; it carries no answer. `position` is the order of
# drawing; a repeat (round 2) has a `mix` beside it, which chooses its place among what is unread when it comes: see
# `worklist`. `due_at_utc` is when that is; NULL is at once. `visits`: JSON of the subject's visits that the case shows,
# by position, which is what `event.visit` counts; NULL, before schema 12, is [1, 2]: see `case_visits`. `enrolment`:
# the number of the enrolment within the subject that it is a case of; NULL, before schema 15, is 1
reading_case = Table(
    "reading_case",
    metadata,
    Column("code", String, primary_key=True),
    Column("reader", String, ForeignKey("reader.id"), nullable=False),
    Column("subject", String, ForeignKey("subject.code"), nullable=False),
    Column("round", Whole, nullable=False),
    Column("position", Whole, nullable=False),
    Column("draw", Whole, ForeignKey("draw.id"), nullable=False),
    Column("place", String, nullable=True),
    Column("due_at_utc", String, nullable=True),
    Column("mix", Number(), nullable=True),
    Column("visits", String, nullable=True),
    Column("enrolment", Whole, nullable=True),
    UniqueConstraint("reader", "subject", "round", "visits"),
    UniqueConstraint("reader", "position"),
)

# What the worklist shows of a case, kept by each commit so that opening a study doesn't read its whole record.
# `answered`: answers that stand; `begun_at_utc`: when the first was given. An audit works both out from `event` again.
case_progress = Table(
    "case_progress",
    metadata,
    Column("case", String, ForeignKey("reading_case.code"), primary_key=True),
    Column("answered", Whole, nullable=False),
    Column("begun_at_utc", String, nullable=True),
)

# Cases that left the worklists because their subject or visit was excluded before anybody had begun them. An audit
# works them out from `act` again.
excluded_case = Table(
    "excluded_case",
    metadata,
    Column("case", String, ForeignKey("reading_case.code"), primary_key=True),
)

# Columns that came after schema 1 may be NULL, and what is NULL isn't sealed: older rows keep their hashes. `design`
# and `design_sha256` say how it was read; `clock_back_ms` by how much the clock had gone back since the row before;
# `place_sha256` seals the row of `grade_place`; `viewing` says what of the site had been seen (JSON of `viewings`).
# AUTOINCREMENT keeps the highest number given in sqlite_sequence: a last row cut off leaves a trace there
event = Table(
    "event",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=True),
    Column("at_utc", String, nullable=False),
    Column("reader", String, nullable=False),
    Column("case", String, ForeignKey("reading_case.code"), nullable=False),
    Column("visit", Whole, nullable=False),
    Column("feature", String, nullable=False),
    Column("site", String, nullable=False),
    Column("before", String, nullable=False),
    Column("after", String, nullable=False),
    Column("source", String, nullable=False),
    Column("scheme_sha256", String, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("role", String, nullable=True),
    Column("round", Whole, nullable=True),
    Column("design", Whole, nullable=True),
    Column("design_sha256", String, nullable=True),
    Column("clock_back_ms", Whole, nullable=True),
    Column("place_sha256", String, nullable=True),
    Column("viewing", String, nullable=True),
    # a covering index: the answers that stand are read from it alone
    Index("ix_event_answer", "case", "visit", "feature", "site", "seq", "after"),
    sqlite_autoincrement=True,
)

# Where an answer was seen, for those given with images in sight. `measured` and `marks` are aids: see `records`
grade_place = Table(
    "grade_place",
    metadata,
    Column("seq", Whole, ForeignKey("event.seq"), primary_key=True),
    Column("series", String, nullable=False),
    Column("slice_index", Whole, nullable=False),
    Column("x_mm", Number(), nullable=False),
    Column("y_mm", Number(), nullable=False),
    Column("z_mm", Number(), nullable=False),
    Column("window_low", Number(), nullable=False),
    Column("window_high", Number(), nullable=False),
    Column("measured", String, nullable=False),
    Column("measured_value", Number(), nullable=True),
    Column("marks", String, nullable=False),
)

# What was done around the answers: signed, reopened, parked, designed, assigned ... (`storage.record.acts` lists them),
# a chain of its own. `after_event` and `event_hash` say where between the events it stands; `detail` is canonical JSON.
act = Table(
    "act",
    metadata,
    Column("seq", Whole, primary_key=True, autoincrement=True),
    Column("at_utc", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("role", String, nullable=False),
    Column("reader", String, nullable=True),
    Column("case", String, nullable=True),
    Column("detail", String, nullable=False),
    Column("design", Whole, nullable=True),
    Column("clock_back_ms", Whole, nullable=True),
    Column("after_event", Whole, nullable=False),
    Column("event_hash", String, nullable=False),
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False),
    Index("ix_act_case", "case", "kind", "seq"),
    sqlite_autoincrement=True,
)

# Where a row came from that was merged from a copy: `chain` and `seq` name it here, `merge` the act that tells of it;
# the others are what it held there and doesn't here, so that the hash that it had there can be worked out again;
# `there_fields` is that of a reader's own copy, as canonical JSON.
origin = Table(
    "origin",
    metadata,
    Column("id", Whole, primary_key=True),
    Column("chain", String, nullable=False),
    Column("seq", Whole, nullable=False),
    Column("merge", Whole, nullable=False),
    Column("there_seq", Whole, nullable=False),
    Column("there_clock_back_ms", Whole, nullable=True),
    Column("there_after_event", Whole, nullable=True),
    Column("there_event_hash", String, nullable=True),
    Column("there_previous_hash", String, nullable=False),
    Column("there_hash", String, nullable=False),
    Column("there_fields", String, nullable=True),
    UniqueConstraint("chain", "there_hash"),
)

# INSERT OR REPLACE removes a row without firing a DELETE trigger; the third one leaves no number to replace.
TRIGGERS: Final = {
    "event_is_never_changed": (
        "CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    "event_is_never_removed": (
        "CREATE TRIGGER event_is_never_removed BEFORE DELETE ON event "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
    "grade_place_is_never_changed": (
        "CREATE TRIGGER grade_place_is_never_changed BEFORE UPDATE ON grade_place "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    "grade_place_is_never_removed": (
        "CREATE TRIGGER grade_place_is_never_removed BEFORE DELETE ON grade_place "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
    "event_follows_the_last": (
        "CREATE TRIGGER event_follows_the_last BEFORE INSERT ON event "
        "WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM event) "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: numbers follow without a gap'); END"
    ),
    "event_not_of_a_signed_case": (
        "CREATE TRIGGER event_not_of_a_signed_case BEFORE INSERT ON event "
        "WHEN (SELECT kind FROM act WHERE \"case\" = NEW.\"case\" AND kind IN ('signed', 'reopened') "
        "ORDER BY seq DESC LIMIT 1) = 'signed' "
        "BEGIN SELECT RAISE(ABORT, 'the case is signed: its answers stand'); END"
    ),
    "act_is_never_changed": (
        "CREATE TRIGGER act_is_never_changed BEFORE UPDATE ON act "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    "act_is_never_removed": (
        "CREATE TRIGGER act_is_never_removed BEFORE DELETE ON act "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
    "act_follows_the_last": (
        "CREATE TRIGGER act_follows_the_last BEFORE INSERT ON act "
        "WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM act) "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: numbers follow without a gap'); END"
    ),
    "design_is_never_changed": (
        "CREATE TRIGGER design_is_never_changed BEFORE UPDATE ON design "
        "BEGIN SELECT RAISE(ABORT, 'a design stands: a change is a new row'); END"
    ),
    "design_is_never_removed": (
        "CREATE TRIGGER design_is_never_removed BEFORE DELETE ON design "
        "BEGIN SELECT RAISE(ABORT, 'a design stands: a change is a new row'); END"
    ),
    "further_scheme_is_never_changed": (
        "CREATE TRIGGER further_scheme_is_never_changed BEFORE UPDATE ON further_scheme "
        "BEGIN SELECT RAISE(ABORT, 'a scheme stands: other words are another scheme'); END"
    ),
    "assignment_is_never_changed": (
        "CREATE TRIGGER assignment_is_never_changed BEFORE UPDATE OF "
        "code, reader, subject, round, position, draw, due_at_utc, mix, visits, enrolment ON reading_case "
        "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
    ),
    "assignment_is_never_removed": (
        "CREATE TRIGGER assignment_is_never_removed BEFORE DELETE ON reading_case "
        "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
    ),
    "origin_is_never_changed": (
        "CREATE TRIGGER origin_is_never_changed BEFORE UPDATE ON origin "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    "origin_is_never_removed": (
        "CREATE TRIGGER origin_is_never_removed BEFORE DELETE ON origin "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
}
