"""Images as readers' copies show them: what a copy showed of each case, and what of that is other in the study by now.

The act of handing over says it by the digest of each visit's images. Acts of older programs don't: there the last act
before it that told of a subject's index does, for all visits of the subject together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from storage.audit.reader_copies import HANDED, SHOWN
from storage.database import study_schema as tables
from storage.index import index_tables
from storage.record import acts, study_lock
from storage.record.acts import Act
from storage.schemes.shown_planes import Planes, planes_of

# in the detail of a merge: case -> the visits that were other here than in the copy
OTHER_IMAGES: Final = "other_images"

Shown = Mapping[str, Mapping[str, Any]]
Visits = tuple[int, ...]
# what an older copy says no more of than that something is other
BOTH: Final = (1, 2)


def of_subject(connection: Connection, subject: str, numbers: Sequence[int], planes: Planes = None) -> Shown:
    """What a copy that is made now shows of these visits of a subject, for the act that tells of it.

    planes: of the series that the reader is shown.
    """
    digests = index_tables.visit_digests(connection, subject, planes)
    visits = {visit.number: visit for visit in index_tables.visits_of(connection, subject)}
    return {
        str(number): {
            "sha256": digests[number],
            "series": [item.code for item in visits[number].series if planes is None or item.plane in planes],
        }
        for number in numbers
    }


def changed_since(connection: Connection, handed: Act) -> Mapping[str, Visits]:
    """The cases of a copy of which visits have other images here by now, and which visits these are."""
    if SHOWN not in handed.said:
        return changed_between(connection, handed, None)
    subjects, found = _subjects(connection), {}
    planes = planes_of(connection, str(handed.reader))
    for case, shown in _shown(handed).items():
        now = index_tables.visit_digests(connection, subjects[case], planes)
        other = tuple(int(number) for number, said in sorted(shown.items()) if now.get(int(number)) != said["sha256"])
        if other:
            found[case] = other
    return found


def changed_between(connection: Connection, handed: Act, until: int | None) -> Mapping[str, Visits]:
    """The same by the acts alone, as it was at an act of a later number; None is now."""
    last: dict[tuple[str, bool], str] = {}
    for act in acts.of_kind(connection, "indexed"):
        if until is None or act.seq < until:
            last[act.said["subject"], act.seq > handed.seq] = act.said["sha256"]
    other = {subject for subject, later in last if later and last[subject, True] != last.get((subject, False))}
    given = _given_before(connection, handed)
    return {case: BOTH for case, subject in sorted(given.items()) if subject in other}


def handed_acts(connection: Connection) -> tuple[Act, ...]:
    """Of every copy, oldest first."""
    return tuple(acts.of_kind(connection, HANDED))


def handed_as(connection: Connection, token: str) -> Act:
    """The act of the copy whose record has that token."""
    return next(act for act in handed_acts(connection) if act.said["token"] == token)


def subjects_handed(connection: Connection) -> frozenset[str]:
    """Subjects of whom a reader has a copy, as far as acts tell: an older one may tell of some who weren't in it."""
    subjects = _subjects(connection)
    return frozenset(subjects[case] for case in cases_handed(connection))


def cases_handed(connection: Connection) -> frozenset[str]:
    """Cases that are in a reader's copy, likewise."""
    return frozenset(case for act in handed_acts(connection) for case in _in_copy(connection, act))


@dataclass(frozen=True, slots=True)
class ChangedCase:
    """A case of which a copy shows other images than the study has now. made_utc: when the copy was made."""

    subject: str
    case: str
    reader: str
    made_utc: str
    visits: Visits


def changed_cases(connection: Connection) -> tuple[ChangedCase, ...]:
    """Those of the last copy of each case, by subject and case; without signed ones, as nothing comes home for them."""
    subjects, signed, found = _subjects(connection), study_lock.signed_cases(connection), dict[str, ChangedCase]()
    for act in handed_acts(connection):
        changed = changed_since(connection, act)
        for case in _in_copy(connection, act):
            found.pop(case, None)
            if case in changed and case not in signed:
                found[case] = ChangedCase(subjects[case], case, str(act.reader), act.at_utc, changed[case])
    return tuple(sorted(found.values(), key=lambda item: (item.subject, item.case)))


def copies_with_others(connection: Connection, subject: str) -> tuple[tuple[str, str], ...]:
    """Every copy, signed cases or not, that shows other images of a subject than there are now: (reader, day)."""
    subjects = _subjects(connection)
    acts_of_copies = handed_acts(connection)
    return tuple(
        (str(act.reader), act.at_utc[:10])
        for act in acts_of_copies
        if any(subjects.get(case) == subject for case in changed_since(connection, act))
    )


def _in_copy(connection: Connection, handed: Act) -> Iterable[str]:
    return _shown(handed) if SHOWN in handed.said else _given_before(connection, handed)


def _shown(handed: Act) -> Mapping[str, Shown]:
    found: Mapping[str, Shown] = handed.said.get(SHOWN, {})
    return found


def _subjects(connection: Connection) -> Mapping[str, str]:
    case = tables.reading_case.c
    return {row.code: row.subject for row in connection.execute(select(case.code, case.subject))}


def _given_before(connection: Connection, handed: Act) -> Mapping[str, str]:
    """Case -> subject of all that the reader of a copy had been given by then."""
    given = [act for act in acts.of_kind(connection, "assigned") if act.reader == handed.reader]
    return {case[0]: case[1] for act in given if act.seq < handed.seq for case in act.said["cases"]}
