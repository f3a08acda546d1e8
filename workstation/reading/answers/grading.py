"""Grading: an answer is checked against the scheme, changed, copied, taken back. Undo is a new change."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from types import MappingProxyType

from scoring.errors import AnswerRefused
from scoring.readings.answers import check_answer
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, SiteKey
from scoring.schemes.grade_names import grade_name, grade_of_letter, span_words
from scoring.schemes.modalities import modality_of_plane
from scoring.values import replace
from storage.records import ABSENT, COPIED, TAKEN, ZEROED
from workstation.reading.answers.focus_moves import focus_on, moved_on
from workstation.reading.answers.measuring import taken_back
from workstation.reading.answers.sightings import seen, sighting_of
from workstation.reading.answers.viewings import viewing_of, with_viewings
from workstation.reading.command import Command, handles
from workstation.reading.images.comparing import covered
from workstation.reading.images.linking import BASELINE
from workstation.reading.outcome import SCAN_ALONE, Outcome, refused, told
from workstation.reading.progress import blanks
from workstation.reading.state import SessionState
from workstation.reading.wording import VISIT_NAMES, named

HALF = Decimal("0.5")
OUT_OF_SIGHT = "Not graded: the baseline's cells don't show the baseline alone. Press B to see it again."


class SetGrade(Command, frozen=True):
    """Grade the site in focus and move on. `series` is the one in sight, kept as the grade's sighting."""

    grade: Decimal
    series: str = ""


@handles(SetGrade)
def graded(state: SessionState, command: SetGrade) -> Outcome:
    """A grade for the site in focus."""
    return answered(state, state.focus.key, Graded(command.grade), command.series)


class GiveLetter(Command, frozen=True):
    """Give the site in focus the grade that the scheme names by this letter, and move on; `series` as of `SetGrade`."""

    letter: str
    series: str = ""


@handles(GiveLetter)
def letter_given(state: SessionState, command: GiveLetter) -> Outcome:
    """The grade of that letter; refused where the scale of the feature in focus has none."""
    scale = state.feature.scale
    grade = grade_of_letter(scale, command.letter)
    if grade is None:
        return refused(state, f"No grade {command.letter}: {state.feature.name} has {span_words(scale)}.")
    return answered(state, state.focus.key, Graded(grade), command.series)


class MarkUnscorable(Command, frozen=True):
    """Mark the site in focus unscorable with a code of the scheme, and move on."""

    code: str
    text: str = ""


@handles(MarkUnscorable)
def marked_unscorable(state: SessionState, command: MarkUnscorable) -> Outcome:
    """A code for the site in focus, which can't be graded."""
    key = state.focus.key
    outcome = answered(state, key, NotAssessable(command.code, command.text.strip()))
    rest = sum((one.feature, one.visit) == (key.feature, key.visit) for one in blanks(outcome.state))
    if not _of_absent_series(state, command.code) or not outcome.changes or not rest or _has_series(state, key):
        return outcome
    feature = state.scheme.feature(key.feature).name
    line = f"Shift+Q marks the other {rest} blank sites {command.code}: {feature}, {VISIT_NAMES[key.visit]}."
    return Outcome(told(outcome.state, line).state, outcome.changes)


def _of_absent_series(state: SessionState, code: str) -> bool:
    return any(one.code == code and one.series_absent for one in state.scheme.unscorable)


def _has_series(state: SessionState, key: SiteKey) -> bool:
    """Whether the visit has a series that the feature is judged on."""
    wanted = state.scheme.feature(key.feature).judged_on
    series = (one for visit in state.case.visits if visit.number == key.visit for one in visit.series if one.slices)
    return any(
        one.plane == ref.plane and modality_of_plane(ref.plane).names(ref.kind, one.kind)
        for one in series
        for ref in wanted
    )


def answered(state: SessionState, key: SiteKey, answer: Answer, series: str = "", *, by: str = "") -> Outcome:
    """Give `key` an answer and move on behind it; refused with the scheme's own words when it isn't allowed.

    The answer that stands there already is no change: the focus moves on, and nothing is recorded. Baseline takes no
    answer while its images are out of sight.
    """
    if key.visit == BASELINE and covered(state):
        return refused(state, OUT_OF_SIGHT)
    try:
        check_answer(state.scheme, key, answer)
    except AnswerRefused as error:
        return refused(state, str(error))
    outcome = _changed(state, key, answer)
    now = seen(outcome.state, key, series)
    # where nothing is recorded, the sighting that stands on disk stays the sighting of this answer
    now = with_viewings(now, [key], by) if outcome.changes else replace(now, sightings=state.sightings)
    now = moved_on(now, key)
    return Outcome(replace(now, last=key, behind=True), outcome.changes)


class AddHalf(Command, frozen=True):
    """Add half a grade to the grade given just now, or to the one in focus; take it away where it has one."""


@handles(AddHalf)
def half_added(state: SessionState, _command: AddHalf) -> Outcome:
    """The grade given just now, else the one in focus, with half a grade more, or without the half that it has.

    Only where the scheme's scale has half steps; it refuses in its own words where it hasn't.
    """
    key = state.meant
    current = state.reading.answer(key)
    if not isinstance(current, Graded):
        return refused(state, f"No half added: {named(state.scheme, key)} has no grade yet. Grade it first.")
    whole = current.grade.to_integral_value(ROUND_FLOOR)
    answer = Graded(whole if current.grade != whole else current.grade + HALF)
    try:
        check_answer(state.scheme, key, answer)
    except AnswerRefused as error:
        return refused(state, str(error))
    outcome = _changed(state, key, answer)
    sighting = sighting_of(state, key)
    now = outcome.state
    if sighting is not None:
        # it was seen where the whole grade was seen
        now = replace(now, sightings=MappingProxyType({**now.sightings, (key, answer): sighting}))
    viewing = viewing_of(state, key)
    if viewing is not None:
        if viewing.by in TAKEN.values():
            # what was taken from another reading is the reader's own with half a grade more
            viewing = replace(viewing, by="")
        now = replace(now, viewings=MappingProxyType({**now.viewings, (key, answer): viewing}))
    name = grade_name(state.scheme.feature(key.feature).scale, answer.grade)
    return Outcome(told(now, f"{named(state.scheme, key)}: {name}.").state, outcome.changes)


class GradeBlanksZero(Command, frozen=True):
    """Ask whether all that is blank of the feature in focus is 0; the same again, with nothing between, does it."""


@handles(GradeBlanksZero)
def blanks_zeroed(state: SessionState, _command: GradeBlanksZero) -> Outcome:
    """Grade 0 all that is blank of the feature in focus, at both visits, once the reader was asked and says it again.

    The question counts what it means, and any other key takes it back. Undo takes all of it back at once.
    """
    feature = state.focus.feature
    keys = [key for key in blanks(state) if key.feature == feature]
    if not keys:
        return told(state, f"No site of {state.feature.name} is blank.")
    try:
        check_answer(state.scheme, keys[0], Graded(Decimal(0)))
    except AnswerRefused as error:
        return refused(state, str(error))
    if state.asking != feature:
        return told(replace(state, asking=feature), _question(state, keys))
    changes = tuple(AnswerChanged(key, None, Graded(Decimal(0))) for key in keys)
    reading = state.reading
    for change in changes:
        reading = reading.applied(change)
    now = replace(state, reading=reading, past=(*state.past, changes), future=(), asking=None)
    now = with_viewings(now, keys, ZEROED)
    zero = grade_name(state.feature.scale, Decimal(0))
    line = f"{len(keys)} sites of {state.feature.name} graded {zero}. Ctrl+Z undoes all of them."
    return Outcome(told(now, line).state, changes)


def _question(state: SessionState, keys: list[SiteKey]) -> str:
    by_visit = {visit: sum(key.visit == visit for key in keys) for visit in VISIT_NAMES}
    parts = " and ".join(f"{count} at {VISIT_NAMES[visit]}" for visit, count in by_visit.items() if count)
    zero = grade_name(state.feature.scale, Decimal(0))
    return (
        f"Grade {zero} for all blank sites of {state.feature.name}: {parts}? Press Z again for yes, another key for no."
    )


class ClearAnswer(Command, frozen=True):
    """Make an answer blank again: right after a grade the one given, else the one in focus."""


@handles(ClearAnswer)
def cleared(state: SessionState, _command: ClearAnswer) -> Outcome:
    """Make the answer that is meant blank; the focus goes there, so that the next key can fill it.

    With a tool in hand what it drew last is taken back instead.
    """
    back = taken_back(state)
    if back is not None:
        return back
    key = state.meant
    state = replace(state, focus=focus_on(key), behind=False)
    if state.reading.answer(key) is None:
        return told(state, f"{named(state.scheme, key)} is blank already.")
    outcome = _changed(state, key, None)
    return Outcome(told(outcome.state, f"Cleared: {named(state.scheme, key)}.").state, outcome.changes)


class MarkRest(Command, frozen=True):
    """Mark all that is blank of the feature in focus, at the visit of the site that is meant, with a code."""

    code: str


@handles(MarkRest)
def rest_marked(state: SessionState, command: MarkRest) -> Outcome:
    """Mark the blank sites of a feature at one visit at once; undo takes all of it back at once."""
    feature, visit = state.meant.feature, state.meant.visit
    keys = [key for key in blanks(state) if (key.feature, key.visit) == (feature, visit)]
    if visit == BASELINE and covered(state):
        return refused(state, OUT_OF_SIGHT)
    where = f"{state.scheme.feature(feature).name}, {VISIT_NAMES[visit]}"
    if not keys:
        return told(state, f"No site is blank: {where}.")
    answer = NotAssessable(command.code, "")
    try:
        check_answer(state.scheme, keys[0], answer)
    except AnswerRefused as error:
        return refused(state, str(error))
    changes = tuple(AnswerChanged(key, None, answer) for key in keys)
    reading = state.reading
    for change in changes:
        reading = reading.applied(change)
    now = replace(state, reading=reading, past=(*state.past, changes), future=(), behind=False)
    now = moved_on(with_viewings(now, keys, ABSENT), keys[-1])
    line = f"{len(keys)} sites marked {command.code}: {where}. Ctrl+Z undoes all of them."
    return Outcome(told(now, line).state, changes)


class CopyBaseline(Command, frozen=True):
    """Give the follow-up of the site in focus the baseline's answer, and move on."""


@handles(CopyBaseline)
def baseline_copied(state: SessionState, _command: CopyBaseline) -> Outcome:
    """Give the follow-up of the site in focus the baseline's answer; refused while the baseline is blank."""
    if state.case.alone:
        return refused(state, SCAN_ALONE)
    baseline = replace(state.focus, visit=1).key
    if state.view.form.hide_baseline:
        return refused(state, "Not copied: baseline grades are hidden. H shows them again.")
    answer = state.reading.answer(baseline)
    if answer is None:
        return refused(state, f"Nothing to copy: {named(state.scheme, baseline)} is blank. Grade it first.")
    return answered(state, replace(state.focus, visit=2).key, answer, by=COPIED)


class Undo(Command, frozen=True):
    """Take the last change back, by a new change."""


@handles(Undo)
def undone(state: SessionState, _command: Undo) -> Outcome:
    """Take the last change back by its inverse; the focus returns to the site."""
    if not state.past:
        return told(state, "Nothing to undo in this case.")
    step = state.past[-1]
    changes = tuple(change.inverse() for change in reversed(step))
    moved = replace(state, past=state.past[:-1], future=(*state.future, step))
    return _taken_to(moved, changes, "Undone")


class Redo(Command, frozen=True):
    """Do again what was undone last."""


@handles(Redo)
def redone(state: SessionState, _command: Redo) -> Outcome:
    """Do again what was undone last; the focus returns to the site."""
    if not state.future:
        return told(state, "Nothing to redo.")
    step = state.future[-1]
    moved = replace(state, past=(*state.past, step), future=state.future[:-1])
    return _taken_to(moved, step, "Redone")


def _changed(state: SessionState, key: SiteKey, after: Answer | None) -> Outcome:
    change = AnswerChanged(key, before=state.reading.answer(key), after=after)
    if change.before == change.after:
        return Outcome(replace(state, notice=None))
    reading = state.reading.applied(change)
    return Outcome(replace(state, reading=reading, past=(*state.past, (change,)), future=(), notice=None), (change,))


def _taken_to(state: SessionState, changes: tuple[AnswerChanged, ...], word: str) -> Outcome:
    reading = state.reading
    for change in changes:
        reading = reading.applied(change)
    key = changes[-1].key
    now = replace(state, reading=reading, focus=focus_on(key), last=None, behind=False)
    return Outcome(told(now, f"{word}: {named(state.scheme, key)}.").state, changes)
