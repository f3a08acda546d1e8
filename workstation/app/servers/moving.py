"""The record of a study to a PostgreSQL server and back, in the coordinator's hands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.files.watched import Watched
    from storage.recovery.move import Moved
    from storage.recovery.upgrade import Upgraded


def move_to(directory: Path, address: str, watched: Watched | None = None) -> Moved:
    """Bring the record to a server."""
    from storage.files.watched import UNWATCHED
    from storage.recovery.move import move_to as bring
    from workstation.app.servers.joining import remember

    moved = bring(directory, address, watched or UNWATCHED)
    remember(directory)
    return moved


def move_back(directory: Path, watched: Watched | None = None) -> Moved:
    """Bring the record back into the folder."""
    from storage.files.watched import UNWATCHED
    from storage.recovery.move_back import move_back as fetch

    return fetch(directory, watched or UNWATCHED)


def upgrade(directory: Path, watched: Watched | None = None) -> Upgraded:
    """Bring the record to this program's schema."""
    from storage.files.watched import UNWATCHED
    from storage.recovery.upgrade import upgrade_record

    return upgrade_record(directory, watched or UNWATCHED)
