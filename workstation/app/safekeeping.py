"""What keeps a study from being lost, in the coordinator's hands."""

from __future__ import annotations

from pathlib import Path


def back_up(directory: Path) -> str | None:
    """The name of the backup that was made; None when the newest one holds the same already."""
    from storage.backups import back_up as make
    from storage.study_file import open_study_file

    # opened first: what isn't a study is refused in words, and an older one is brought to this program's schema
    open_study_file(directory)[0].close()
    made = make(directory)
    return None if made is None else made.file.name
