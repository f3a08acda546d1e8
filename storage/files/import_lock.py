"""Import lock: one import into a study at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.errors import NotSaved, StudyError
from storage.files.locks import Held, NoLockFile, held

LOCK_FILE: Final = "import.lock"


@contextmanager
def import_lock(study: Path) -> Iterator[None]:
    """Hold the lock of the study in that folder.

    Raises:
        StudyError: another import holds it.
        NotSaved: the folder can't be written.
    """
    try:
        with held(study / LOCK_FILE):
            yield
    except Held as error:
        message = f"{study.name}: another import into this study is running. Wait until it has ended, or stop it"
        raise StudyError(message) from error
    except NoLockFile as error:
        raise NotSaved(f"Not imported: {LOCK_FILE} in the study can't be written. Make the folder writable") from error
