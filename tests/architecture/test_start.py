"""Cost of starting the reading room, held by what it imports: a clock on a busy machine can't hold it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from workstation.cli.shared import OnDemand, cli, study

# no values at the start: `doctor` runs before anything is installed, an edition hides its key from its `repr`
STILL_DATACLASSES = {"workstation.runtime.doctor", "storage.audit.reader_copies"}
TOLD_AT_THE_START = (
    "import json, sys, storage.study.reader, workstation.cli, workstation.ui.reader.window.launch\n"
    "ours = [(name, module) for name, module in sys.modules.items() "
    "if name.split('.')[0] in ('scoring', 'storage', 'workstation')]\n"
    "found = {name for name, module in ours for made in vars(module).values() "
    "if isinstance(made, type) and made.__module__ == name and '__dataclass_fields__' in vars(made)}\n"
    "slow = {'pydicom', 'SimpleITK', 'scipy', 'alembic', 'pyqtgraph', 'psycopg'}\n"
    "heavy = {name.split('.')[0] for name in sys.modules} & slow\n"
    "print(json.dumps([sorted(found), sorted(heavy), [name for name, _ in ours]]))"
)


def test_the_room_starts_without_dataclasses_and_without_what_is_slow_to_import() -> None:
    done = subprocess.run([sys.executable, "-c", TOLD_AT_THE_START], capture_output=True, text=True, check=True)

    dataclasses, heavy, imported = json.loads(done.stdout)
    assert set(dataclasses) <= STILL_DATACLASSES
    assert heavy == []
    # it did look at the room
    assert {"workstation.reading.command", "storage.records", "scoring.schemes.scheme"} <= set(imported)


def test_the_first_image_waits_for_nothing_that_only_a_key_or_other_images_need() -> None:
    code = (
        "import sys, storage.worklists.first_look, workstation.app.preferences; "
        "import workstation.ui.reader.window.main_window\n"
        "late = ('workstation.reading.session.step', 'workstation.actions.loading', "
        "'workstation.reading.answers.grading', 'workstation.ui.reader.coming.bar', "
        "'workstation.ui.reader.insets.overview', 'sqlalchemy')\n"
        "print([name for name in late if name in sys.modules], 'workstation.ui.reader.images.panel' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[] True"


def test_pyside_reads_the_source_of_no_module_that_a_window_imports() -> None:
    code = (
        "import builtins, linecache; plain = builtins.__import__\n"
        "import storage.study.reader, workstation.ui.reader.window.room\n"
        "from workstation.ui.shared.application import the_application; the_application()\n"
        "read = [name for name in linecache.cache if name.endswith('.py') and 'sqlalchemy' in name]\n"
        "print(builtins.__import__ is plain, read)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "True []"


def test_a_readers_command_imports_no_other_commands_and_no_start_window() -> None:
    code = (
        "import sys; from workstation.cli import main; main(['read', '--help']); "
        "import workstation.app.reading, workstation.ui.reader.window.launch; "
        "print([name for name in sys.modules if name.startswith(('workstation.cli.', 'workstation.start', "
        "'workstation.ui.start', 'workstation.app.start'))])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    commands = [
        "workstation.cli.paths",
        "workstation.cli.plain_reading",
        "workstation.cli.arguments",
        "workstation.cli.shared",
        "workstation.cli.by_click",
        "workstation.cli.reading",
    ]
    assert done.stdout.splitlines()[-1] == str(commands)


def test_a_room_that_is_asked_for_in_the_plain_way_waits_for_no_click(tmp_path: Path) -> None:
    code = (
        "import sys; from workstation.cli import main; import workstation.app.reading as app\n"
        "app.read = lambda *given, **more: print(given[:3], sorted(more)) or 0\n"
        f"assert main(['read', {str(tmp_path)!r}, '--reader', 'R1']) == 0\n"
        "print('click' in sys.modules, 'workstation.app.reading' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == [f"({tmp_path!r}, 'R1', None) ['apart']", "False True"]


def test_what_only_the_form_needs_of_a_scheme_and_of_qt_isnt_made_for_the_first_image() -> None:
    code = (
        "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6 import QtWidgets\n"
        "from scoring.schemes.load import shipped_scheme\n"
        "from workstation.diagram import outlines\n"
        "from workstation.ui.shared.application import the_application\n"
        "application = the_application()\n"
        # its names are made when Python first meets one
        "print('QStyle' in vars(QtWidgets))\n"
        "print(outlines.part_drawn(shipped_scheme()), outlines.read_diagram.cache_info().currsize)\n"
        "print(application.style().objectName())"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["False", "wrist 0", "fusion"]


@pytest.mark.parametrize("group", [cli, study], ids=["ramris", "ramris study"])
def test_each_command_is_looked_for_in_the_module_that_has_it(group: OnDemand) -> None:
    with click.Context(group) as context:
        names = group.list_commands(context)

    def module(name: str) -> str:
        command = group.commands[name]
        # a group of commands has no module of its own but that of its commands
        inner = next(iter(command.commands.values())) if isinstance(command, click.Group) else command
        assert inner.callback is not None
        return inner.callback.__module__.removeprefix("workstation.cli.")

    assert {name: module(name) for name in names if name != "study"} == {
        name: home for home, of_home in group.homes.items() for name in of_home
    }
    assert len(names) > 20


@pytest.mark.parametrize(
    "command",
    [
        ["reread", "nowhere", "--reader", "AD"],
        ["study", "assign", "nowhere", "--reader", "AD"],
        ["study", "check", "nowhere"],
        ["study", "reopen", "nowhere", "C1", "--why", "w"],
        ["sheets", "nowhere", "out"],
        ["audit", "nowhere"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_a_command_that_opens_no_pixels_and_no_window_waits_for_neither(command: list[str]) -> None:
    code = (
        f"import sys; from workstation.cli import main; assert main({command!r}) == 2; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & "
        "{'scipy', 'SimpleITK', 'PySide6', 'pyqtgraph', 'matplotlib', 'psycopg'}))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines() == ["[]"]
    assert "This folder holds no study" in done.stderr


def test_a_command_that_nobody_has_is_told_with_those_that_are_near() -> None:
    code = "from workstation.cli import main; main(['study', 'assing', 'nowhere'])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "'assing'" in done.stderr
    assert "assign" in done.stderr
