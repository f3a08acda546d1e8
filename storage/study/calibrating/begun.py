"""Calibration of a study that somebody reads: refused, since feedback would sway a trial's grades."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.files.layout import ORDERS

_KNOWN: Final = ORDERS[0]
_CASE: Final = tables.reading_case.c


def refuse_begun(connection: Connection, references: tuple[str, ...], order: str) -> None:
    """Refuse to make a calibration of a study that somebody else has begun to read: those grades are a trial's.

    Raises:
        StudyError: it names who; or visits are hidden or apart, and there is no change that a gate could be about.
    """
    if order != _KNOWN:
        raise StudyError("A calibration is of pairs in order of time: make a new study with --order known for it")
    progress = tables.case_progress.c
    query = select(_CASE.reader).join(tables.case_progress, progress.case == _CASE.code)
    query = query.where(progress.begun_at_utc.is_not(None), _CASE.reader.not_in(references)).distinct()
    begun = sorted(connection.execute(query).scalars())
    if begun:
        raise StudyError(
            f"{', '.join(begun)} {'has' if len(begun) == 1 else 'have'} begun to read here, so this is no calibration "
            "any more: feedback on a trial's own cases would sway its grades. Make another study for it"
        )
