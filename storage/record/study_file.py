"""Study file, as both doors of study.db open it, and the one row that says what the study is."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from sqlalchemy import RowMapping, select

from scoring.design.read_design import in_feature_order
from scoring.errors import TomlRefused
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.database.engine import BUSY_TIMEOUT_MS, Store, closed_on_failure, open_file
from storage.database.own_schema import check_schema
from storage.errors import MENDING, MENDING_FOREIGN, RecordDamaged
from storage.files.layout import KIND, STUDY_FILE
from storage.files.leftovers import SCRATCH, sweep
from storage.record import designs
from storage.schemes import study_schemes
from storage.schemes.study_schemes import StudySchemes


class StudyRow(Struct, frozen=True):
    """The study's own scheme (features in the design's order), how it is read, its token, all schemes with readers."""

    scheme: Scheme
    order: str
    design: designs.Stamped
    token: str
    schemes: StudySchemes


def open_study_file(folder: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> tuple[Store, StudyRow]:
    """The open study.db of a folder and what it says of itself; refuses as `engine.open_file` does."""
    opened = open_study_at(folder / STUDY_FILE, busy_timeout_ms=busy_timeout_ms)
    sweep(folder / SCRATCH)
    return opened


def open_study_at(file: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> tuple[Store, StudyRow]:
    """The same for a study file by another name: a copy."""
    store = open_file(file, KIND, busy_timeout_ms=busy_timeout_ms)
    with closed_on_failure(store):
        with store.reading() as connection:
            check_schema(connection, STUDY_FILE, tables.metadata, tables.TRIGGERS, MENDING_FOREIGN)
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
    return store, StudyRow(own, row["chronology"], design, row["token"], schemes)


def scheme_of(folder: Path) -> Scheme:
    """The scheme of the study in a folder; refuses as `engine.open_file` does."""
    store, row = open_study_file(folder)
    store.close()
    return row.scheme


def _scheme(row: RowMapping) -> Scheme | None:
    """The scheme of the study; None when it can't be read as one any more."""
    try:
        return load_scheme(row["scheme_toml"], STUDY_FILE)
    except TomlRefused:
        return None
