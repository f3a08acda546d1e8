"""A study as it stands at one moment, to be read for long without anybody waiting: of a large one, a copy.

In a rollback journal whoever reads keeps writers from committing, and a grade waits five seconds before it is told as
not saved: verifying a million answers takes longer. Copying takes a part of a second for each hundred megabytes, and
lets writers in between its steps.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from storage.database.engine import Store
from storage.errors import InUse
from storage.files.layout import STUDY_FILE
from storage.files.record_url import is_on_server
from storage.files.scratch import scratch_folder
from storage.record.study_file import StudyRow, open_study_at, open_study_file

# some 20,000 answers, which are verified in a fraction of the time that a grade can wait
LARGE_BYTES: Final = 8 << 20
# of 4 KB: what a disk writes in a fraction of that time
_STEP_PAGES: Final = 4096
_PAUSE_S: Final = 0.02
# a write in between begins the copy anew; behind so many steps for each that is needed it is made in one go
_MOST_BEGINNINGS: Final = 4


class BegunTooOften(Exception):
    """Somebody wrote during each copy so far."""


class Steps:
    """Counts the steps of a copy: four times as many as one needs that nobody disturbs, and one more is too many."""

    def __init__(self) -> None:
        self._taken = 0

    def __call__(self, _status: int, _remaining: int, total: int) -> None:
        """Behind each step; total: pages of the file.

        Raises:
            BegunTooOften: these were too many.
        """
        self._taken += 1
        if self._taken > _MOST_BEGINNINGS * (total // _STEP_PAGES + 1):
            raise BegunTooOften


@contextmanager
def still_view(study: Path) -> Iterator[tuple[Store, StudyRow]]:
    """The open study.db of a folder, or an open copy of what is committed in it; refuses as `open_study_file` does.

    On a server nobody waits for whoever reads, and it is the record itself. Where no copy can be made (a folder that is
    read-only or full, another command that looks at copies) it is the study's own file: there a grade may have to wait.
    """
    with ExitStack() as stack:
        opened = open_study_file(study)
        stack.callback(opened[0].close)
        if not is_on_server(study) and (study / STUDY_FILE).stat().st_size >= LARGE_BYTES:
            with suppress(OSError, sqlite3.Error, InUse):
                copy = _copied(study / STUDY_FILE, stack.enter_context(scratch_folder(study)))
                opened[0].close()
                opened = open_study_at(copy)
                stack.callback(opened[0].close)
        yield opened


def _copied(file: Path, folder: Path) -> Path:
    copy = folder / STUDY_FILE
    os.close(os.open(copy, os.O_CREAT | os.O_WRONLY, 0o600))
    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        # what is looked at and thrown away needn't be on the disk
        target.execute("PRAGMA synchronous = off")
        try:
            source.backup(target, pages=_STEP_PAGES, progress=Steps(), sleep=_PAUSE_S)
        except BegunTooOften:
            source.backup(target)
    return copy
