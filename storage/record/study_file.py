"""Study file, or the record on a server in its place, as both doors open it, and the row that says what it is."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, RowMapping, select

from scoring.design.read_design import in_feature_order
from scoring.errors import TomlRefused
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.database.engine import BUSY_TIMEOUT_MS, Store, closed_on_failure, open_file
from storage.database.own_schema import check_schema
from storage.database.server_tables import HOME
from storage.errors import MENDING, MENDING_FOREIGN, NotAStudy, RecordDamaged
from storage.files.layout import KIND, STUDY_FILE
from storage.files.leftovers import SCRATCH, sweep
from storage.files.record_url import written_address
from storage.record import designs
from storage.schemes import study_schemes
from storage.schemes.study_schemes import StudySchemes

_ON_SERVER: Final = "The record on the server"


class StudyRow(Struct, frozen=True):
    """The study's own scheme (features in the design's order), how it is read, its token, all schemes with readers."""

    scheme: Scheme
    order: str
    design: designs.Stamped
    token: str
    schemes: StudySchemes


def open_study_file(folder: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> tuple[Store, StudyRow]:
    """The open record of a folder, wherever it lies, and what it says of itself; refuses as `engine.open_file` does."""
    address = written_address(folder)
    if address is None:
        opened = open_study_at(folder / STUDY_FILE, busy_timeout_ms=busy_timeout_ms)
    else:
        opened = open_study_on_server(address, busy_timeout_ms=busy_timeout_ms)
    sweep(folder / SCRATCH)
    return opened


def open_study_at(file: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> tuple[Store, StudyRow]:
    """The same for a study file by another name: a copy."""
    store = open_file(file, KIND, busy_timeout_ms=busy_timeout_ms)
    with closed_on_failure(store):
        return store, row_of(store)


def open_study_on_server(address: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> tuple[Store, StudyRow]:
    """The same for a record on a server, which must be at home there."""
    # what speaks with servers is loaded where there is one, and nowhere else
    from storage.database.server_store import open_record  # noqa: PLC0415 - see above

    store = open_record(address, busy_timeout_ms=busy_timeout_ms)
    with closed_on_failure(store):
        row = row_of(store, _ON_SERVER)
        with store.reading() as connection:
            taken = connection.exec_driver_sql(f"SELECT taken_back_at_utc FROM {HOME}").scalar_one()  # noqa: S608 - ours
        if taken is not None:
            raise NotAStudy("The record was taken back from the server to a folder: work in that one")
        return store, row


def row_of(store: Store, told: str = STUDY_FILE) -> StudyRow:
    """What an open record says of itself; `told` is what messages call it.

    Raises:
        RecordDamaged: it isn't as the program writes it.
    """
    with store.reading() as connection:
        return row_in(connection, told)


def row_in(connection: Connection, told: str = STUDY_FILE) -> StudyRow:
    """The same inside the caller's transaction."""
    check_schema(connection, told, tables.metadata, tables.TRIGGERS, MENDING_FOREIGN)
    row = connection.execute(select(tables.study)).mappings().one_or_none()
    if row is None:
        raise RecordDamaged(f"{STUDY_FILE} doesn't say what study it is: {MENDING}")
    design = designs.current(connection)
    scheme = _scheme(row)
    further = None if scheme is None else study_schemes.of_study(connection, scheme, design.design)
    if scheme is None or scheme.sha256 != row["scheme_sha256"]:
        raise RecordDamaged(f"The scheme in {STUDY_FILE} was changed after the study was made: {MENDING}")
    if (design.design.scheme_sha256, design.design.order) != (scheme.sha256, row["chronology"]):
        raise RecordDamaged(f"The design in {STUDY_FILE} is of another scheme or order: {MENDING}")
    own = in_feature_order(scheme, design.design)
    schemes = StudySchemes(own, () if further is None else further.further)
    return StudyRow(own, row["chronology"], design, row["token"], schemes)


def scheme_of(folder: Path) -> Scheme:
    """The scheme of the study in a folder; refuses as `engine.open_file` does."""
    store, row = open_study_file(folder)
    store.close()
    return row.scheme


def _scheme(row: RowMapping) -> Scheme | None:
    """The scheme of the study; None when it can't be read as one any more."""
    try:
        return _read(row["scheme_toml"])
    except TomlRefused:
        return None


@lru_cache(maxsize=8)
def _read(text: str) -> Scheme:
    # a command opens a study several times, and to read a scheme takes longer than all else of an opening
    return load_scheme(text, STUDY_FILE)
