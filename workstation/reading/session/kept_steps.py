"""Steps of undo and redo as they are kept with the bookmark, so that they outlive the process. Pure.

They are committed with the answer itself. What doesn't lead to the answers on disk is left out: they were changed
elsewhere since, or the text is damaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from zlib import crc32

from msgspec import Struct

from scoring.readings.answers import format_answer, stored_answer
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from workstation.reading.session.undo_history import Steps
from workstation.reading.state import SessionState

# each of both; a bookmark is written with every answer
MOST: Final = 100
# visit, feature, site, answer before and after
_Change = tuple[int, str, str, str, str]


class KeptSteps(Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """The newest steps, newest last, and the sum of the answers that they lead to."""

    answers: int
    past: tuple[tuple[_Change, ...], ...]
    future: tuple[tuple[_Change, ...], ...]


def kept(state: SessionState) -> KeptSteps | None:
    """What of the steps of a case is kept; None where there are none."""
    if not state.past and not state.future:
        return None
    return KeptSteps(_sum(state.reading), _written(state.past), _written(state.future))


def given(steps: KeptSteps | None, start: SessionState) -> tuple[Steps, Steps]:
    """What can be undone and redone from the answers of `start`; nothing where they aren't those of the steps."""
    if steps is None or steps.answers != _sum(start.reading):
        return (), ()
    try:
        past, future = _read(steps.past), _read(steps.future)
    except ValueError:
        return (), ()
    known = set(keys_in_reading_order(start.scheme, start.case.asked))
    back = (tuple(change.inverse() for change in reversed(step)) for step in reversed(past))
    if not (_lead_on(start.reading, back, known) and _lead_on(start.reading, reversed(future), known)):
        return (), ()
    return past, future


def _sum(reading: Reading) -> int:
    lines = sorted(f"{key.visit},{key.feature},{key.site},{format_answer(it)}" for key, it in reading.answers.items())
    return crc32("\n".join(lines).encode("utf-8", "surrogatepass"))


def _written(steps: Steps) -> tuple[tuple[_Change, ...], ...]:
    return tuple(
        tuple(
            (at.visit, str(at.feature), str(at.site), format_answer(change.before), format_answer(change.after))
            for change in step
            for at in (change.key,)
        )
        for step in steps[-MOST:]
    )


def _read(steps: Sequence[Sequence[_Change]]) -> Steps:
    """ValueError where an answer is none."""
    return tuple(
        tuple(
            AnswerChanged(SiteKey(visit, FeatureCode(feature), SiteCode(site)), stored_answer(old), stored_answer(new))
            for visit, feature, site, old, new in step
        )
        for step in steps
    )


def _lead_on(reading: Reading, steps: Iterable[Sequence[AnswerChanged]], known: set[SiteKey]) -> bool:
    """Whether each step starts from the answers that the one before left, at sites of the case."""
    for step in steps:
        if not step:
            return False
        for change in step:
            if change.key not in known or reading.answer(change.key) != change.before:
                return False
            reading = reading.applied(change)
    return True
