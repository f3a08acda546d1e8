"""Renaming of a reader: another name beside the id on the record, for a reason, and the way back."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from scoring.design import reader_ids
from scoring.design.read_design import ReadDesign
from scoring.values import replace
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import designs, study_lock


def rename(connection: Connection, typed: str, name: str, why: str) -> str:
    """Call a reader by another name from now on; the id on the record. What was read, and where, stays as it is.

    By the id on the record again: as `take_name_back`.

    Raises:
        UnknownReader: nobody is called so.
        StudyError: no reason, no name that table programs leave alone, or another reader's.
    """
    reason = study_lock.checked_reason(why, needed=True)
    reader = designs.known(connection, typed)
    design = designs.current(connection).design
    if name == reader and reader in design.called:
        return take_name_back(connection, typed, why)
    if name in {reader, design.called.get(reader)}:
        raise StudyError(f"{typed} is called {name} already; nothing was changed")
    refused = reader_ids.refusal(name)
    if refused:
        raise StudyError(f"Reader {name!a:.60}: {refused}")
    other = design.id_of(name)
    ids = connection.execute(select(tables.reader.c.id)).scalars().all()
    # table programs may take names for one that differ in capitals alone
    taken = {item.casefold() for item in (*ids, *design.called.values())} - {reader.casefold()}
    if other != name or name.casefold() in taken:
        raise StudyError(
            f"{name} is another reader of this study, and two can't become one. If {typed} was a mistake for {name}, "
            f"take the unread cases back (`ramris study take-back`), then assign their subjects to {name}"
        )
    designs.lay_down(connection, _with(design, {**design.called, reader: name}), reason)
    return reader


def take_name_back(connection: Connection, typed: str, why: str) -> str:
    """Undo: a reader is called by the id again, which is returned. Raises as `rename`, or there is no other name."""
    reason = study_lock.checked_reason(why, needed=True)
    reader = designs.known(connection, typed)
    design = designs.current(connection).design
    if reader not in design.called:
        raise StudyError(f"{reader} was never given another name; nothing was changed")
    left = {id_: name for id_, name in design.called.items() if id_ != reader}
    designs.lay_down(connection, _with(design, left), reason)
    return reader


def _with(design: ReadDesign, called_: Mapping[str, str]) -> ReadDesign:
    return replace(design, names=tuple(sorted(called_.items())))
