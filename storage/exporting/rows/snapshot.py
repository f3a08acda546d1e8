"""Snapshot of all readings of a study, read in few queries: a million answers come through here.

Plain tuples by place instead of a mapping by key: with 86 answers a reading, hashing keys would cost more than all
the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from scoring.design.enrolments import key_of
from scoring.design.read_design import Program
from scoring.readings.answers import stored_answer
from scoring.readings.reading import VISITS, Answer
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.database.column_types import POSTGRESQL
from storage.exporting.rows.reading_time import seconds_of
from storage.exporting.rows.signatures import UNSIGNED, Signature, signatures
from storage.record import case_visits, designs, exclusions, taken_cases
from storage.record.exclusions import Exclusion
from storage.schemes.study_schemes import StudySchemes
from storage.shown_visits import CaseVisits
from storage.worklists import worklist

# SQLite gives the bare column of the row that has the maximum (sqlite.org/lang_select.html#bareagg), and reads all of
# it from the covering index ix_event_answer
# SQLite takes the answer from the row that has the maximum, along an index that is in this order
# (sqlite.org/lang_select.html#bareagg); asked in the other's words it would take twice as long
_STANDING: Final = {
    "sqlite": 'SELECT "case", visit, feature, site, after, MAX(seq), COUNT(*) FROM event '
    'GROUP BY "case", visit, feature, site',
    POSTGRESQL: 'SELECT "case", visit, feature, site, after, seq, entries FROM event JOIN ('
    'SELECT MAX(seq) AS latest, COUNT(*) AS entries FROM event GROUP BY "case", visit, feature, site'
    ') AS counted ON latest = seq ORDER BY "case", visit, feature, site',
}
_SPANS: Final = 'SELECT "case", MIN(seq), MAX(seq) FROM event GROUP BY "case"'
_TIMES: Final = "SELECT at_utc FROM event ORDER BY seq"

# An answer as it stands: (its text in the record, how many entries made it, the moment of the last)
Cell = tuple[str, int, str]
BLANK: Final[Cell] = ("", 0, "")


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """One assigned reading. `cells`: visit by visit, feature by feature, site by site in the scheme's order.

    visits: of the enrolment's two (1, 2) those that the study has and the reading shows; asked: those of them that have
    images, which alone are asked for. started, last: times of the first and last entry, or "".
    signature: when the reader signed last, and what was changed after the first time. seconds: how long it was read.
    excluded: those that count no more; excluded_by: why the reading doesn't, as a whole or in part.
    reader: as the reader is called; on_record: the id by which the record has the reader. program: what it is, if that
    is no person.
    """

    subject: str
    case: str
    reader: str
    round: int
    position: int
    visits: frozenset[int]
    cells: Sequence[Cell]
    started: str
    last: str
    signature: Signature = UNSIGNED
    seconds: int | None = None
    excluded: frozenset[int] = frozenset()
    excluded_by: Exclusion | None = None
    asked: frozenset[int] = frozenset()
    enrolment: int = 1
    on_record: str = ""
    program: Program | None = None

    @property
    def key(self) -> str:
        """The name of the enrolment in the study."""
        return key_of(self.subject, self.enrolment)


class AnswerTexts:
    """Texts of the record as answers; each text is read once."""

    def __init__(self) -> None:
        self._known: dict[str, Answer | None] = {"": None}

    def answer(self, text: str) -> Answer | None:
        """The answer that the text stands for; None is blank."""
        try:
            return self._known[text]
        except KeyError:
            found = self._known[text] = stored_answer(text)
            return found


def readings(connection: Connection, scheme: Scheme, schemes: StudySchemes) -> list[ReadingRecord]:
    """Every reading by a scheme that was assigned and not taken back, begun or not, by subject, reader and round."""
    times = [at for (at,) in _raw(connection, _TIMES)]
    # answers count positions within the case: a scan alone has position 1, whichever visit of the person it is
    shows = _of_scheme(connection, scheme, schemes)
    cells = _cells(connection, scheme, times, shows)
    spans = {code: (times[first - 1], times[last - 1]) for code, first, last in _raw(connection, _SPANS)}
    visits, signed = _visits(connection), signatures(connection)
    positions = _positions(connection)
    excluded, taken = exclusions.of_cases(connection), taken_cases.standing(connection)
    gone = exclusions.positions_gone(connection)
    blank = [BLANK] * (len(VISITS) * scheme.sites_per_visit)
    case = tables.reading_case.c
    columns = case.subject, case.enrolment, case.code, case.reader, case.round, case.place
    query = select(*columns).order_by(case.subject, func.coalesce(case.enrolment, 1), case.reader, case.round)
    design = designs.current(connection).design
    called = design.called
    found = [
        ReadingRecord(
            row.subject,
            row.code,
            called.get(row.reader, row.reader),
            row.round,
            positions[row.code],
            _there(shows[row.code], visits.get(row.subject, frozenset())),
            cells.get(row.code, blank),
            *spans.get(row.code, ("", "")),
            signed.get(row.code, UNSIGNED),
            seconds_of(row.place),
            frozenset(map(shows[row.code].in_pair, gone.get(row.code, ()))),
            excluded.get(row.code),
            frozenset(map(shows[row.code].in_pair, shows[row.code].there)),
            row.enrolment or 1,
            row.reader,
            design.program_of(row.reader),
        )
        for row in connection.execute(query)
        if row.code in shows and row.code not in taken
    ]
    return sorted(found, key=lambda item: (item.subject, item.enrolment, item.reader, item.round)) if called else found


def _of_scheme(connection: Connection, scheme: Scheme, schemes: StudySchemes) -> Mapping[str, CaseVisits]:
    """What the cases show that are read by a scheme."""
    every = case_visits.of_cases(connection)
    if not schemes.several:
        return every
    case = tables.reading_case.c
    rows = connection.execute(select(case.code, case.reader))
    return {row.code: every[row.code] for row in rows if schemes.of(row.reader).sha256 == scheme.sha256}


def _there(shows: CaseVisits, known: frozenset[int]) -> frozenset[int]:
    """Which of an enrolment's two visits a case shows, of those that the study knows."""
    return frozenset(shows.in_pair(at) for at in shows.positions if shows.numbers[at - 1] in known)


def _cells(
    connection: Connection, scheme: Scheme, times: Sequence[str], shows: Mapping[str, CaseVisits]
) -> Mapping[str, list[Cell]]:
    index_of = _index_of(scheme)
    found: dict[str, list[Cell]] = {}
    mine: list[Cell] = []
    current = None
    for case, visit, feature, site, after, seq, entries in _raw(connection, _STANDING[connection.dialect.name]):
        if case not in shows:
            continue
        if case != current:
            current = case
            mine = found[case] = [BLANK] * len(index_of)
        mine[index_of[shows[case].in_pair(visit), feature, site]] = (after, entries, times[seq - 1])
    return found


def _index_of(scheme: Scheme) -> dict[tuple[int, str, str], int]:
    keys = [
        (visit, feature.code, site.code) for visit in VISITS for feature in scheme.features for site in feature.sites
    ]
    return {key: index for index, key in enumerate(keys)}


def _visits(connection: Connection) -> Mapping[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for subject, number in connection.execute(select(tables.visit.c.subject, tables.visit.c.number)):
        found.setdefault(subject, set()).add(number)
    return {subject: frozenset(numbers) for subject, numbers in found.items()}


def _positions(connection: Connection) -> Mapping[str, int]:
    readers = connection.execute(select(tables.reader.c.id)).scalars().all()
    return {code: index for reader in readers for index, code in enumerate(worklist.ordered(connection, reader), 1)}


def _raw(connection: Connection, statement: str) -> Iterator[tuple[Any, ...]]:
    """Rows as the driver gives them: SQLAlchemy's own would double the time of a million."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    rows: Iterator[tuple[Any, ...]] = driver.execute(statement)
    return rows
