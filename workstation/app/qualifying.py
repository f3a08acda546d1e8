"""Qualification of this installation: checks in a folder of their own, and the page for a site's file."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from storage.files.atomic import write_whole
from storage.files.locations import VARIABLE as DATA_FOLDER_VARIABLE
from storage.version import VERSION
from workstation.app.keys import CONFIG_FOLDER_VARIABLE
from workstation.app.process import own_environment
from workstation.app.progress import Progress
from workstation.errors import UsageRefused
from workstation.qualifying.check import Qualification


def qualify(progress: Progress) -> Qualification:
    """Check the installation, then what it does; nothing of it touches a study or the settings of this account."""
    from workstation.qualifying.commands import Commands
    from workstation.qualifying.installation import installation, machine
    from workstation.qualifying.operation import operation

    began = _now()
    installed = tuple(installation())
    with tempfile.TemporaryDirectory(prefix="ramris-qualify-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        own = {DATA_FOLDER_VARIABLE: str(folder / "data"), CONFIG_FOLDER_VARIABLE: str(folder / "settings")}
        operating = tuple(operation(Commands(folder, {**own_environment(), **own}), progress))
    return Qualification(VERSION, machine(), began, _now(), installed, operating)


def write_page(found: Qualification, path: Path) -> None:
    """Write the page for a site's file."""
    from workstation.qualifying.page import qualification_page

    try:
        write_whole(path, qualification_page(found).encode("utf-8"))
    except OSError as error:
        trouble = f"{path}: can't be written ({error.strerror}). Give the name of an .html file in a folder of yours"
        raise UsageRefused(trouble) from None


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")


def summary(found: Qualification) -> str:
    """How it came out, in one line."""
    from workstation.qualifying.page import summary as told

    return told(found)
