"""Rule for what a reader may open, as SQL: a condition on `reading_case` with the parameters `reader` and `moment`.

As a text that SQLite and PostgreSQL read alike: the first look of a room asks it before SQLAlchemy is there.
`case_states.listed` is the same rule without SQL; a test holds the two together.
"""

from __future__ import annotations

from typing import Final

from scoring.readings import rounds


def _last(kind: str, case: str) -> str:
    """Whether a case was signed last, or reopened last and not signed since."""
    return (
        f'coalesce((SELECT kind FROM act WHERE act."case" = {case}.code '  # noqa: S608 - ours
        f"AND kind IN ('signed', 'reopened') ORDER BY seq DESC LIMIT 1), '') = '{kind}'"
    )


def _reopened(case: str) -> str:
    return _last("reopened", case)


def _begun(case: str) -> str:
    """Whether it has had an answer."""
    return (
        f'EXISTS (SELECT 1 FROM case_progress WHERE case_progress."case" = {case}.code '  # noqa: S608 - ours
        "AND begun_at_utc IS NOT NULL)"
    )


def _excluded(case: str) -> str:
    """Whether it left the worklist with a subject or visit that was excluded."""
    return f'EXISTS (SELECT 1 FROM excluded_case WHERE excluded_case."case" = {case}.code)'  # noqa: S608 - ours


def _between_commas(case: str) -> str:
    """Visits that a case shows: [1,2] as ,1,2, so that no number is found in another; of before schema 12 both."""
    return f"replace(replace(coalesce({case}.visits, '[1,2]'), '[', ','), ']', ',')"


def _contains(text: str, part: str) -> str:
    """Whether a text has a part, which is never empty, in words that every database knows."""
    return f"replace({text}, {part}, '') != {text}"


def _is_scan(case: str) -> str:
    """Whether it shows one visit: ,2, has two commas."""
    visits = _between_commas(case)
    return f"length({visits}) - length(replace({visits}, ',', '')) = 2"


# all of what a case shows is read again, or a visit of it; of two scans that were read alone each by itself. A scan may
# be shown by a case of another enrolment, too: that one is closed once it is signed, so that it can be finished
READ_AGAIN: Final = (
    "EXISTS (SELECT 1 FROM reading_case AS later WHERE later.reader = reading_case.reader "  # noqa: S608 - ours
    "AND later.subject = reading_case.subject "
    "AND (coalesce(later.enrolment, 1) = coalesce(reading_case.enrolment, 1) "
    f"OR ({_is_scan('later')} AND {_last('signed', 'reading_case')})) "
    f"AND later.round = {rounds.REREAD} "
    f"AND {_contains(_between_commas('reading_case'), _between_commas('later'))} "
    f"AND reading_case.round != {rounds.REREAD})"
)
# of no row of `reading_case`, so SQLite asks it once
_OTHERS_FIRST: Final = (
    f"(EXISTS (SELECT 1 FROM reading_case AS again WHERE again.reader = :reader AND again.round = {rounds.REREAD} "  # noqa: S608 - ours
    f"AND NOT {_begun('again')} AND NOT {_excluded('again')}) "
    f"AND EXISTS (SELECT 1 FROM reading_case AS other WHERE other.reader = :reader "
    f"AND {_reopened('other')} AND NOT {_excluded('other')}))"
)
OPEN_TO_READER: Final = (
    "reading_case.reader = :reader "
    "AND (reading_case.due_at_utc IS NULL OR reading_case.due_at_utc <= :moment) "
    f"AND (NOT {READ_AGAIN} OR {_reopened('reading_case')}) "
    f"AND NOT {_excluded('reading_case')} "
    f"AND ({_begun('reading_case')} OR {_reopened('reading_case')} OR NOT {_OTHERS_FIRST})"
)
