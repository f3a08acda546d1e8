"""Cost of starting the reading room, held by what it imports: a clock on a busy machine can't hold it."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from workstation.cli.shared import COMMANDS, OF_READING, cli

# no values at the start: `doctor` runs before anything is installed, an edition hides its key from its `repr`
STILL_DATACLASSES = {"workstation.runtime.doctor", "storage.audit.reader_copies"}
TOLD_AT_THE_START = (
    "import json, sys, storage.study.reader, workstation.cli, workstation.ui.reader.window.launch\n"
    "ours = [(name, module) for name, module in sys.modules.items() "
    "if name.split('.')[0] in ('scoring', 'storage', 'workstation')]\n"
    "found = {name for name, module in ours for made in vars(module).values() "
    "if isinstance(made, type) and made.__module__ == name and '__dataclass_fields__' in vars(made)}\n"
    "heavy = {name.split('.')[0] for name in sys.modules} & {'pydicom', 'SimpleITK', 'scipy', 'alembic', 'pyqtgraph'}\n"
    "print(json.dumps([sorted(found), sorted(heavy), [name for name, _ in ours]]))"
)


def test_the_room_starts_without_dataclasses_and_without_what_is_slow_to_import() -> None:
    done = subprocess.run([sys.executable, "-c", TOLD_AT_THE_START], capture_output=True, text=True, check=True)

    dataclasses, heavy, imported = json.loads(done.stdout)
    assert set(dataclasses) <= STILL_DATACLASSES
    assert heavy == []
    # it did look at the room
    assert {"workstation.reading.command", "storage.records", "scoring.schemes.scheme"} <= set(imported)


def test_a_readers_command_imports_no_other_commands_and_no_start_window() -> None:
    code = (
        "import sys; from workstation.cli import main; main(['read', '--help']); "
        "import workstation.app.reading, workstation.ui.reader.window.launch; "
        "print([name for name in sys.modules if name.startswith(('workstation.cli.', 'workstation.start', "
        "'workstation.ui.start', 'workstation.app.start'))])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    commands = ["workstation.cli.arguments", "workstation.cli.shared", "workstation.cli.reading"]
    assert done.stdout.splitlines()[-1] == str(commands)


def test_the_commands_that_are_said_to_be_of_reading_are_those_of_their_module() -> None:
    names = cli.list_commands(click.Context(cli))

    def module(name: str) -> str:
        command = cli.commands[name].callback
        assert command is not None
        return command.__module__.rpartition(".")[2]

    assert {name for name in names if module(name) == "reading"} == OF_READING
    assert {"study", "read", "export"} <= set(names)
    assert {module(name) for name in names} <= {*COMMANDS, "shared"}
