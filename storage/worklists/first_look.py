"""The case that a reader left last, read by SQLite alone: its images are painted while SQLAlchemy is still on its way.

To import SQLAlchemy takes as long as Qt and NumPy together. What is asked here is asked of the same file in the same
words: the rule for what a reader may open is SQLAlchemy's own text of `own_cases`, which a test holds against it.
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

from scoring.design.read_design import decoded, in_feature_order
from scoring.errors import TomlRefused
from scoring.readings import rounds
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from storage import shown_visits
from storage.clock import now as this_moment
from storage.clock import written
from storage.errors import NotAStudy
from storage.files.layout import HIDDEN, IMAGES_FOLDER, KIND, STUDY_FILE, check_header
from storage.index.index_rows import IMAGES, SERIES, VISITS, visits_in
from storage.records import CaseRecord

# as SQLAlchemy writes `own_cases.last`
LAST: Final = (
    "SELECT reading_case.code \n"
    "FROM reading_case JOIN reader ON reader.last_case = reading_case.code \n"
    "WHERE reader.id = :reader AND reading_case.reader = :reader AND NOT (EXISTS (SELECT * \n"
    "FROM reading_case AS later \n"
    "WHERE later.reader = reading_case.reader AND later.subject = reading_case.subject AND later.round = :round_1 "
    "AND reading_case.round != :round_2)) AND (reading_case.due_at_utc IS NULL OR reading_case.due_at_utc <= :moment) "
    "AND NOT (EXISTS (SELECT * \n"
    "FROM excluded_case \n"
    'WHERE excluded_case."case" = reading_case.code))'
)
_OF_CASE: Final = "SELECT subject, place, visits FROM reading_case WHERE code = :case"
# the last of these acts alone decides: see `case_states`
_STATE: Final = (
    "SELECT kind FROM act WHERE \"case\" = :case AND kind IN ('signed', 'reopened', 'parked', 'resolved') "
    "ORDER BY seq DESC LIMIT 1"
)
_EXCLUDED: Final = "SELECT 1 FROM act WHERE kind = 'excluded' LIMIT 1"
_DRAFT: Final = frozenset({None, "reopened", "resolved"})
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


def _look(connection: sqlite3.Connection, path: Path, reader: str, moment: datetime) -> FirstLook | None:
    def one(query: str, **values: object) -> dict[str, Any] | None:
        found: dict[str, Any] | None = connection.execute(query, values).fetchone()
        return found

    version = one("SELECT version_num FROM alembic_version")
    if version is None or int(version["version_num"]) != KIND.schema_version:
        return None
    rule = {"round_1": rounds.REREAD, "round_2": rounds.REREAD, "moment": written(moment)}
    last = one(LAST, reader=reader, **rule)
    study = one("SELECT scheme_toml, scheme_sha256, chronology FROM study")
    design = one("SELECT content FROM design ORDER BY id DESC LIMIT 1")
    if last is None or study is None or design is None:
        return None
    case = last["code"]
    state = one(_STATE, case=case)
    row = one(_OF_CASE, case=case)
    if one(_EXCLUDED) is not None:
        # which series the case shows then, the open study says
        return None
    if row is None or (None if state is None else state["kind"]) not in _DRAFT:
        return None
    scheme = load_scheme(study["scheme_toml"], STUDY_FILE)
    if scheme.sha256 != study["scheme_sha256"]:
        return None
    rows = (connection.execute(query, {"subject": row["subject"]}).fetchall() for query in (IMAGES, SERIES, VISITS))
    visits = shown_visits.in_positions(visits_in(*rows), shown_visits.decoded(row["visits"]))
    record = CaseRecord(case, path / IMAGES_FOLDER, visits, ordered=study["chronology"] != HIDDEN)
    return FirstLook(in_feature_order(scheme, decoded(design["content"])), record, row["place"])
