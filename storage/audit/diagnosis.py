"""Diagnosis of a file that a command failed on: what in it isn't as the program writes it, if anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData
from sqlalchemy.exc import SQLAlchemyError

from scoring.errors import RamrisError
from storage.audit import verification
from storage.database import study_schema
from storage.database.engine import Store
from storage.database.own_schema import check_schema
from storage.database.own_values import check_values
from storage.errors import MENDING_FOREIGN
from storage.files.layout import STUDY_FILE
from storage.files.record_url import is_on_server
from storage.record.study_file import StudyRow, open_study_at, open_study_file

_UNREADABLE: Final = "it isn't as the program writes it and can't be read further"
_EMPTY: Final = (
    f"{STUDY_FILE} is empty: it was taken away or emptied while it was open. `ramris study restore` brings its last "
    "backup back; tell who keeps the study"
)


def of_study(folder: Path) -> str | None:
    """What is wrong with the study.db of a folder, in a line; None where nothing is, or there is none."""
    if is_on_server(folder):
        return _verified(lambda: open_study_file(folder))
    file = folder / STUDY_FILE
    if file.is_file() and not file.stat().st_size:
        return _EMPTY
    found = of_file(file, study_schema.metadata, study_schema.TRIGGERS, MENDING_FOREIGN)
    if found is not None or not file.is_file():
        return found
    return _verified(lambda: open_study_at(file))


def _verified(opening: Callable[[], tuple[Store, StudyRow]]) -> str | None:
    try:
        store, row = opening()
        try:
            with store.reading() as connection:
                verification.verify(connection, row.scheme)
        finally:
            store.close()
    except RamrisError as refusal:
        return str(refusal)
    except (SQLAlchemyError, LookupError, TypeError, ValueError, AttributeError):
        # the record is verified by what it says: where that can't even be understood, it is not what was written
        return f"{STUDY_FILE}: {_UNREADABLE}: {MENDING_FOREIGN}"
    return None


def of_file(file: Path, metadata: MetaData, triggers: Mapping[str, str], mending: str) -> str | None:
    """What is foreign in the schema or the values of a database, in a line; None where nothing is, or there is none."""
    if not file.is_file():
        return None
    store = Store(file)
    try:
        with store.reading() as connection:
            _check(connection, file.name, metadata, triggers, mending)
    except RamrisError as refusal:
        return str(refusal)
    except (SQLAlchemyError, LookupError, TypeError, ValueError):
        return f"{file.name}: {_UNREADABLE}: {mending}"
    finally:
        store.close()
    return None


def _check(connection: Connection, name: str, metadata: MetaData, triggers: Mapping[str, str], mending: str) -> None:
    check_schema(connection, name, metadata, triggers, mending)
    check_values(connection, name, metadata, mending)
