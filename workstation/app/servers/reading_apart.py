"""Reading in a copy whose answers are sent to a server while the room is open. The room itself is as any."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app.progress import Say
from workstation.app.servers import copies_here
from workstation.app.servers.posting import Posting
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.database.server_address import Address


# what says a line, what complains, and what asks for a password
Speak = tuple[Say, Say, Callable[[str], str]]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of a server; "" and None where nothing."""

    address: str
    ca: Path | None
    images: Path | None
    keep_password: bool


def read(given: Path | str, reader: str | None, png: Path | None, typed: Typed, speak: Speak) -> int:
    """Open the room on a copy from a server, or on a folder that is sent to one."""
    from workstation.app import reading
    from workstation.app.servers.images import while_reading

    say, complain, ask = speak
    if isinstance(given, Path):
        # a picture is of no use to a server
        posting = None if png is not None else _of_a_folder(given, typed, ask)
        return reading.read(given, reader or "", png, say, complain, apart=while_reading(given), posting=posting)
    if typed.address:
        raise UsageRefused("--to goes with a folder: a copy from a server is sent to that server")
    here = _here(given, typed, ask, in_a_window=png is None and _has_windows())
    if here.told:
        complain(here.told)
    if reader is not None and reader != here.reader:
        raise UsageRefused(f"the copy of this login is that of {here.reader}: leave --reader out")
    posting = Posting((here.folder, *here.older), here.address, here.password)
    return reading.read(here.folder, here.reader, png, say, complain, apart=while_reading(here.folder), posting=posting)


def _here(url: str, typed: Typed, ask: Callable[[str], str], *, in_a_window: bool) -> copies_here.Here:
    """The copy of that login. Who asks for its password: a window where there is a display, else the terminal."""
    from storage.database.server_address import address_of
    from workstation.app.servers import meeting

    address = address_of(url, typed.ca)
    if in_a_window and address.user:
        return _here_by_window(address, typed)
    password = meeting.password_of(address, ask)
    return copies_here.fetched(address, password, typed.images, keep_password=typed.keep_password)


def _here_by_window(address: Address, typed: Typed) -> copies_here.Here:
    """The same; nobody is asked where environment or key store know a password that the server takes."""
    from storage.errors import ServerRefused
    from storage.server.connecting import NO_LOGIN
    from workstation.app.servers import passwords

    known, keep, again = passwords.known_of_database(address.name), typed.keep_password, False
    while True:
        if known is None:
            # Qt, where somebody is to be asked
            from workstation.ui.reader.coming import password_dialog

            given = password_dialog.ask(again=again, can_keep=passwords.can_keep())
            if given is None:
                return _without_asking(address)
            known, keep = given.password, given.keep or typed.keep_password
        try:
            return copies_here.fetched(address, known, typed.images, keep_password=keep)
        except ServerRefused as error:
            if error.code != NO_LOGIN:
                raise
            known, again = None, True


def _without_asking(address: Address) -> copies_here.Here:
    told = f"The password for {address.name} wasn't given. The copy on this machine is opened; what is read is kept"
    found = copies_here.fetched_before(address, told)
    if found is None:
        raise UsageRefused(
            "nothing was opened: your cases aren't on this machine yet, and the server gives them for the password of "
            "your login alone. Do the same again, and type it"
        )
    return found


def _has_windows() -> bool:
    from workstation.runtime import doctor

    return doctor.has_display(os.environ) or "QT_QPA_PLATFORM" in os.environ


def _of_a_folder(folder: Path, typed: Typed, ask: Callable[[str], str]) -> Posting | None:
    """What sends a folder: as typed, or as it was sent before; the room asks for a password that isn't known then."""
    from storage.database.server_address import address_of
    from workstation.app.servers import meeting, passwords

    if typed.images is not None:
        raise UsageRefused("--images goes with the URL of a server: this folder has its images")
    if typed.address:
        address = address_of(typed.address, typed.ca)
        password = meeting.password_of(address, ask)
        _check(folder, address)
        copies_here.remember(folder, address)
        if typed.keep_password:
            passwords.keep_of_database(address.name, password)
        return Posting((folder,), address, password)
    known = copies_here.sent_to(folder)
    if known is None:
        return None
    return Posting((folder,), known, passwords.known_of_database(known.name))


def _check(folder: Path, address: Address) -> None:
    """The folder is a copy; what isn't is refused before a window opens."""
    if not address.user:
        raise UsageRefused(f"{address.name} names no login: postgresql://LOGIN@HOST/DATABASE")
    copies_here.reader_of(folder)
