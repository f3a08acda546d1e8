"""Figures asked for by a command: while cases are read it needs a reason, and the record says that they were seen."""

from __future__ import annotations

from pathlib import Path


def note_seen(directory: Path, what: str, why: str) -> None:
    """Put on the record that these figures are seen while cases are read; nothing where no grade can change any more.

    The vault stays shut where nothing is open: a script needs no passphrase then.

    Raises:
        StudyError: cases are read, and there is no reason, or the folder is a reader's copy.
    """
    from storage.errors import StudyError
    from storage.study.figures_keeping import asked, open_readings_in, refuse_in_a_copy
    from workstation.app.coordinating import coordinating

    count = open_readings_in(directory)
    if not count:
        return
    refuse_in_a_copy(directory, count)
    if not why.strip():
        raise StudyError(asked(count))
    with coordinating(directory) as study:
        study.note_figures_seen(what, why)
