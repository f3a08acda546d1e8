"""The case that a reader left last, read by SQLite alone: its images are painted while SQLAlchemy is still on its way.

To import SQLAlchemy takes as long as Qt and NumPy together. What is asked here is asked of the same file in the same
words: the rule for what a reader may open is that of the worklist.
Where anything isn't as on a plain day there is no first look, and `ReaderStudy.open` says what it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from scoring.design.read_design import ReadDesign, decoded, in_feature_order
from scoring.errors import TomlRefused
from scoring.readings import case_states
from scoring.schemes.load import load_scheme
from scoring.schemes.modalities import MODALITIES
from scoring.schemes.scheme import Scheme
from storage import shown_visits
from storage.clock import now as this_moment
from storage.clock import written
from storage.errors import NotAStudy
from storage.files.layout import HIDDEN, IMAGES_FOLDER, KIND, STUDY_FILE, check_header
from storage.index.index_rows import IMAGES, SERIES, VISITS, visits_in
from storage.records import CaseRecord
from storage.worklists.open_rule import OPEN_TO_READER

_LAST: Final = (
    "SELECT reading_case.code FROM reading_case JOIN reader ON reader.last_case = reading_case.code "  # noqa: S608 - ours
    f"WHERE reader.id = :reader AND {OPEN_TO_READER}"
)
_OF_CASE: Final = "SELECT subject, place, visits FROM reading_case WHERE code = :case"
# the last of these acts alone decides
_STATE: Final = (
    'SELECT kind FROM act WHERE "case" = :case '  # noqa: S608 - ours
    f"AND kind IN ({', '.join(map(repr, map(str, case_states.KINDS)))}) ORDER BY seq DESC LIMIT 1"
)
_EXCLUDED: Final = "SELECT 1 FROM act WHERE kind = 'excluded' LIMIT 1"
_SOME_OF: Final = "SELECT 1 FROM series WHERE plane IN ({}) LIMIT 1"
_WAIT_S: Final = 0.1


class FirstLook(Struct, frozen=True):
    """What is known of the case: enough to hang its images where the reader left them. No answers."""

    scheme: Scheme
    case: CaseRecord
    bookmark: str | None


def first_look(path: Path, reader: str, clock: Callable[[], datetime] = this_moment) -> FirstLook | None:
    """The draft that a reader left last in the study in the folder `path`; None where it is any other day.

    Reads and writes nothing; never raises for what is wrong with the study.
    """
    try:
        check_header(path / STUDY_FILE, KIND)
        with closing(_connected(path / STUDY_FILE)) as connection:
            connection.execute("BEGIN")
            return _look(connection, path, reader, clock())
    except (NotAStudy, TomlRefused, sqlite3.Error, ValueError, LookupError, TypeError):
        return None


def _connected(file: Path) -> sqlite3.Connection:
    # read-only: what a crash left to be rolled back is left to the opening that may write
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S, isolation_level=None)
    connection.row_factory = _as_dict
    return connection


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _plain(design: ReadDesign, reader: str) -> bool:
    """Whether the reader reads by the study's own scheme, and in images."""
    return design.further_of(reader) is None and not design.without_images


def _look(connection: sqlite3.Connection, path: Path, reader: str, moment: datetime) -> FirstLook | None:
    def one(query: str, **values: object) -> dict[str, Any] | None:
        found: dict[str, Any] | None = connection.execute(query, values).fetchone()
        return found

    version = one("SELECT version_num FROM alembic_version")
    if version is None or int(version["version_num"]) != KIND.schema_version:
        return None
    study = one("SELECT scheme_toml, scheme_sha256, chronology FROM study")
    found = one("SELECT content FROM design ORDER BY id DESC LIMIT 1")
    design = None if found is None else decoded(found["content"])
    last = None if design is None else one(_LAST, reader=design.id_of(reader), moment=written(moment))
    if last is None or study is None or design is None or not _plain(design, design.id_of(reader)):
        return None
    case = last["code"]
    state = one(_STATE, case=case)
    row = one(_OF_CASE, case=case)
    if one(_EXCLUDED) is not None:
        # which series the case shows then, the open study says
        return None
    if row is None or (None if state is None else state["kind"]) in case_states.CLOSING:
        return None
    scheme = load_scheme(study["scheme_toml"], STUDY_FILE)
    if scheme.sha256 != study["scheme_sha256"]:
        return None
    rows = (connection.execute(query, {"subject": row["subject"]}).fetchall() for query in (IMAGES, SERIES, VISITS))
    every = visits_in(*rows)
    planes = frozenset(MODALITIES[scheme.modality].planes)
    # what else a study holds is of other readers; where nothing is of the scheme's modality, all is shown
    some = one(_SOME_OF.format(", ".join(f"'{plane}'" for plane in sorted(planes))))
    visits = shown_visits.in_positions(
        every, shown_visits.decoded(row["visits"]), planes=None if some is None else planes
    )
    record = CaseRecord(case, path / IMAGES_FOLDER, visits, ordered=study["chronology"] != HIDDEN)
    return FirstLook(in_feature_order(scheme, design), record, row["place"])
