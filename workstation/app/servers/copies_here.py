"""Copies of the reader at this machine, fetched from the server where copies meet, and where each is sent to.

They lie in the account's own data folder, one folder for each server and login. A copy that is here is opened without
the server; so a lost connection keeps nobody from reading.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from storage.files.layout import IMAGES_FOLDER, SENT_FILE, STUDY_FILE
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.database.server_address import Address

# the names of copies, newest first, as the server said them last
_ORDER: Final = "copies.json"
# whoever opens the room waits so long for a server that doesn't answer
PATIENCE_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Here:
    """The copy to read in, by which reader; older ones that may have something unsent. password: None is not known."""

    folder: Path
    reader: str
    older: tuple[Path, ...]
    address: Address
    password: str | None
    told: str = ""


def fetched(address: Address, password: str, images: Path | None, *, keep_password: bool = False) -> Here:
    """The newest copy of whoever has this login, fetched if it isn't here; without a connection the one that is here.

    Args:
        address: of the server, with the login.
        password: of the login.
        images: a folder with the copy's images, as the coordinator sent or shared it; they are copied once.
        keep_password: put it into the key store of this account, once the server took it.

    Raises:
        UsageRefused: no copy is here and none is there.
        ServerAway: none is here, and the server doesn't answer.
        ServerRefused: it doesn't take the login.
    """
    from storage.errors import ServerAway
    from workstation.app.servers import passwords

    home, told = _home(address), ""
    try:
        order = _brought(home, address, password)
    except ServerAway as error:
        order, told = _known(home), f"{error}. The copy on this machine is opened; what is read is sent later"
        if not order:
            raise
    else:
        if keep_password:
            passwords.keep_of_database(address.name, password)
    if not order:
        raise UsageRefused(f"{address.name} has no copy for this login: your coordinator hands one over with --to")
    if images is not None:
        _take_images(home / order[0], images)
    return _of(home, order, address, password, told)


def fetched_before(address: Address, told: str) -> Here | None:
    """The newest copy that is on this machine, where nobody gave the password; None where none is. told: why."""
    home = _home(address)
    order = _known(home)
    return _of(home, order, address, None, told) if order else None


def _home(address: Address) -> Path:
    from storage.files.locations import data_folder

    return data_folder() / "servers" / hashlib.sha256(address.name.encode()).hexdigest()[:16]


def _of(home: Path, order: tuple[str, ...], address: Address, password: str | None, told: str) -> Here:
    newest = home / order[0]
    older = tuple(home / token for token in order[1:] if (home / token / SENT_FILE).exists())
    return Here(newest, reader_of(newest), older, address, password, told)


def on_this_machine(url: str) -> Path:
    """The folder of the newest copy from a server, as far as it was fetched; nothing is asked of the server.

    Raises:
        UsageRefused: none was.
    """
    from storage.database.server_address import address_of

    address = address_of(url)
    home = _home(address)
    known = _known(home)
    if not known:
        raise UsageRefused(
            f"no copy from {address.name} is on this machine: `ramris read` with that address fetches it first"
        )
    return home / known[0]


def sent_to(folder: Path) -> Address | None:
    """Where what is read in a copy is sent, as it was said when it was fetched or opened so; None is nowhere."""
    from storage.database.server_address import address_of

    file = folder / SENT_FILE
    if not file.is_file():
        return None
    try:
        said = json.loads(file.read_text("utf-8"))
        return address_of(str(said["address"]), Path(said["ca"]) if said.get("ca") else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(folder: Path, address: Address) -> None:
    """Keep where a copy is sent to, beside it."""
    from storage.database.server_address import SYSTEM
    from storage.files.atomic import write_whole

    said = {"address": address.name, "ca": "" if address.ca == SYSTEM else address.ca}
    write_whole(folder / SENT_FILE, json.dumps(said).encode())


def reader_of(copy: Path) -> str:
    """By which id the copy's reader opens it."""
    from storage.handover.whose import reader_of_copy

    return reader_of_copy(copy)


def _brought(home: Path, address: Address, password: str) -> tuple[str, ...]:
    """Fetch the newest copy if it isn't here; the names of all, newest first."""
    from storage.files.atomic import write_whole
    from storage.server import published
    from storage.server.connecting import Server

    with Server.connect(address, password, PATIENCE_S) as server:
        order = published.mine(server)
        if order and not (home / order[0] / STUDY_FILE).exists():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            making = home / f"{order[0]}.making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir(mode=0o700)
            published.make(server, order[0], making, whole=False)
            (making / IMAGES_FOLDER).mkdir(mode=0o700)
            remember(making, address)
            making.rename(home / order[0])
        if order:
            write_whole(home / _ORDER, json.dumps(order).encode())
    return order


def _known(home: Path) -> tuple[str, ...]:
    try:
        said = json.loads((home / _ORDER).read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    found = (
        [str(token) for token in said if (home / str(token) / STUDY_FILE).exists()] if isinstance(said, list) else []
    )
    return tuple(found)


def _take_images(copy: Path, given: Path) -> None:
    """Copy images that aren't here yet; the room looks at the pixels of each before it shows them."""
    source = given / IMAGES_FOLDER if (given / IMAGES_FOLDER).is_dir() else given
    if not source.is_dir():
        raise UsageRefused(f"{given.name}: no folder of images is there. Name the folder that the coordinator sent")
    for file in source.glob("*/*.dcm"):
        target = copy / IMAGES_FOLDER / file.parent.name / file.name
        if target.exists():
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(file, part)
        part.replace(target)
