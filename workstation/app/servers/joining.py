"""Records on servers and the folders of this account that are joined to them: an address in the place of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.recovery.join import Joined
    from workstation.app.progress import Progress

# what a folder lacks, and what can't be done in it before it is there
LACKING: Final = {
    "vault.db": "who is who, and all that changes the study (scans, worklists, hand-over, merging, decisions, locking)",
    "images": "hand-over, pictures in the windows, and reading here",
}


def folder_of(text: str) -> Path:
    """The folder that is joined to the record at an address.

    Raises:
        AddressRefused: it is no address.
        UsageRefused: none is.
    """
    from storage.database.server_address import address_of

    address = address_of(text, proven=False)
    found = joined_folder(text)
    if found is None:
        raise UsageRefused(f"{address.name} is joined to no folder here: ramris study join {address.name} DIR")
    return found


def joined_folder(text: str) -> Path | None:
    """The same; None where none is."""
    from storage.database.server_address import address_of
    from workstation.app.starting import recent_file
    from workstation.starting import joined, kept

    opened = [item.folder for item in kept.load(recent_file())]
    return joined.folder_of(address_of(text, proven=False), (*joined.load(_file()), *opened))


def remember(directory: Path) -> None:
    """A folder whose record lies on a server is found by its address from now on, where that can be kept."""
    from workstation.starting import joined

    joined.remember(_file(), directory.resolve())


def join(text: str, directory: Path, told: Progress, stop: Callable[[], bool]) -> Joined:
    """Make a folder of this account the place to work on a record that lies on a server; watched as in `moving`."""
    from storage.files.watched import Watched
    from storage.recovery.join import KEPT
    from storage.recovery.join import join as bind

    done = bind(text, directory.resolve(), Watched(told, stop, KEPT))
    remember(directory)
    return done


def lacks_in_words(done: Joined) -> tuple[str, ...]:
    """A line for each thing that the folder lacks, and what can't be done before it is there."""
    return tuple(
        f"{name} isn't in it, and is needed for: {LACKING[name]}. Copy it there from the first coordinator's folder"
        for name in done.lacks
    )


def _file() -> Path:
    from workstation.app.starting import recent_file
    from workstation.starting import joined

    return recent_file().with_name(joined.FILE)
