"""The record of a study to a PostgreSQL server and back, in the coordinator's hands.

told: done, of how many, at which stage. stop: whether it is to stop; Stopped then, and all is as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Progress

if TYPE_CHECKING:
    from storage.recovery.move import Moved
    from storage.recovery.upgrade import Upgraded


def move_to(directory: Path, address: str, told: Progress, stop: Callable[[], bool]) -> Moved:
    """Bring the record to a server."""
    from storage.files.watched import Watched
    from storage.recovery.move import KEPT_HERE
    from storage.recovery.move import move_to as bring
    from workstation.app.servers.joining import remember

    moved = bring(directory, address, Watched(told, stop, KEPT_HERE))
    remember(directory)
    return moved


def move_back(directory: Path, told: Progress, stop: Callable[[], bool]) -> Moved:
    """Bring the record back into the folder."""
    from storage.files.watched import Watched
    from storage.recovery.move_back import KEPT_THERE
    from storage.recovery.move_back import move_back as fetch

    return fetch(directory, Watched(told, stop, KEPT_THERE))


def upgrade(directory: Path, told: Progress, stop: Callable[[], bool]) -> Upgraded:
    """Bring the record to this program's schema."""
    from storage.files.watched import Watched
    from storage.recovery.upgrade import KEPT, upgrade_record

    return upgrade_record(directory, Watched(told, stop, KEPT))
