"""Retiring a reader: nothing more is given, what is unread goes, what was read stays. With a reason, and undone."""

from __future__ import annotations

from sqlalchemy import Connection

from scoring.values import replace
from storage.errors import StudyError
from storage.record import designs, study_lock
from storage.worklists import taking_back
from storage.worklists.taking_back import ALL_UNREAD, NothingUnread, TakenBack


def retire(connection: Connection, reader: str, why: str) -> TakenBack:
    """Give a reader nothing more, and take back what is unread. What was begun can still be finished.

    Raises:
        UnknownReader: nobody of that id.
        StudyError: no reason, or retired already.
    """
    reason = study_lock.checked_reason(why, needed=True)
    typed, reader = reader, designs.known(connection, reader)
    if reader in designs.current(connection).design.retired:
        raise StudyError(f"{typed} is retired already; --undo takes that back")
    try:
        found = taking_back.take_back(connection, reader, ALL_UNREAD, reason)
    except NothingUnread as nothing:
        found = TakenBack(nothing.name, (), (), nothing.begun)
    design = designs.current(connection).design
    designs.lay_down(connection, replace(design, retired=(*design.retired, reader)), reason)
    return found


def bring_back(connection: Connection, reader: str, why: str) -> None:
    """Undo: the reader can be given cases again. What was taken back stays so until it is given back.

    Raises:
        UnknownReader, StudyError: nobody of that id, no reason, or not retired.
    """
    reason = study_lock.checked_reason(why, needed=True)
    typed, reader = reader, designs.known(connection, reader)
    design = designs.current(connection).design
    if reader not in design.retired:
        raise StudyError(f"{typed} isn't retired; nothing was changed")
    others = tuple(name for name in design.retired if name != reader)
    designs.lay_down(connection, replace(design, retired=others), reason)
