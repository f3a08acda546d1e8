"""Fetching while somebody reads: the case that is open, then the next one, then the others as space allows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from storage.apart import arrived, at_rest
from storage.apart.image_list import ImageList, read_list
from storage.errors import RecordDamaged
from storage.files.layout import IMAGES_FOLDER
from workstation.fetching.at_address import source_of
from workstation.fetching.source import FetchRefused, PasswordWanted
from workstation.fetching.space import NO_ROOM, make_room
from workstation.fetching.supply import LATER, NEXT, NOW, Checkpoint, Supply
from workstation.imaging.errors import ImagesUnreachable
from workstation.web.address import Credentials

STOPPED: Final = "Its images aren't all here: fetching was stopped"
# until what couldn't be had ahead is asked for again
_AGAIN_S: Final = 20.0
_POLL_S: Final = 0.05

Told = Callable[[str, int, int], None]


class KeyStore(Protocol):
    """The key store of this account, as far as there is one."""

    def is_there(self) -> bool:
        """Whether it can keep anything."""

    def keep(self, images: ImageList, password: str) -> None:
        """Keep the password for the server of these images; nothing where it can't be."""


class _Moved(Exception):
    """The reader went on, or away: what is wanted later is another thing now."""


class _Plan:
    """Which case is open, and which are to be read next, in that order."""

    def __init__(self, opened: str = "", later: Sequence[str] = ()) -> None:
        self.opened, self.later = opened, tuple(later)

    @property
    def kept(self) -> frozenset[str]:
        """The cases whose images never leave: the one that is open, and the next."""
        return frozenset({self.opened, *self.later[:1]})


class WhileReading:
    """Brings images to a copy whose images lie apart. Reads its list when something is wanted first. Close it."""

    def __init__(
        self, copy: Path, credentials: Callable[[ImageList], Credentials], store: KeyStore | None = None
    ) -> None:
        """`credentials`: as far as they are known without asking anybody; `store`: where a password may be kept."""
        self._copy = copy
        self._credentials = credentials
        self._store = store
        # typed in the room; and whether it is kept once the server has taken it
        self._typed, self._to_keep = "", False
        self._wanted, self._how = False, ""
        self._told: Told = _nobody
        self._lock = threading.Lock()
        self._supply: Supply | None = None
        self._plan = _Plan()
        self._moved = threading.Event()
        self._closed = False
        self._later: threading.Thread | None = None
        # of a case: why its images can't be had; until somebody wants them again
        self._refused: dict[str, str] = {}

    def listen(self, told: Told) -> None:
        """Tell of each image that came: case, how many are here, of how many. On whatever thread."""
        self._told = told

    def bring(self, case: str, files: Iterable[str], token: Checkpoint, *, ahead: bool = False) -> None:
        """Return when those files of a case are here.

        Raises:
            ImagesUnreachable: they can't be had, and why, or somebody stopped it.
            whatever `token` raises.
        """
        line = ""
        try:
            if case in self._refused:
                line = self._refused[case]
            else:
                self._bring(case, files, token, NEXT if ahead else NOW)
        except (FetchRefused, RecordDamaged) as refused:
            self._wanted = self._wanted or isinstance(refused, PasswordWanted)
            line = self._refused.get(case, "") or f"Its images can't be fetched: {refused}"
        # outside any `except`: what was behind it may hold a path
        if line:
            self._refused.setdefault(case, line)
            raise ImagesUnreachable(line)

    def _bring(self, case: str, files: Iterable[str], token: Checkpoint, urgency: int) -> None:
        supply, plan = self._opened(), self._plan
        if not supply.missing(case):
            return
        supply.tell(case)
        # of a case that is being opened room is made even by the others that would stay
        kept = (plan.kept,) if urgency == NEXT else (frozenset(plan.later[:1]), frozenset[str]())
        if not any(make_room(self._copy, supply.images, case, some, plan.later) for some in kept):
            raise FetchRefused(NO_ROOM)
        supply.have(case, files, _Either(token, lambda: case in self._refused), urgency)

    def drop(self, case: str, files: Iterable[str]) -> None:
        """Have files of a case come anew: what is here isn't what was imported."""
        wanted = set(files)
        arrived.drop(self._copy / IMAGES_FOLDER, (i for i in self._opened().images.cases[case] if i.name in wanted))

    def stop(self, case: str) -> None:
        """Wait for the images of a case no longer."""
        self._refused[case] = STOPPED

    def again(self, case: str) -> None:
        """Try again what couldn't be had."""
        self._refused.pop(case, None)

    def refused(self, case: str) -> str:
        """Why the images of a case can't be had; "" where nothing says so."""
        return self._refused.get(case, "")

    def wants_password(self) -> bool:
        """Whether the server wants a password that isn't known here, or another one."""
        return self._wanted

    def can_keep(self) -> bool:
        """Whether this account has a key store that a password can be put into."""
        return self._store is not None and self._store.is_there()

    def take_password(self, password: str, *, keep: bool) -> None:
        """Ask with this one from now on; keep: put it into the key store once the server has taken it."""
        with self._lock:
            before, self._supply = self._supply, None
            self._typed, self._to_keep, self._wanted = password, keep, False
        if before is not None:
            before.close()
        self._refused.clear()
        self._moved.set()

    def plan(self, opened: str, later: Sequence[str]) -> None:
        """A case is open, and these are to be read after it: their images come while it is read."""
        if self._closed:
            return
        self._plan = _Plan(opened, later)
        self._moved.set()
        if self._later is None:
            # a daemon: it may be waiting for a server when the room is closed
            self._later = threading.Thread(target=self._fetch_later, name="fetch-later", daemon=True)
            self._later.start()

    def close(self) -> None:
        """Nothing is wanted any more. Waits for nobody."""
        self._closed = True
        self._moved.set()
        with self._lock:
            if self._supply is not None:
                self._supply.close()

    @property
    def how(self) -> str:
        """How images are kept on this disk, in a sentence; "" before that is known."""
        return self._how

    def _opened(self) -> Supply:
        if self._supply is None:
            self._begin()
        with self._lock:
            if self._supply is None:
                images = read_list(self._copy)
                known = self._credentials(images)
                source = source_of(images, Credentials(images.user, self._typed) if self._typed else known)
                self._supply = Supply(self._copy, images, source, self._tell)
            return self._supply

    def _begin(self) -> None:
        """Have what comes encrypted, where this account can.

        On a thread of its own, outside the lock: somebody may be asked to open the key store, and a room can be closed
        meanwhile.
        """
        came = list[str]()

        def begin() -> None:
            try:
                self._how = at_rest.begin(self._copy)
            except OSError as error:
                came.append(f"this disk doesn't take the images ({error.strerror}). Make room, then try again")

        asking = threading.Thread(target=begin, name="key store", daemon=True)
        asking.start()
        while asking.is_alive():
            asking.join(_POLL_S)
            if self._closed:
                raise FetchRefused("the room is being closed")
        if came:
            raise FetchRefused(came[0])

    def _tell(self, case: str, here: int, every: int) -> None:
        if self._to_keep and here and self._store is not None and self._supply is not None:
            self._to_keep = False
            self._store.keep(self._supply.images, self._typed)
        if not self._closed:
            self._told(case, here, every)

    def _fetch_later(self) -> None:
        while not self._closed:
            self._moved.clear()
            plan = self._plan
            try:
                supply = self._opened()
                arrived.touch(self._copy / IMAGES_FOLDER, supply.images.cases.get(plan.opened, ()))
                for case in plan.later:
                    self._come(supply, plan, case)
                self._encrypt_the_rest(supply)
                done = True
            except _Moved:
                continue
            except PasswordWanted:
                # a server that is asked again and again shuts a user out
                done = True
            except (FetchRefused, RecordDamaged):
                done = False
            self._moved.wait(None if done else _AGAIN_S)

    def _encrypt_the_rest(self, supply: Supply) -> None:
        """What came before there was a key."""
        every = [item for items in supply.images.cases.values() for item in items]
        # where the disk doesn't take it, it stays as it is
        with suppress(OSError):
            arrived.encrypt(self._copy / IMAGES_FOLDER, every, self._moved.is_set)

    def _come(self, supply: Supply, plan: _Plan, case: str) -> None:
        """Have all of a case here, unless there is no room for it."""
        if case not in supply.images.cases or not supply.missing(case):
            return
        # what comes later makes no room by taking what comes sooner
        sooner = plan.later[: plan.later.index(case)]
        if make_room(self._copy, supply.images, case, {plan.opened, *sooner}, plan.later):
            supply.have(case, None, _Either(None, self._moved.is_set), LATER)


class _Either:
    """Stops by a token, or by what is asked of it."""

    def __init__(self, token: Checkpoint | None, asked: Callable[[], bool]) -> None:
        self._token, self._asked = token, asked

    def checkpoint(self) -> None:
        """See `Checkpoint`."""
        if self._token is not None:
            self._token.checkpoint()
            if self._asked():
                raise FetchRefused(STOPPED)
        elif self._asked():
            raise _Moved


def _nobody(_case: str, _here: int, _every: int) -> None:
    """Nobody listens."""
