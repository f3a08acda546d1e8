"""Source of the pieces of images: a folder such as a share here, a server elsewhere. A line for each way to fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from scoring.errors import RamrisError
from scoring.ordinary_file import open_ordinary
from workstation.web.address import Words, address_of

Stop = Callable[[], bool]


class FetchRefused(RamrisError):
    """A piece can't be had. again: it may come when it is asked for once more."""

    def __init__(self, line: str, *, again: bool = False) -> None:
        super().__init__(line)
        self.again = again


class PasswordWanted(FetchRefused):
    """The server wants a password that it hasn't got, or another one than it got."""


class Stopped(Exception):
    """Nobody waits for the piece any more."""


OF_IMAGES: Final = Words(
    FetchRefused,
    "images",
    "https://images.hospital.org/trial",
    "the name of the folder alone",
    "Give the user by itself; readers are asked",
    "passwords",
)


class Source(Protocol):
    """Gives a piece by its name."""

    def piece(self, name: str, size: int, stop: Stop) -> bytes:
        """All `size` bytes of it.

        Raises:
            FetchRefused: it can't be had, or is longer or shorter.
            Stopped: `stop` said so.
        """

    def done(self) -> None:
        """This thread asks for nothing more."""


def address_of_images(typed: str) -> str:
    """Where images lie, as it is kept: the address of a server without a slash at its end, or a whole path.

    Raises:
        FetchRefused: it is empty, or an address that is refused as such.
    """
    text = typed.strip()
    if text.startswith("file:"):
        text = _path_of(text)
    if "://" in text:
        return address_of(text, OF_IMAGES)
    if not text:
        raise FetchRefused(f"an address of images is empty. Such as {OF_IMAGES.example}, or a folder")
    return str(Path(text).expanduser().absolute())


def _path_of(url: str) -> str:
    path = unquote(urlsplit(url).path)
    # file:///C:/images
    return path[1:] if os.name == "nt" and len(path) > 2 and path[2] == ":" else path  # noqa: PLR2004 - as above


class Folder:
    """A folder of this machine, or one that it sees as such."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def piece(self, name: str, size: int, stop: Stop) -> bytes:
        """See `Source`."""
        if stop():
            raise Stopped
        # outside any `except`: an OSError in __context__ would carry the path
        content = b""
        missing = unreadable = False
        try:
            with open_ordinary(self._folder / name) as file:
                content = file.read(size + 1)
        except FileNotFoundError:
            missing = True
        except OSError:
            unreadable = True
        if (missing or unreadable) and not self._folder.is_dir():
            raise FetchRefused(
                "the folder of images isn't there. Connect to the share that it lies on; where it has another name "
                "here, say which with `ramris fetch DIR --from FOLDER`"
            )
        if missing:
            raise FetchRefused("the folder of images lacks a part of this image. Tell the coordinator")
        if unreadable:
            raise FetchRefused("the folder of images can't be read. Ask whoever keeps it whether you may", again=True)
        return whole(content, size, "the folder of images")

    def done(self) -> None:
        """See `Source`: no file stays open."""


def whole(content: bytes, size: int, who: str) -> bytes:
    """The content of a piece; FetchRefused where it is of another size."""
    if len(content) > size:
        raise FetchRefused(f"{who} gives more than the copy asks for. Tell the coordinator")
    if len(content) < size:
        raise FetchRefused(f"{who} gives less than the copy asks for. Try again, or tell the coordinator", again=True)
    return content
