"""Each command has one function that decides what comes of it, and no name stands for two."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import walk_packages

import pytest

import workstation.reading
from tests.builders.sessions import a_session_state
from workstation.reading.command import HANDLERS, Command, handles
from workstation.reading.images.display import ToggleInverted
from workstation.reading.outcome import Outcome
from workstation.reading.session.step import COMMANDS, step
from workstation.reading.state import SessionState


class Unheard(Command, frozen=True):
    """A command without a function."""


def without_a_function(commands: Iterable[type[Command]]) -> set[str]:
    return {command.__name__ for command in commands if command not in HANDLERS}


def test_every_command_of_the_program_has_a_function_that_step_knows() -> None:
    for module in walk_packages(workstation.reading.__path__, "workstation.reading."):
        import_module(module.name)

    ours = [command for command in Command.__subclasses__() if command.__module__.startswith("workstation.")]
    assert without_a_function(ours) == set()
    # what `step` imports is all there is: a command declared in a module that it doesn't import would be unheard
    assert set(COMMANDS.values()) == set(ours)


def test_a_command_without_a_function_is_found() -> None:
    assert without_a_function([ToggleInverted, Unheard]) == {"Unheard"}
    with pytest.raises(KeyError, match="Unheard"):
        step(a_session_state(), Unheard())


def test_a_second_function_for_a_command_is_refused() -> None:
    def again(state: SessionState, _command: ToggleInverted) -> Outcome:
        return Outcome(state)

    with pytest.raises(ValueError, match="ToggleInverted: a command of this name has its function already"):
        handles(ToggleInverted)(again)
