"""Choice of what is looked at: which figure, whose readings, of which round, against whom, which feature and visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final

from scoring.comparison.grades import At
from scoring.readings import rounds
from scoring.values import replace
from workstation.numbers.readings import Numbers


class Kind(StrEnum):
    """Which figure."""

    DIFFERENCES = "differences"
    SCATTER = "scatter"
    CUMULATIVE = "cumulative"
    SITES = "sites"
    WRIST = "wrist"
    DRIFT = "drift"
    CASE_TIME = "case_time"
    FEATURE_TIME = "feature_time"
    GRADES = "grades"
    AGREEMENT = "agreement"


class Filter(Enum):
    """What can be chosen beside the figure."""

    READER = "Reader"
    ROUND = "Round"
    AGAINST = "Against"
    FEATURE = "Feature"
    VISIT = "Visit"


_TWO: Final = (Filter.READER, Filter.ROUND, Filter.AGAINST)
_ONE: Final = (Filter.READER, Filter.ROUND)
_WHAT: Final = (Filter.FEATURE, Filter.VISIT)
# the words of each figure, and what of the choice it heeds
KINDS: Final = {
    Kind.DIFFERENCES: ("Bland-Altman", (*_TWO, *_WHAT)),
    Kind.SCATTER: ("One reading by the other", (*_TWO, *_WHAT)),
    Kind.CUMULATIVE: ("Cumulative change", (*_ONE, Filter.FEATURE)),
    Kind.SITES: ("Change by site", (*_ONE, Filter.FEATURE)),
    Kind.WRIST: ("Change on the wrist", _ONE),
    Kind.DRIFT: ("Control chart of drift", (*_TWO, *_WHAT)),
    Kind.CASE_TIME: ("Time by case", _ONE),
    Kind.FEATURE_TIME: ("Time by feature", (Filter.ROUND,)),
    Kind.GRADES: ("Grades by reader", (Filter.ROUND, *_WHAT)),
    Kind.AGREEMENT: ("Agreement by feature", (*_TWO, Filter.VISIT)),
}
COMPARING: Final = frozenset({Kind.DIFFERENCES, Kind.SCATTER, Kind.DRIFT, Kind.AGREEMENT})
ROUND_WORDS: Final = {
    rounds.FIRST: "first readings",
    rounds.REREAD: "re-reads",
    rounds.DRIFT: "hidden repeats",
    rounds.ADJUDICATION: "adjudications",
}
VISIT_WORDS: Final = {
    At.BASELINE: "baseline",
    At.FOLLOW_UP: "follow-up",
    At.CHANGE: "change",
    At.SCAN: "scans read alone",
}
OWN_FIRST: Final = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at. against: whose first readings the others are held against, "" the reader's own."""

    kind: Kind = Kind.DIFFERENCES
    reader: str = ""
    round: int = rounds.FIRST
    against: str = ""
    total: str = ""
    at: At = At.BASELINE


def options(numbers: Numbers, choice: Choice, which: Filter) -> Sequence[tuple[str, str]]:
    """What can be chosen there, as (value, words), in this choice's company."""
    match which:
        case Filter.READER:
            return [(reader, reader) for reader in numbers.readers]
        case Filter.ROUND:
            mine = [
                round_
                for whose, round_ in numbers.of
                if Filter.READER not in KINDS[choice.kind][1] or whose == choice.reader
            ]
            return [(str(round_), ROUND_WORDS[round_]) for round_ in sorted(set(mine))]
        case Filter.AGAINST:
            others = [b for a, b, round_ in numbers.compared if (a, round_) == (choice.reader, choice.round)]
            return [(other, other or "own first readings") for other in others]
        case Filter.FEATURE:
            return [(str(total.code), total.name) for total in numbers.scheme.totals]
        case Filter.VISIT:
            return [(str(at), VISIT_WORDS[at]) for at in _visits(numbers, choice)]


def _visits(numbers: Numbers, choice: Choice) -> tuple[At, ...]:
    if choice.kind not in COMPARING:
        return (At.BASELINE, At.FOLLOW_UP)
    compared = numbers.compared.get((choice.reader, choice.against, choice.round))
    scans = (At.SCAN,) if compared is not None and compared.scan_grades is not None else ()
    return (At.BASELINE, At.FOLLOW_UP, At.CHANGE, *scans)


def value_of(choice: Choice, which: Filter) -> str:
    """What is chosen there."""
    match which:
        case Filter.READER:
            return choice.reader
        case Filter.ROUND:
            return str(choice.round)
        case Filter.AGAINST:
            return choice.against
        case Filter.FEATURE:
            return choice.total
        case Filter.VISIT:
            return str(choice.at)


def with_value(choice: Choice, which: Filter, value: str) -> Choice:
    """The choice with another value there."""
    match which:
        case Filter.READER:
            return replace(choice, reader=value)
        case Filter.ROUND:
            return replace(choice, round=int(value))
        case Filter.AGAINST:
            return replace(choice, against=value)
        case Filter.FEATURE:
            return replace(choice, total=value)
        case Filter.VISIT:
            return replace(choice, at=At(value))


def heeded(choice: Choice) -> Choice:
    """The choice without what its figure doesn't heed: two that are the same show the same figure."""
    plain = Choice(choice.kind)
    for which in KINDS[choice.kind][1]:
        plain = with_value(plain, which, value_of(choice, which))
    return plain


def settled(numbers: Numbers, choice: Choice) -> Choice:
    """The nearest choice that there is: what isn't there any more gives way to the first that is."""
    for which in Filter:
        there = [value for value, _ in options(numbers, choice, which)]
        if there and value_of(choice, which) not in there:
            choice = with_value(choice, which, there[0])
        elif not there and which is Filter.AGAINST:
            choice = replace(choice, against=OWN_FIRST)
    return choice


def stepped(numbers: Numbers, choice: Choice, which: Filter, step: int) -> Choice:
    """The next value there, or the one before; behind the last comes the first."""
    there = [value for value, _ in options(numbers, choice, which)]
    if not there:
        return choice
    here = there.index(value_of(choice, which)) if value_of(choice, which) in there else -step
    return settled(numbers, with_value(choice, which, there[(here + step) % len(there)]))
