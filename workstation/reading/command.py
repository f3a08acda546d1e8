"""Command and its function: what a reader can want, and a register of what decides what comes of it.

A command is a frozen value. It is declared beside its function, which `handles` registers; `step` looks it up here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from msgspec import Struct

from workstation.reading.outcome import Outcome
from workstation.reading.state import SessionState


class Command(Struct, frozen=True):
    """One wish of a reader, or one offer of the program that waits for an answer like one."""


AnyCommand = TypeVar("AnyCommand", bound=Command)
Follow = Callable[[SessionState, SessionState], SessionState]


class Handler(Struct, frozen=True):
    """What comes of one type of command.

    follow: from the state before and the one decided to the one that is shown, where the images don't simply follow
    the focus.
    """

    # which command it takes is checked where it is registered
    decide: Callable[[SessionState, Any], Outcome]
    follow: Follow | None


_HANDLERS: dict[type[Command], Handler] = {}
HANDLERS: Mapping[type[Command], Handler] = MappingProxyType(_HANDLERS)


def handles(
    command: type[AnyCommand], follow: Follow | None = None
) -> Callable[[Callable[[SessionState, AnyCommand], Outcome]], Callable[[SessionState, AnyCommand], Outcome]]:
    """Register the function below as the one that decides what comes of `command`.

    Raises:
        ValueError: a command of this name has its function already; keys.toml names commands by their names.
    """

    def register(
        decide: Callable[[SessionState, AnyCommand], Outcome],
    ) -> Callable[[SessionState, AnyCommand], Outcome]:
        if command.__name__ in (known.__name__ for known in _HANDLERS):
            raise ValueError(f"{command.__name__}: a command of this name has its function already")
        _HANDLERS[command] = Handler(decide, follow)
        return decide

    return register
