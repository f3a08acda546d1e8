"""The versions of a study's design: which one holds, and how another takes its place on the record."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from scoring.design.read_design import PASSPHRASE, ReadDesign, design_from
from scoring.errors import DesignRefused
from storage.database import study_schema as tables
from storage.errors import MENDING, RecordDamaged, UnknownReader
from storage.record import acts
from storage.record.chain import canonical

_STAMP: Final = select(tables.design.c.id, tables.design.c.sha256).order_by(tables.design.c.id.desc()).limit(1)


class Stamped(Struct, frozen=True):
    """A design with the number and the hash that rows of the record carry."""

    id: int
    sha256: str
    design: ReadDesign


class Version(Struct, frozen=True):
    """When a design was laid down, and why."""

    id: int
    sha256: str
    at_utc: str
    why: str


def current(connection: Connection) -> Stamped:
    """The design that holds; RecordDamaged when it isn't what its hash says."""
    table = tables.design.c
    row = connection.execute(select(tables.design).order_by(table.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise RecordDamaged(f"The study doesn't say how it is read: {MENDING}")
    if sha256(row.content.encode()).hexdigest() != row.sha256:
        raise RecordDamaged(f"Design {row.id} was changed after it was recorded: {MENDING}")
    return Stamped(row.id, row.sha256, design_from(row.content))


def versions(connection: Connection) -> tuple[Version, ...]:
    """Every version in order, as the record tells of it."""
    return tuple(
        Version(act.said["design"], act.said["sha256"], act.at_utc, act.said["why"])
        for act in acts.of_kind(connection, "designed")
    )


def stamp(connection: Connection) -> tuple[int, str]:
    """The number and the hash of the design that holds, for the rows that are given under it."""
    row = connection.execute(_STAMP).one()
    return row.id, row.sha256


def lay_down(connection: Connection, design: ReadDesign, why: str) -> Stamped:
    """Put a design in the place of the one before, with its reason on the record. The same one again is nothing."""
    held: int | None = connection.execute(select(func.max(tables.design.c.id))).scalar_one()
    if held is not None:
        found = current(connection)
        if found.design == design:
            return found
    number = (held or 0) + 1
    connection.execute(insert(tables.design).values(id=number, content=design.content, sha256=design.sha256))
    detail = {"design": number, "sha256": design.sha256, "why": why}
    if held is None:
        detail["study_sha256"] = study_sha256(connection)
    acts.append(connection, acts.Deed("designed", acts.COORDINATOR, detail))
    return Stamped(number, design.sha256, design)


def called(connection: Connection) -> Mapping[str, str]:
    """What each reader is called who has another name than the id, by id."""
    return current(connection).design.called


def id_of(connection: Connection, typed: str) -> str:
    """The id of the reader who is called so now, else what was typed: an id, or nobody yet."""
    return current(connection).design.id_of(typed)


def known(connection: Connection, typed: str) -> str:
    """The id of a reader who was given something, by name or id; UnknownReader: it is nobody's."""
    found = id_of(connection, typed)
    if connection.execute(select(tables.reader.c.id).where(tables.reader.c.id == found)).first() is None:
        reader = typed
        raise UnknownReader(f"Reader {reader!a} has no worklist here; `ramris study assign` makes one")
    return found


def asks_who_acts(connection: Connection) -> bool:
    """Whether the coordinator's door asks for a passphrase. A design that was edited is told by the audit, not here."""
    newest = select(tables.design.c.content).order_by(tables.design.c.id.desc()).limit(1)
    return f'"acting":"{PASSPHRASE}"' in (connection.execute(newest).scalar_one_or_none() or "")


def check_reason(connection: Connection, why: str) -> None:
    """Refuse a change without a reason once there is a grade."""
    begun = connection.execute(select(tables.event.c.seq).limit(1)).one_or_none() is not None
    if begun and not why.strip():
        raise DesignRefused("Grades were given under this design. Give the reason for the change: --why TEXT")


def study_sha256(connection: Connection) -> str:
    """The hash of the one row that says what the study is."""
    row = connection.execute(select(tables.study)).mappings().one()
    return sha256(canonical(dict(row)).encode()).hexdigest()
