"""Scratch folder for copies of study files that are being read: in the study's own folder, for this account alone.

Never in the system's folder for temporary files: a command that is killed leaves its copies behind, with all grades in
them, and nobody looks there. Here the next opening of the study takes them away (`leftovers_of.sweep`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.files.leftovers import SCRATCH
from storage.files.staging import staging_folder


@contextmanager
def scratch_folder(study: Path) -> Iterator[Path]:
    """A folder for copies, on the study's own disk; it is gone when the block has ended.

    Raises:
        InUse: another command looks at copies for this study.
        OSError: the study's folder can't be written.
    """
    out = study / SCRATCH
    out.parent.mkdir(mode=0o700, exist_ok=True)
    with staging_folder(out) as copies:
        yield copies


def copy_of_file(source: Path, target: Path) -> None:
    """Copy a study file and the journal of a half-done transaction beside it, for this account alone.

    Raises:
        OSError: one can't be read or written.
    """
    _copy(source, target)
    journal = source.with_name(f"{source.name}-journal")
    if journal.exists():
        _copy(journal, target.with_name(f"{target.name}-journal"))


def _copy(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
    shutil.copyfile(source, target)
