"""Designs, acts around the answers, and how far each case is. What an older schema held comes onto the chain of acts.

The words and hashes are written out here: a revision never changes, whatever becomes of the modules that go on writing.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TRIGGERS = (
    (
        "CREATE TRIGGER event_not_of_a_signed_case BEFORE INSERT ON event "
        "WHEN (SELECT kind FROM act WHERE \"case\" = NEW.\"case\" AND kind IN ('signed', 'reopened') "
        "ORDER BY seq DESC LIMIT 1) = 'signed' "
        "BEGIN SELECT RAISE(ABORT, 'the case is signed: its answers stand'); END"
    ),
    (
        "CREATE TRIGGER act_is_never_changed BEFORE UPDATE ON act "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is changed'); END"
    ),
    (
        "CREATE TRIGGER act_is_never_removed BEFORE DELETE ON act "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: no row is removed'); END"
    ),
    (
        "CREATE TRIGGER act_follows_the_last BEFORE INSERT ON act "
        "WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM act) "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows: numbers follow without a gap'); END"
    ),
    (
        "CREATE TRIGGER design_is_never_changed BEFORE UPDATE ON design "
        "BEGIN SELECT RAISE(ABORT, 'a design stands: a change is a new row'); END"
    ),
    (
        "CREATE TRIGGER design_is_never_removed BEFORE DELETE ON design "
        "BEGIN SELECT RAISE(ABORT, 'a design stands: a change is a new row'); END"
    ),
    (
        "CREATE TRIGGER assignment_is_never_changed BEFORE UPDATE OF "
        "code, reader, subject, round, position, draw, due_at_utc, mix ON reading_case "
        "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
    ),
    (
        "CREATE TRIGGER assignment_is_never_removed BEFORE DELETE ON reading_case "
        "BEGIN SELECT RAISE(ABORT, 'what was assigned stands'); END"
    ),
)
_WHY = "The study was brought from an older schema to schema 4"


def upgrade() -> None:
    """Make the tables, then say on the chain of acts what was found."""
    _make_tables()
    connection = op.get_bind()
    study = connection.execute(sa.text("SELECT * FROM study")).mappings().one_or_none()
    # a new file gets its study row, and with it the first design, after the tables
    if study is not None:
        _take_over(connection, dict(study))
    for trigger in _TRIGGERS:
        op.execute(trigger)


def _make_tables() -> None:
    op.add_column("reader", sa.Column("passphrase", sa.String(), nullable=True))
    op.add_column("event", sa.Column("role", sa.String(), nullable=True))
    op.add_column("event", sa.Column("round", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("design", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("design_sha256", sa.String(), nullable=True))
    op.add_column("event", sa.Column("clock_back_ms", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("place_sha256", sa.String(), nullable=True))
    op.create_table(
        "design",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_design"),
    )
    op.create_table(
        "case_progress",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("begun_at_utc", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["reading_case.code"], name="fk_case_progress_case_reading_case"),
        sa.PrimaryKeyConstraint("case", name="pk_case_progress"),
    )
    op.create_table(
        "act",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at_utc", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=True),
        sa.Column("case", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("design", sa.Integer(), nullable=True),
        sa.Column("clock_back_ms", sa.Integer(), nullable=True),
        sa.Column("after_event", sa.Integer(), nullable=False),
        sa.Column("event_hash", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_act"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_act_case", "act", ["case", "kind", "seq"], unique=False)


def _take_over(connection: sa.Connection, study: dict[str, object]) -> None:
    _summarise(connection)
    content = _canonical(_design(connection, study))
    digest = _sha256(content)
    connection.execute(
        sa.text("INSERT INTO design (id, content, sha256) VALUES (1, :content, :digest)"),
        {"content": content, "digest": digest},
    )
    deeds: list[tuple[str, str | None, dict[str, object]]] = [
        ("designed", None, {"design": 1, "sha256": digest, "why": _WHY, "study_sha256": _sha256(_canonical(study))})
    ]
    subjects = connection.execute(sa.text("SELECT code FROM subject ORDER BY code")).scalars().all()
    deeds += [("indexed", None, {"subject": code, "sha256": _index(connection, code)}) for code in subjects]
    deeds += _assignments(connection)
    _append(connection, str(study["token"]), deeds)


def _summarise(connection: sa.Connection) -> None:
    connection.execute(
        sa.text(
            'INSERT INTO case_progress ("case", answered, begun_at_utc) SELECT code, '
            "(SELECT COUNT(*) FROM event e WHERE e.\"case\" = code AND e.after != '' AND NOT EXISTS "
            '(SELECT 1 FROM event l WHERE l."case" = e."case" AND l.visit = e.visit AND l.feature = e.feature '
            "AND l.site = e.site AND l.seq > e.seq)), "
            '(SELECT e.at_utc FROM event e WHERE e."case" = code ORDER BY e.seq LIMIT 1) FROM reading_case'
        )
    )


def _design(connection: sa.Connection, study: dict[str, object]) -> dict[str, object]:
    from scoring.schemes.load import load_scheme  # noqa: PLC0415 - what the scheme's text says is for scoring alone

    scheme = load_scheme(str(study["scheme_toml"]), "study.db")
    draws = connection.execute(sa.text("SELECT reader, round, seed FROM draw ORDER BY id")).mappings().all()
    return {
        "scheme_id": scheme.id,
        "scheme_version": scheme.version,
        "scheme_sha256": scheme.sha256,
        "order": study["chronology"],
        "feature_order": [str(feature.code) for feature in scheme.features],
        "unit": "pair",
        "total_rule": "strict",
        "reread_n": None,
        "reread_after_days": None,
        "repeat_every": None,
        "readers": list(dict.fromkeys(row["reader"] for row in draws)),
        "seeds": [dict(row) for row in draws],
    }


def _index(connection: sa.Connection, subject: str) -> str:
    visits = "SELECT * FROM visit WHERE subject = :code ORDER BY number"
    series = "SELECT * FROM series WHERE subject = :code ORDER BY code"
    image = (
        "SELECT image.* FROM image JOIN series ON series.code = image.series WHERE series.subject = :code "
        "ORDER BY image.series, image.position"
    )
    found = [
        [
            {name: value for name, value in row.items() if value is not None}
            for row in connection.execute(sa.text(query), {"code": subject}).mappings()
        ]
        for query in (visits, series, image)
    ]
    return _sha256(_canonical(found))


def _assignments(connection: sa.Connection) -> list[tuple[str, str | None, dict[str, object]]]:
    deeds: list[tuple[str, str | None, dict[str, object]]] = []
    for draw in connection.execute(sa.text("SELECT * FROM draw ORDER BY id")).mappings().all():
        cases = connection.execute(
            sa.text(
                "SELECT code, subject, round, position, due_at_utc, mix FROM reading_case "
                "WHERE draw = :draw ORDER BY position"
            ),
            {"draw": draw["id"]},
        )
        deeds.append(("assigned", draw["reader"], {"draw": dict(draw), "cases": [list(case) for case in cases]}))
    return deeds


def _append(connection: sa.Connection, token: str, deeds: list[tuple[str, str | None, dict[str, object]]]) -> None:
    last = connection.execute(sa.text("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")).one_or_none()
    after, event_hash = (0, _sha256(f"ramris record of study {token}")) if last is None else tuple(last)
    previous = _sha256(f"ramris acts of study {token}")
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for number, (kind, reader, detail) in enumerate(deeds, 1):
        fields = {
            "seq": number,
            "at_utc": moment,
            "kind": kind,
            "role": "coordinator",
            "reader": reader,
            "detail": _canonical(detail),
            "design": 1,
            "after_event": after,
            "event_hash": event_hash,
        }
        rest = _canonical({name: value for name, value in fields.items() if value is not None})
        digest = _sha256(f"{previous}\n{rest}")
        connection.execute(
            sa.text(
                "INSERT INTO act (seq, at_utc, kind, role, reader, detail, design, after_event, event_hash, "
                "previous_hash, hash) VALUES (:seq, :at_utc, :kind, :role, :reader, :detail, :design, :after_event, "
                ":event_hash, :previous_hash, :hash)"
            ),
            {**fields, "previous_hash": previous, "hash": digest},
        )
        previous = digest


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
