"""Live board of the copies that readers send to a server: asked again while somebody looks, and told as rows. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol

from scoring.errors import RamrisError
from scoring.values import replace
from storage.errors import ServerAway
from workstation.managing.counted import counted

EVERY_S: Final = 3.0
HEADERS: Final = (
    "Reader",
    "Handed over (UTC)",
    "Cases signed",
    "Answers sent",
    "Not merged yet",
    "Last sent (UTC)",
    "Last heard of (UTC)",
)
NO_COPY: Final = (
    "No copy of this study is on that server yet. “Hand over to readers at other sites” (Ctrl+K) puts one there for "
    "each reader."
)
NOT_ASKED: Final = (
    "Readers at other sites send what they read to a server. Whoever keeps it gave you its address and a password: "
    "fill them in, and Return shows how far each reader is."
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Which server is asked, as it was typed. keep: whether the password goes into the key store of the account."""

    address: str
    ca: str = ""
    password: str = field(default="", repr=False)
    keep: bool = False


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One copy. waiting: answers and acts that aren't in the study yet, None of another study's. "" is never."""

    reader: str
    handed: str
    cases: int
    signed: int
    answers: int
    waiting: int | None
    received: str
    heard: str


class Looking(Protocol):
    """A server that is asked again and again; each may raise RamrisError."""

    def look(self) -> tuple[CopyLine, ...]:
        """A line for each copy."""

    def close(self) -> None:
        """Hang up."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is shown. lines: None before the first answer; at: when the last came; said: what is wrong, "" for nothing.

    over: whether it isn't asked again by itself, since asking again would come to the same.
    """

    lines: tuple[CopyLine, ...] | None = None
    at: datetime | None = None
    said: str = ""
    over: bool = True
    asking: bool = False

    @property
    def waiting(self) -> int:
        """Answers and acts of all copies that aren't in the study yet."""
        return sum(line.waiting or 0 for line in self.lines or ())


class Watch:
    """Asks on a thread of its own, one question at a time; what came is told on the thread of the window."""

    def __init__(
        self,
        connect: Callable[[Asking], Looking],
        post: Callable[[Callable[[], None]], None],
        changed: Callable[[], None],
        in_words: Callable[[str], str] = str,
    ) -> None:
        self._connect, self._post, self._changed, self._in_words = connect, post, changed, in_words
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="board")
        self._looking: Looking | None = None
        self._closed = False
        self.now = Watched()

    def ask(self, asking: Asking) -> None:
        """Begin anew, with this server."""
        if not self.now.asking and not self._closed:
            self.now = Watched(over=False, asking=True)
            self._changed()
            self._worker.submit(self._work, asking)

    def look(self) -> None:
        """Ask once more, unless an answer is waited for or asking again would come to the same."""
        if not (self.now.asking or self.now.over or self._closed):
            self.now = replace(self.now, asking=True)
            self._worker.submit(self._work, None)

    def close(self) -> None:
        """Nobody looks any more: hang up, and tell nothing that still comes."""
        self._closed = True
        self._worker.submit(self._hang_up)
        self._worker.shutdown(wait=False)

    def _work(self, asking: Asking | None) -> None:
        came: Watched
        try:
            if asking is not None:
                self._hang_up()
                self._looking = self._connect(asking)
            assert self._looking is not None  # noqa: S101 - `look` asks only behind `ask`
            lines = self._looking.look()
            came = Watched(lines, datetime.now(UTC), over=False)
        except ServerAway as away:
            came = replace(
                self.now, said=f"{self._in_words(str(away))}. It is asked again by itself", over=False, asking=False
            )
        except RamrisError as refusal:
            came = replace(self.now, said=self._in_words(str(refusal)), over=True, asking=False)
        except BaseException:
            came = replace(self.now, said="Something failed inside the program: look again", over=True, asking=False)
            self._post(lambda: self._told(came))
            raise
        self._post(lambda: self._told(came))

    def _told(self, came: Watched) -> None:
        if not self._closed:
            self.now = came
            self._changed()

    def _hang_up(self) -> None:
        if self._looking is not None:
            self._looking.close()
            self._looking = None


def row(line: CopyLine) -> tuple[str, ...]:
    """The cells of a copy, below `HEADERS`."""
    left = "of another study" if line.waiting is None else f"{line.waiting:,}" if line.waiting else "all merged"
    return (
        line.reader,
        _moment(line.handed),
        f"{line.signed} of {line.cases}",
        f"{line.answers:,}",
        left,
        _moment(line.received) or "nothing yet",
        _moment(line.heard) or "never",
    )


def spoken(line: CopyLine) -> str:
    """The same as a sentence."""
    if line.waiting is None:
        left = "it is of another study"
    else:
        left = f"{counted(line.waiting, 'row')} not merged yet" if line.waiting else "all merged"
    when = f"last sent {_moment(line.received)} UTC" if line.received else "nothing sent yet"
    return (
        f"{line.reader}: {line.signed} of {counted(line.cases, 'case')} signed, {counted(line.answers, 'answer')} "
        f"sent, {left}, {when}"
    )


def told(watched: Watched) -> str:
    """The line above the rows."""
    if watched.said:
        seen = f" What is shown is of {watched.at:%H:%M:%S} UTC." if watched.lines and watched.at else ""
        return f"{watched.said}.{seen}" if not watched.said.endswith(".") else f"{watched.said}{seen}"
    if watched.lines is None or watched.at is None:
        return "Asking the server ..." if watched.asking else NOT_ASKED
    again = f"Seen at {watched.at:%H:%M:%S} UTC, and again every {EVERY_S:.0f} seconds while this is shown."
    if not watched.lines:
        return f"{NO_COPY} {again}"
    if watched.waiting:
        what = counted(watched.waiting, "answer or act", "answers and acts")
        return f"{what} on the server still to be merged. {again}"
    return f"All that came is merged. {again}"


def _moment(at: str) -> str:
    return at[:16].replace("T", " ")
