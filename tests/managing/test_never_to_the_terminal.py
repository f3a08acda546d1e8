"""Messages of the coordinator's window never send to a terminal: every refusal of the source, as the window says it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.refusals import Refusal, found
from workstation.app.window_tasks import TASKS
from workstation.managing.session import TASKS_KEY
from workstation.managing.study_tasks import in_the_window

ROOT = Path(__file__).parents[2]
TERMINAL = re.compile(r"\bramris [a-z]|--[a-z]")
# what this window can't come to, and why
ELSEWHERE = {
    "workstation.cli": "the command line itself",
    "workstation.ui.reader": "the reading room",
    "workstation.ui.start": "the start window",
    "workstation.phantom": "phantoms are made by command",
    "workstation.app.calibrating.making": "synthetic cases to learn on are made by command",
    "storage.study.program_readers": "scores of a program come in by command",
    "workstation.exchange.codes": "scores of a program come in by command",
    "workstation.exchange.report": "scores of a program come in by command",
    "storage.server.setting_up": "said to who keeps the server",
    "storage.server.sending": "the reading room",
    "workstation.app.servers.copies_here": "a reader's copies from a server",
    "workstation.app.servers.reading_apart": "the reading room",
    "workstation.app.servers.meeting": "the same by command",
    "workstation.app.servers.joining": "a record is named by its address in commands alone",
    "storage.server.record_roles": "said to who keeps the server",
    "workstation.fetching": "images that lie apart come to a reader's copy",
    "workstation.qualifying": "an installation is qualified by command",
    "workstation.actions.own_keys": "a reader's own keys",
    "workstation.app.atlas": "a reader's own atlas",
    "workstation.app.keys": "a reader's own keys",
    "workstation.app.figures_window": "the window of numbers, which a command opens",
    "workstation.app.reading": "the reading room",
    "workstation.app.starting": "the start window",
    "workstation.app.window_tasks.managing": "said before there is a window",
    "storage.signing.passphrases": "said to a reader who signs",
    "scoring.schemes.own_folder": "whoever writes a scheme of their own has a terminal",
}
# of a module that the window does come to, lines that it can't
NOT_HERE = (
    "This study asks who acts",
    "--zone ",
    "Not remembered: your settings",
    "give the number with --n",
)


def _in_this_window(item: Refusal) -> bool:
    return not item.module.startswith(tuple(ELSEWHERE)) and not item.text.startswith(NOT_HERE)


def test_no_refusal_that_the_window_can_show_sends_to_the_terminal() -> None:
    shown = [(item.module, in_the_window(item.text, TASKS, TASKS_KEY)) for item in found() if _in_this_window(item)]

    assert len(shown) > 300
    assert [(module, text) for module, text in shown if TERMINAL.search(text)] == []


# texts that are no messages of this window, by what they begin with, and why
NO_MESSAGES = {
    "{} has {}. Next: ramris read": "the first line of `study assign`; the task says it otherwise",
    "accept what stays as it is": "how the command line is answered",
    "answer with: ramris": "how the command line is answered",
    "ramris study decide DIR {} ANSWER": "how the command line is answered",
    "all {} that ask the same for the same": "how the command line is answered",
    "{} (an interval by --bootstrap)": "figures of the command line",
    "{} shown as 1, calculated": "figures of the command line",
    "--order {} --unit {}": "the page of a new study offers no such pair",
    "give the number with --n N": "the window asks for the number",
    "{} Look and release with": "said by `ramris open`",
    "No case is left. A coordinator draws": "how a calibration is told by command",
    "{}: ramris read {} --reader": "how a calibration is told by command",
    "For the file: ramris calibrate": "how a calibration is told by command",
    "This study asks who acts for the coord": "the window asks",
    "--png": "an option",
    "--zone {}": "the trail is written in UTC here",
    "Not remembered": "said to a reader",
    "ramris head": "what is hashed",
    "ramris images": "under which name the account keeps a password",
    "ramris read sheets": "the author of a page",
    "study add --add-to-read": "names a task's command",
    "study move --back": "names a task's command",
}
ITS_OWN = ("workstation.runtime.", "storage.migrations.", "storage.database.engine", "workstation.managing.study_tasks")


def _texts(module: ast.Module) -> Iterator[str]:
    """String constants that aren't docstrings; what is put into them as {}."""
    inside = {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(module):
        for child in ast.iter_child_nodes(node):
            if isinstance(node, ast.Expr) or id(child) in inside:
                continue
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value
            elif isinstance(child, ast.JoinedStr):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in child.values)


def test_no_text_of_what_the_window_comes_to_sends_to_the_terminal() -> None:
    """Findings, notices and refusals that are put together somewhere else than where they are raised."""
    sent = []
    for top in ("workstation", "storage", "scoring"):
        for file in sorted((ROOT / top).rglob("*.py")):
            name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            if not name.startswith((*ELSEWHERE, *ITS_OWN)):
                texts = _texts(ast.parse(file.read_text(encoding="utf-8")))
                sent += [(name, text) for text in texts if not text.startswith(tuple(NO_MESSAGES))]

    shown = [(name, in_the_window(text, TASKS, TASKS_KEY)) for name, text in sent]
    assert [(name, text) for name, text in shown if TERMINAL.search(text)] == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Ctrl+E in `ramris manage` does; who has looked elsewhere says so with `ramris study hand-over DIR`",
            "Ctrl+E does",
        ),
        (
            "Take the exclusion back first: ramris study remove DIR S001 --undo --why TEXT",
            "Take the exclusion back first: go to S001 among the subjects and press Ctrl+Z",
        ),
        ("the study has none; `ramris study check --json` names them", "the study has none; this window names them"),
        ("`ramris reread DIR --reader R1 --n 10` draws some", "“Readers and parked cases” (Ctrl+B) draws some"),
        ("`ramris study salvage` brings its rows", "“Salvage a damaged study” (Ctrl+K) brings its rows"),
    ],
)
def test_a_command_is_told_as_what_does_it_here(said: str, told: str) -> None:
    assert in_the_window(said, TASKS, TASKS_KEY) == told


def test_no_text_of_the_window_itself_names_a_command() -> None:
    folders = (ROOT / "workstation" / "ui" / "coordinator", ROOT / "workstation" / "managing")
    said = {
        (file.name, number): line
        for folder in folders
        for file in folder.rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\bramris (study|audit|export|trail|analyse|agreement|reread|sign)\b", line)
    }
    # handed through `in_the_window`, or what that replaces
    by_way = {"damage.py", "held_pictures.py", "study_tasks.py"}

    assert {place for place in said if place[0] not in by_way} == set()
