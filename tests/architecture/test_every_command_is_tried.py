"""Every command of the program is tried on a study that has lived: tests/lived/commands.py says what it must say."""

from __future__ import annotations

from collections.abc import Iterator

import click

from tests.lived.commands import ON_LOCKED, TRIED, named
from workstation.cli.shared import cli


def _commands(group: click.Group, before: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before}{name} ")
        elif command is not None:
            yield f"{before}{name}"


def test_each_command_has_a_line_in_the_table_of_those_that_are_tried() -> None:
    tried = {named(item) for item in (*TRIED, *ON_LOCKED)}

    assert set(_commands(cli)) - tried == set(), "give each of these a line in tests/lived/commands.py"
    assert tried - set(_commands(cli)) == set(), "there is no such command any more"
