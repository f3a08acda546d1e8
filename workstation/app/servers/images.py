"""Images of a copy that lie apart: where they lie, and fetching them, by command or while somebody reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from workstation.app.progress import Progress
from workstation.errors import EnvironmentLacks, UsageRefused

if TYPE_CHECKING:
    from storage.apart.image_list import ImageList
    from storage.apart.setting_apart import Apart
    from workstation.fetching.while_reading import WhileReading
    from workstation.web.address import Credentials


# cases without their images after which a server isn't asked for more
_ENOUGH: Final = 3


class Fetched(Struct, frozen=True):
    """What came: images that were fetched now, that are here, of all in the copy; cases that lack some, and why."""

    came: int
    here: int
    images: int
    lacking: tuple[tuple[str, str], ...] = ()
    stopped: bool = False
    # how they are kept on this disk, in words, and whether that is encrypted
    kept: str = ""
    encrypted: bool = False


class Changed(Struct, frozen=True):
    """What is other on this machine than the coordinator wrote; "" and None leave it."""

    address: str = ""
    user: str = ""
    ca: Path | None = None
    space_gb: float | None = None


def lying_at(folder: Path, url: str, user: str) -> Apart:
    """Where images will lie; FetchRefused where no server can have that address."""
    from storage.apart.setting_apart import Apart
    from workstation.fetching.source import address_of_images

    return Apart(folder, address_of_images(url or str(folder)), user)


def list_of(directory: Path, changed: Changed) -> ImageList:
    """The list of a copy, changed as wanted; the copy keeps that.

    Raises:
        UsageRefused: its images don't lie apart.
        FetchRefused, RecordDamaged: an address, or the list, can't be used.
    """
    from scoring.values import replace
    from storage.apart.image_list import lies_apart, read_list, write_list
    from storage.files.layout import STUDY_FILE
    from workstation.fetching.source import address_of_images

    if not (directory / STUDY_FILE).exists():
        raise UsageRefused(f"This folder holds no study ({STUDY_FILE} is missing); name the one that you were given")
    if not lies_apart(directory):
        raise UsageRefused("The images of this study are in its folder, so there is nothing to fetch")
    old = read_list(directory)
    new = replace(
        old,
        address=address_of_images(changed.address) if changed.address else old.address,
        user=changed.user or old.user,
        ca=str(changed.ca.resolve()) if changed.ca is not None else old.ca,
        space_gb=old.space_gb if changed.space_gb is None else changed.space_gb,
    )
    if new != old:
        write_list(directory, new)
    return new


def credentials_for(images: ImageList, ask: Callable[[str], str] | None) -> Credentials:
    """Who asks for them; `ask` is given the user's name where nothing else says the password. None asks nobody."""
    from workstation.app.servers import passwords
    from workstation.web.address import Credentials

    token, password = passwords.of_images(images.address, images.user)
    if token or not images.user:
        return Credentials(token=token)
    if password is None:
        password = "" if ask is None else ask(images.user)
    return Credentials(images.user, password)


def encrypting(directory: Path, images: ImageList, wanted: bool | None) -> str:
    """How images are kept on this disk from now on, in words; None leaves it as it is. Turning it off takes a while.

    Raises:
        EnvironmentLacks: the disk doesn't take it; what was encrypted stays, and the same command goes on.
    """
    from storage.apart import arrived, at_rest
    from storage.files.layout import IMAGES_FOLDER

    try:
        if wanted is False:
            arrived.decrypt(directory / IMAGES_FOLDER, images.files.values())
            at_rest.leave_off(directory)
        elif wanted:
            at_rest.allow(directory)
        return at_rest.begin(directory)
    except OSError as error:
        why = f"this disk doesn't take it ({error.strerror}): make room, then do the same again"
    raise EnvironmentLacks(why)


def while_reading(directory: Path) -> WhileReading | None:
    """What brings images to a room; None where they are in the copy."""
    from storage.apart.image_list import lies_apart

    if not lies_apart(directory):
        return None
    from workstation.fetching.while_reading import WhileReading

    return WhileReading(directory, lambda images: credentials_for(images, None), _OwnStore())


class _OwnStore:
    """The key store of this account."""

    def is_there(self) -> bool:
        """See `KeyStore`."""
        from workstation.app.servers import passwords

        return passwords.can_keep()

    def keep(self, images: ImageList, password: str) -> None:
        """See `KeyStore`: where it can't be kept, it is typed again the next time."""
        from workstation.app.servers import passwords

        with suppress(EnvironmentLacks):
            passwords.keep_of_images(images.address, images.user, password)


def fetch_all(
    directory: Path, images: ImageList, credentials: Credentials, progress: Progress, *, encrypt: bool | None = None
) -> Fetched:
    """Fetch what isn't here yet, case by case; Ctrl+C stops it, and what came whole stays. encrypt: as `encrypting`."""
    from storage.apart import arrived, at_rest
    from storage.files.layout import IMAGES_FOLDER
    from workstation.fetching.at_address import source_of
    from workstation.fetching.source import FetchRefused
    from workstation.fetching.space import NO_ROOM, beyond
    from workstation.fetching.supply import Supply
    from workstation.runtime.interrupt import Interrupt

    every = sum(len(items) for items in images.cases.values())
    kept = encrypting(directory, images, encrypt)
    with Interrupt() as interrupt:
        with suppress(OSError):
            arrived.encrypt(directory / IMAGES_FOLDER, images.files.values(), interrupt.asked)
        supply = Supply(directory, images, source_of(images, credentials))
        lacking: list[tuple[str, str]] = []
        before = every - sum(len(supply.missing(case)) for case in images.cases)
        come = [before]

        def told(_case: str, _here: int, _of: int) -> None:
            come[0] += 1
            progress(come[0], every, "images")

        supply.told = told
        try:
            for case in images.cases:
                if beyond(directory, images, case):
                    lacking.append((case, NO_ROOM))
                    break
                try:
                    supply.have(case, None, _Asked(interrupt.asked))
                except FetchRefused as refused:
                    lacking.append((case, str(refused)))
                    if len(lacking) == _ENOUGH:
                        break
        except _Stop:
            pass
        finally:
            supply.close()
        here = every - sum(len(supply.missing(case)) for case in images.cases)
        encrypted = kept == at_rest.How.ENCRYPTED
        return Fetched(here - before, here, every, tuple(lacking), interrupt.asked(), kept, encrypted)


class _Stop(Exception):
    """Somebody pressed Ctrl+C."""


class _Asked:
    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked

    def checkpoint(self) -> None:
        if self._asked():
            raise _Stop
