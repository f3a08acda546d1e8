"""Two readings beside the reader's own: what they say of a site, taking one of them, going where it was given. Pure."""

from __future__ import annotations

from decimal import Decimal

from scoring.readings.reading import Answer, Graded, SiteKey
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Feature
from storage.records import TAKEN, BesideAnswer
from workstation.reading.answers.grading import answered
from workstation.reading.answers.hide_baseline import shows_beside
from workstation.reading.command import Command, handles
from workstation.reading.images import go_to_site
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState
from workstation.reading.wording import named

NAMES = tuple(TAKEN)
NONE_HERE = "No other reading is shown here: you grade this site by yourself."


def beside_at(state: SessionState, key: SiteKey) -> tuple[BesideAnswer, BesideAnswer] | None:
    """What readings A and B say of a site; None where they aren't shown."""
    return state.beside.get(key) if shows_beside(state, key) else None


def short_words(state: SessionState, key: SiteKey) -> str:
    """Such as "2|AR" for a cell; nothing where no reading is shown."""
    two = beside_at(state, key)
    feature = state.scheme.feature(key.feature)
    return "" if two is None else "|".join(_short(feature, item.answer) for item in two)


def beside_words(state: SessionState, key: SiteKey) -> str:
    """Such as "Reading A 2, B AR"; nothing where no reading is shown."""
    two = beside_at(state, key)
    if two is None:
        return ""
    a, b = (_short(state.scheme.feature(key.feature), item.answer) for item in two)
    return f"Reading {NAMES[0]} {a}, {NAMES[1]} {b}"


def names_at(state: SessionState, key: SiteKey, grade: Decimal) -> str:
    """Which of the readings have that grade of a site: "A", "B", "A B" or nothing."""
    two = beside_at(state, key) or ()
    return " ".join(name for name, item in zip(NAMES, two, strict=False) if item.answer == Graded(grade))


class TakeBeside(Command, frozen=True):
    """Give the site in focus what reading A or B says of it, and move on. `series` is the one in sight."""

    which: str
    series: str = ""


@handles(TakeBeside)
def taken(state: SessionState, command: TakeBeside) -> Outcome:
    """The answer of one of the two readings as the reader's own; the record says which one it was taken from."""
    found = _of(state, command.which)
    if found is None:
        return refused(state, NONE_HERE)
    return answered(state, state.focus.key, found.answer, command.series, by=TAKEN[command.which])


class GoToBeside(Command, frozen=True):
    """Show where reading A or B gave its grade of the site in focus."""

    which: str


@handles(GoToBeside)
def shown(state: SessionState, command: GoToBeside) -> Outcome:
    """The images where that grade was given; refused where no place was kept."""
    found, key = _of(state, command.which), state.focus.key
    if found is None:
        return refused(state, NONE_HERE)
    what = f"{named(state.scheme, key)}: reading {command.which}"
    if found.point_mm is None:
        return refused(state, f"{what} keeps no slice: only a grade above 0 that was given in the images has one.")
    now = go_to_site.shown_at(state, key.visit, found.point_mm, as_expected_then=False)
    return told(now, f"{what} gave {_short(state.feature, found.answer)} here.")


def _of(state: SessionState, which: str) -> BesideAnswer | None:
    two = beside_at(state, state.focus.key)
    return None if two is None else two[NAMES.index(which)]


def _short(feature: Feature, answer: Answer) -> str:
    if isinstance(answer, Graded):
        return grade_name(feature.scale, answer.grade)
    return answer.code
