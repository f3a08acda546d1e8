"""Reader of a copy: the id by which it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from storage.audit import reader_copies
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import designs
from storage.record.study_file import open_study_file


def reader_of_copy(copy: Path) -> str:
    """What the reader of a copy is called in it.

    Raises:
        StudyError: the folder holds no reader's copy.
    """
    store, _ = open_study_file(copy)
    try:
        with store.reading() as connection:
            if not reader_copies.is_copy(connection):
                raise StudyError(f"{copy.name} is no reader's copy; name the reader with --reader")
            known: str = connection.execute(select(tables.reader.c.id)).scalar_one()
            return designs.current(connection).design.called.get(known, known)
    finally:
        store.close()
