"""For the coordinator: what keeps a study from being lost."""

from __future__ import annotations

from pathlib import Path

from workstation.app import safekeeping as app
from workstation.cli.shared import DIRECTORY, DONE, say, study


@study.command("backup")
@DIRECTORY
def backup(directory: Path) -> int:
    """Copy study.db to DIR/backups and verify the copy; the room does so by itself.

    Identities are not in it: back vault.db up where only you can reach it.
    """
    made = app.back_up(directory)
    say(f"Backed up to backups/{made}" if made else "The newest backup holds all of it already")
    return DONE
