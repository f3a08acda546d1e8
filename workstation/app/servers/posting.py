"""Posting of what is read: a thread sends it while the room is open, and tells in a few words how far it is.

The room never waits for it. What can't be sent now is sent later; it stands on this machine's disk in any case.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storage.database.server_address import Address
    from storage.server.sending import Copy, Sender

# nothing is imported or sent before the room is there
_AFTER_S: Final = 2.0
# what isn't told of by the room (notes, a parked case) goes within this time
_LOOK_S: Final = 3.0
# bookmarks alone
_IDLE_LOOKS: Final = 20
_BACKOFF_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
# one more try at the end, whose deadlines are shorter
PATIENCE_S: Final = 8.0

_FAULT: Final = (
    "Sending has stopped by a fault of the program itself. What is read is kept on this disk, and is sent when the "
    "room is opened again"
)


class Posting:
    """Sends the copies in these folders: the one that is read, and older ones with something left.

    password: None where it isn't known; nothing is sent before it is given.
    """

    def __init__(
        self, folders: Sequence[Path], address: Address, password: str | None, after_s: float = _AFTER_S
    ) -> None:
        self._folders, self._address, self._password, self._after_s = tuple(folders), address, password, after_s
        self._wake, self._ending = threading.Event(), threading.Event()
        self._left: int | None = None
        self._away_since: datetime | None = None
        self._why = ""
        self._to_keep = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, some time after the room; without a password only when one is given."""
        if self._password is not None:
            self._thread = threading.Thread(target=self._run, name="posting", daemon=True)
            self._thread.start()

    @property
    def wants_password(self) -> bool:
        """Whether the server's password isn't known, or wasn't taken."""
        return self._password is None

    def can_keep(self) -> bool:
        """Whether this account has a key store that it can be put into."""
        from workstation.app.servers import passwords

        return passwords.can_keep()

    def take_password(self, password: str, *, keep: bool) -> None:
        """Send with this one from now on; keep: put it into the key store once the server has taken it."""
        if self._thread is not None:
            # it has ended, or is about to: it is what said that the password is wanted
            self._thread.join()
        self._password, self._to_keep, self._after_s = password, keep, 0.0
        self.start()

    def saved(self, answers: int, _signed: bool = False) -> None:
        """So many answers more are on this disk."""
        self._left = None if self._left is None else self._left + answers
        self._wake.set()

    @property
    def why_not(self) -> str:
        """What the server refused, in a sentence; "" as long as it takes what comes."""
        return self._why

    def line(self) -> str:
        """How far it is, in a few words: "all sent" is said of what the server has confirmed, and of nothing else."""
        if self._password is None:
            return "not sent: password"
        left, since = self._left, self._away_since
        if self._why:
            return "not sent any more"
        if left == 0:
            return "all sent"
        if since is not None:
            what = "" if left is None else f"{left} not sent, "
            return f"{what}offline since {since:%H:%M}"
        return "" if left is None else "sending"

    def finish(self) -> str:
        """Try once more; what is left then, in a sentence, or "" where all was sent."""
        self._ending.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
        if self._why:
            return self._why
        if self._password is None:
            return (
                f"What was read isn't sent, because the password for {self._address.name} wasn't given. It is kept on "
                "this disk, and is sent when the room is opened again with it"
            )
        if self._left == 0:
            return ""
        what = "Some answers" if self._left is None else f"{self._left} answers and acts"
        return (
            f"{what} aren't sent yet: {self._address.name} doesn't answer. They are kept on this disk, and are sent "
            "when the room is opened again"
        )

    def _run(self) -> None:
        self._ending.wait(self._after_s)
        # the driver takes a tenth of a second to import
        from storage.errors import ServerRefused, StudyError
        from storage.server.connecting import NO_LOGIN
        from storage.server.sending import Copy

        opened: list[Copy] = []
        try:
            opened += [Copy(folder) for folder in self._folders]
            self._send_on(opened)
        except ServerRefused as error:
            if error.code == NO_LOGIN:
                # whoever sits here may know another one
                self._password = None
            else:
                self._why = str(error)
        except StudyError as error:
            # the server refused, or the file is no copy or can't be read now
            self._why = str(error)
        except BaseException:
            self._why = _FAULT
            raise
        finally:
            for copy in opened:
                copy.close()

    def _send_on(self, copies: Sequence[Copy]) -> None:
        from storage.server.sending import Sender

        senders = [Sender(copy) for copy in copies]
        try:
            self._send_each(senders)
        finally:
            for sender in senders:
                sender.hang_up()

    def _send_each(self, senders: Sequence[Sender]) -> None:
        from storage.errors import ServerAway

        tries, looks = 0, 0
        while True:
            last = self._ending.is_set()
            # before anything is counted: what is saved meanwhile wakes it again
            self._wake.clear()
            try:
                self._connect(senders)
                looks = (looks + 1) % _IDLE_LOOKS
                for sender in senders:
                    if last or looks == 0 or sender.left != 0:
                        sender.send()
                tries, self._away_since = 0, None
            except ServerAway:
                for sender in senders:
                    sender.hang_up()
                self._away_since = self._away_since or datetime.now().astimezone()
                tries += 1
            left = [sender.left for sender in senders]
            self._left = None if None in left else sum(filter(None, left))
            if last:
                return
            if self._away_since is None:
                self._wake.wait(_LOOK_S)
            else:
                self._ending.wait(_BACKOFF_S[min(tries, len(_BACKOFF_S)) - 1])

    def _keep(self, password: str) -> None:
        from workstation.app.servers import passwords
        from workstation.errors import EnvironmentLacks

        # where it can't be kept, it is typed again the next time
        with suppress(EnvironmentLacks):
            passwords.keep_of_database(self._address.name, password)

    def _connect(self, senders: Sequence[Sender]) -> None:
        if all(sender.connected for sender in senders):
            return
        from storage.server.connecting import Server

        server = Server.connect(self._address, self._password or "")
        if self._to_keep:
            self._to_keep = False
            self._keep(self._password or "")
        for sender in senders:
            sender.take(server)
