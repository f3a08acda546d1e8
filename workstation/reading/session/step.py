"""Step of a reading: step(state, command) -> Outcome. Pure; knows no Qt, SQL or time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from scoring.values import replace

# each of these declares its commands, and is imported so that they are known
from workstation.reading.answers import (  # noqa: F401
    focus_moves,
    grading,
    hide_baseline,
    key_images,
    measuring,
    notes,
    other_readings,
    sightings,
    site_rings,
)
from workstation.reading.command import HANDLERS, Command
from workstation.reading.images import (  # noqa: F401
    comparing,
    display,
    filling,
    go_to_site,
    hand_side,
    light,
    reformatting,
    registration_link,
    row_series,
    view,
)
from workstation.reading.outcome import Outcome
from workstation.reading.state import SessionState

# all that can be wanted, by name
COMMANDS: Mapping[str, type[Command]] = MappingProxyType({command.__name__: command for command in HANDLERS})


def step(state: SessionState, command: Command) -> Outcome:
    """Decide what `command` comes to in `state`.

    A refusal leaves everything but the notice as it was. `changes` are what must be on disk before the state
    is shown; it is empty for moves and views.
    """
    if state.asking is not None and not isinstance(command, grading.GradeBlanksZero):
        # a question that wasn't answered at once is taken back, with its line
        state = replace(state, asking=None, notice=None)
    handler = HANDLERS[type(command)]
    outcome = handler.decide(state, command)
    follow = handler.follow or go_to_site.followed
    return replace(outcome, state=follow(state, outcome.state))
