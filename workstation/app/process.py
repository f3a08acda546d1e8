"""Processes of this program other than this one, what they may know of it, and the libraries that a window needs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from storage import acting
from storage.files.locations import VARIABLE as DATA_FOLDER_VARIABLE
from storage.vault.vault_passphrase import FILE_VARIABLE, VARIABLE
from workstation.app.keys import CONFIG_FOLDER_VARIABLE
from workstation.errors import EnvironmentLacks
from workstation.runtime import doctor, own_process

# what another process of ours must not be told: where somebody stood, among the scans for one, and what opens the vault
KEPT_BACK = frozenset({"PWD", "OLDPWD", VARIABLE, FILE_VARIABLE, acting.PASSPHRASE_VARIABLE, acting.FILE_VARIABLE})
OWN_FOLDERS = (DATA_FOLDER_VARIABLE, CONFIG_FOLDER_VARIABLE)


def need_libraries() -> None:
    """Refuse, with what to install, where a window or a picture of one can't be drawn."""
    found = doctor.lacks()
    if found:
        raise EnvironmentLacks(doctor.in_words(found))


def start_afresh(arguments: Sequence[str], where: Path) -> int:
    """Run a command in a process that has loaded nothing of what this one knows, and stands in the folder `where`.

    This one may stand among the scans, whose folders carry names; any program can ask where a process stands.
    """
    command = own_process.of_program(arguments)
    environment = own_environment()
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.chdir(where)
        # replaces this process with its memory and its argument list, which names the source folders
        os.execve(command[0], command, environment)  # noqa: S606 - ourselves, no shell wanted
    return subprocess.call(command, env=environment, cwd=where)  # noqa: S603 - ourselves


def own_environment() -> dict[str, str]:
    """The environment in which another process finds this program, without what only this one should know."""
    kept = {name: value for name, value in os.environ.items() if name not in KEPT_BACK}
    here = {name: str(Path(kept[name]).resolve()) for name in OWN_FOLDERS if kept.get(name)}
    return {**kept, **here, "PYTHONPATH": own_process.import_path()}
