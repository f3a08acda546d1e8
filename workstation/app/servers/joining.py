"""Records on servers and the folders of this account that are joined to them: an address in the place of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.recovery.join import Joined


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


def join(text: str, directory: Path) -> Joined:
    """Make a folder of this account the place to work on a record that lies on a server."""
    from storage.recovery.join import join as bind

    done = bind(text, directory.resolve())
    remember(directory)
    return done


def _file() -> Path:
    from workstation.app.starting import recent_file
    from workstation.starting import joined

    return recent_file().with_name(joined.FILE)
