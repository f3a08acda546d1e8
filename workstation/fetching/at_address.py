"""Source of the pieces of a list, by the address that it has."""

from __future__ import annotations

from pathlib import Path

from storage.apart.image_list import ImageList
from workstation.fetching.source import Folder, Source, address_of_images
from workstation.web.address import Credentials


def source_of(images: ImageList, credentials: Credentials) -> Source:
    """What gives the pieces; FetchRefused where the address or the certificate can't be used."""
    address = address_of_images(images.address)
    if "://" not in address:
        return Folder(Path(address))
    # a room whose images are here, or in a folder, needs no library for it
    from workstation.fetching.server import Server  # noqa: PLC0415 - see above

    return Server(address, credentials, Path(images.ca) if images.ca else None)
