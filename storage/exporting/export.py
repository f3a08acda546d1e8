"""A study's answers as files that a statistician can open. Reads study.db alone; the vault stays shut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from scoring.design.final_plan import plan_of
from scoring.schemes.scheme import Scheme
from storage.audit import verification
from storage.database import study_schema as study_tables
from storage.errors import StudyError
from storage.exporting.folder import WrittenFile, export_folder
from storage.exporting.rows.aids import aids
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.snapshot import readings
from storage.exporting.tables.visits import InTime, VisitNames
from storage.exporting.writing import Wish, write_files
from storage.files.layout import HIDDEN
from storage.record import chain as links
from storage.record import study_lock
from storage.record.snapshot import still_view
from storage.record.study_file import StudyRow
from storage.record.study_lock import StudyLock
from storage.version import VERSION
from storage.worklists import purposes

_CHRONOLOGY: Final = {"known": "KNOWN", "hidden": "BLINDED", "single": "SINGLE"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written where, and which record it is of: how many events, its head hash, and whether it is locked."""

    out: Path
    files: tuple[WrittenFile, ...]
    events: int
    head: str
    locked: bool

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files."""
        return tuple(self.out / file.name for file in self.files)

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        record = {"events": self.events, "head_sha256": self.head}
        files = [file.as_json() for file in self.files]
        return {"out": str(self.out), "locked": self.locked, "record": record, "files": files}


def export_study(study: Path, out: Path, wish: Wish | None = None, in_time: InTime | None = None) -> Exported:
    """Write the tables, their dictionaries, the data package and import scripts into the folder `out`.

    The record is verified first. An earlier export there is replaced. The same record gives the same bytes.

    Args:
        study: its folder.
        out: where to.
        wish: what else to write.
        in_time: what the vault knows of a hidden order; visits are then given in time. None gives them as they were
            shown.

    Raises:
        RecordDamaged: the record doesn't verify; nothing was written.
        StudyError: `out` holds something that no export wrote, or lies inside the study.
        NotSaved: `out` can't be written.
    """
    if out.resolve().is_relative_to(study.resolve()):
        raise StudyError(f"export {out.name}: not inside the study folder, which readers get; choose another folder")
    # one view of the file for the check and for the rows: what is exported is what was verified
    with still_view(study) as (store, row), store.reading() as connection:
        events = verification.verify(connection, row.scheme).events
        head = _head(connection)
        lock = study_lock.held(connection)
        sheets = [_sheet(connection, row, scheme, in_time) for scheme in row.schemes.all]
    wish = wish or Wish()
    facts = _facts(sheets, events, head, lock, row, identities=bool(wish.identities))
    with export_folder(out) as building:
        files = write_files(building, sheets, wish, facts, head.at_utc)
    return Exported(out, files, events, head.sha256, locked=lock is not None)


@dataclass(frozen=True, slots=True)
class _Head:
    """The head of the record, and the time of its last event; that of the study itself while there is none."""

    sha256: str
    at_utc: str


def _head(connection: Connection) -> _Head:
    event = study_tables.event.c
    last = select(event.at_utc).order_by(event.seq.desc()).limit(1)
    at: str | None = connection.execute(last).scalar_one_or_none()
    if at is None:
        at = connection.execute(select(study_tables.study.c.created_at_utc)).scalar_one()
    return _Head(links.head(connection).hash, at)


def _named(scheme: Scheme) -> dict[str, str]:
    return {"id": scheme.id, "version": scheme.version, "sha256": scheme.sha256}


def _sheet(connection: Connection, row: StudyRow, scheme: Scheme, in_time: InTime | None) -> Sheet:
    """All readings by one scheme."""
    visits = VisitNames(ordered=row.order != HIDDEN or in_time is not None, in_time=in_time or InTime())
    primary = purposes.primary(connection, row.design.design)
    found = readings(connection, scheme, row.schemes)
    design = row.design.design
    plan = plan_of(design, design.further_with(scheme.sha256))
    return Sheet(scheme, _CHRONOLOGY[row.order], visits, found, primary, aids(connection), plan)


def _facts(
    sheets: Sequence[Sheet], events: int, head: _Head, lock: StudyLock | None, row: StudyRow, *, identities: bool
) -> dict[str, object]:
    sheet, *others = sheets
    schemes, design = [_named(one.scheme) for one in (sheet, *others)], row.design
    return {
        "program": VERSION,
        # the same in every export of this study, and no other's
        "study": sha256(row.token.encode()).hexdigest(),
        "scheme": schemes[0],
        **({"further_schemes": schemes[1:]} if others else {}),
        "chronology": sheet.chronology,
        "visits_in_time": sheet.visits.ordered,
        "design": {"version": design.id, "sha256": design.sha256},
        "record": {"events": events, "head_sha256": head.sha256, "head_utc": head.at_utc},
        "identities": identities,
        "locked": None if lock is None else lock.as_json(),
    }
