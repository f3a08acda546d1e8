"""Notes at sites become acts of the record; what was noted before is told there, with when it was noted."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tell each note in its order, then let go of the table that anybody could write into."""
    connection = op.get_bind()
    notes = connection.execute(sa.text("SELECT * FROM site_note ORDER BY id")).mappings().all()
    for note in notes:
        _append(connection, dict(note))
    op.drop_index("ix_site_note_case", "site_note")
    op.drop_table("site_note")


def _append(connection: sa.Connection, note: dict[str, object]) -> None:
    detail = {
        "visit": note["visit"],
        "feature": note["feature"],
        "site": note["site"],
        "note": note["note"],
        "unsure": bool(note["unsure"]),
        "at_utc": note["at_utc"],
    }
    token = connection.execute(sa.text("SELECT token FROM study")).scalar_one()
    last = connection.execute(sa.text("SELECT seq, at_utc, hash FROM act ORDER BY seq DESC LIMIT 1")).one_or_none()
    seq, before, previous = (0, "", _sha256(f"ramris acts of study {token}")) if last is None else tuple(last)
    event = connection.execute(sa.text("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")).one_or_none()
    after, event_hash = (0, _sha256(f"ramris record of study {token}")) if event is None else tuple(event)
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    fields = {
        "seq": seq + 1,
        "at_utc": moment,
        "kind": "noted",
        "role": "reader",
        "reader": note["reader"],
        "case": note["case"],
        "detail": _canonical(detail),
        "design": connection.execute(sa.text("SELECT max(id) FROM design")).scalar_one(),
        "clock_back_ms": _back_ms(before, moment),
        "after_event": after,
        "event_hash": event_hash,
    }
    rest = _canonical({name: value for name, value in fields.items() if value is not None})
    connection.execute(
        sa.text(
            'INSERT INTO act (seq, at_utc, kind, role, reader, "case", detail, design, clock_back_ms, after_event, '
            "event_hash, previous_hash, hash) VALUES (:seq, :at_utc, :kind, :role, :reader, :case, :detail, :design, "
            ":clock_back_ms, :after_event, :event_hash, :previous_hash, :hash)"
        ),
        {**fields, "previous_hash": previous, "hash": _sha256(f"{previous}\n{rest}")},
    )


def _back_ms(before: str, now: str) -> int | None:
    if now >= before:
        return None
    return round((datetime.fromisoformat(before) - datetime.fromisoformat(now)).total_seconds() * 1000)


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()
