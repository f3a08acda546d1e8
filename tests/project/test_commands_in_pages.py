"""Commands that the pages tell people to type: each of them is there, with the options that are told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from workstation.cli.shared import cli

ROOT = Path(__file__).parents[2]
# generated pages hold messages of the program; the CHANGELOG also tells of what is gone
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CITATION.cff")),
    *(page for page in sorted((ROOT / "docs").glob("*.md")) if page.name not in {"refusals.md", "hostile-cases.md"}),
]
_TYPED = re.compile(r"`ramris ([^`]+)`|^ {4}ramris (.+)$", re.MULTILINE)


def told(text: str) -> Iterator[str]:
    """What stands after `ramris` in backticks or on an indented line, without the comment behind it."""
    for quoted, indented in _TYPED.findall(text):
        line = re.split(r"(?:^|\s+)#", (quoted or indented).strip())[0]
        if line:
            yield line


def wrong(line: str) -> str:
    """Why a line can't be typed, "" where it can."""
    command: click.Command = cli
    for word in line.split():
        if word.startswith("--"):
            option = re.split(r"[=\],]", word)[0]
            both = [(*parameter.opts, *parameter.secondary_opts) for parameter in command.params]
            known = {name for names in both for name in names} | {"--help", "--version"}
            if option not in known:
                return f"{command.name} has no option {option}"
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            # a group's name alone, or with dots, stands for all of it
            if found is None and re.fullmatch(r"[a-z][a-z-]*", word):
                return f"there is no command {word}"
            command = found or command
    return ""


@pytest.mark.parametrize("page", [str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_tells_of_commands_and_options_that_there_are(page: str) -> None:
    lines = list(told((ROOT / page).read_text("utf-8")))

    assert {line: why for line in lines if (why := wrong(line))} == {}


def test_the_pages_do_tell_of_commands() -> None:
    lines = {line for page in PAGES for line in told(page.read_text("utf-8"))}

    assert {line.split()[0] for line in lines} >= {"demo", "doctor", "study", "read", "export", "audit", "agreement"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("study creates my-trial", "there is no command creates"),
        ("study create my-trial --oder hidden", "create has no option --oder"),
        ("study add my-trial --json", ""),
        ("frobnicate", "there is no command frobnicate"),
    ],
)
def test_a_command_that_is_not_there_is_found(line: str, why: str) -> None:
    assert wrong(line) == why
