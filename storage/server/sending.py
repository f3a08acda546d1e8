"""Sending of rows that a copy has and the server doesn't, in order. Sent again they do no harm, so nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

from storage.audit import reader_copies
from storage.database import study_schema as tables
from storage.database.engine import Store, closed_on_failure
from storage.errors import ServerAway, ServerRefused, StudyError
from storage.record.chain import canonical, first_hash
from storage.record.study_file import open_study_file
from storage.server.connecting import GAP, NOT_MINE, OTHER_HASH, OTHER_WORDS, Server

# some 100 kB: a second at 1 Mbit/s, far within the deadline of one call
BATCH: Final = 200
# a name on disk never changes
_BOOKMARK: Final = "place"
_LINKS: Final = ("previous_hash", "hash")
_HEAD: Final = "SELECT events, event_hash, acts, act_hash FROM ramris.my_head(%s)"
_SEND: Final = "SELECT events, event_hash, acts, act_hash FROM ramris.send(%s, %s, %s, %s, %s, %s)"
_KEEP: Final = "SELECT ramris.keep(%s, %s, %s, %s)"
_REWRITTEN: Final = (
    "Nothing more is sent: what this copy holds and what the server has of it aren't the same record. It was read in "
    "at two places, brought back from an older backup, or changed past the program. Nothing is lost: tell your "
    "coordinator, who can merge both and hand over again"
)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a record is: numbers and hashes of the last answer and the last act."""

    events: int
    event_hash: str
    acts: int
    act_hash: str


class Copy:
    """A copy on this disk, as its sender looks at it: through a connection of its own, that only reads."""

    def __init__(self, folder: Path) -> None:
        """Open it.

        Raises:
            StudyError: it is no reader's copy, or holds what no server takes.
        """
        self._store, row = open_study_file(folder)
        self.token = row.token
        with closed_on_failure(self._store), self._store.reading() as connection:
            if not reader_copies.is_copy(connection):
                raise StudyError(f"{folder.name} is the study itself; what readers have been handed over is sent")
            if connection.execute(select(func.count()).select_from(tables.origin)).scalar_one():
                raise StudyError(
                    f"{folder.name} has taken in another copy, which no server does: merge it by its folder"
                )

    @property
    def store(self) -> Store:
        """The open file."""
        return self._store

    def unsent(self, head: Head | None) -> int:
        """How many answers and acts stand behind what the server has; None is that nobody knows, and all are told."""
        with self._store.reading() as connection:
            events, acts = (_last(connection, table) for table in (tables.event, tables.act))
        return max(0, events - (head.events if head else 0)) + max(0, acts - (head.acts if head else 0))

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()


@dataclass
class Sender:
    """Sends one copy, over one connection after the other. `head`: what the server has, as it said last."""

    copy: Copy
    server: Server | None = None
    head: Head | None = None
    _asked: bool = False
    _kept: dict[tuple[str, str], str | None] = field(default_factory=dict)

    @property
    def connected(self) -> bool:
        """Whether there is a connection, as far as it was heard."""
        return self.server is not None

    @property
    def left(self) -> int | None:
        """How many answers and acts the server hasn't confirmed; None before it was ever asked."""
        return None if self.head is None else self.copy.unsent(self.head)

    def take(self, server: Server) -> None:
        """Go on over this connection."""
        self.server, self._asked = server, False

    def hang_up(self) -> None:
        """Let go of a connection that was lost: whether the last rows arrived is asked over the next one."""
        if self.server is not None:
            self.server.close()
        self.server = None

    def send(self) -> int:
        """Send all that is new; how many answers and acts went.

        Raises:
            ServerAway: it isn't known whether the last ones arrived: the next one asks.
            ServerRefused: the server doesn't take it; sending again wouldn't change that.
        """
        code, sent = "", 0
        try:
            head = self.head
            if head is None or not self._asked:
                self.head = head = Head(*self._rows(_HEAD, [self.copy.token])[0])
                self._check_same(head)
                self._asked = True
            for batch in self._batches(head):
                values = [list(column) for column in zip(*batch, strict=True)]
                self.head = Head(*self._rows(_SEND, [self.copy.token, *values])[0])
                sent += len(batch)
            self._keep()
        except ServerRefused as error:
            if error.code not in {NOT_MINE, OTHER_WORDS, OTHER_HASH, GAP}:
                raise
            code = error.code
        if code == NOT_MINE:
            raise ServerRefused(
                "The server has no copy of this name for this login: it is another reader's, another study's, or the "
                "server was made anew. Nothing is lost: tell your coordinator",
                code,
            )
        if code:
            raise ServerRefused(_REWRITTEN, code)
        return sent

    def _rows(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        if self.server is None:
            raise ServerAway("There is no connection")
        return self.server.rows(statement, values)

    def _check_same(self, head: Head) -> None:
        """The rows that the server calls its last must stand here, with the same hashes."""
        with self.copy.store.reading() as connection:
            for table, seq, digest in (
                (tables.event, head.events, head.event_hash),
                (tables.act, head.acts, head.act_hash),
            ):
                here = connection.execute(select(table.c.hash).where(table.c.seq == seq)).scalar_one_or_none()
                if (first_hash(self.copy.token, table.name) if seq == 0 else here) != digest:
                    raise ServerRefused(_REWRITTEN, OTHER_WORDS)

    def _batches(self, head: Head) -> Iterator[list[tuple[str, str, str, str, str | None]]]:
        """Rows behind the head as the server takes them, in the copy's order, some at a time."""
        events, acts = head.events, head.acts
        while True:
            # each in a view of its own: whoever reads in the copy never waits for the network
            with self.copy.store.reading() as connection:
                rows = _behind(connection, events, acts)
            if not rows:
                return
            yield [sent for _, sent in rows]
            events = max([events, *(seq for seq, sent in rows if sent[0] == "event")])
            acts = max([acts, *(seq for seq, sent in rows if sent[0] == "act")])

    def _keep(self) -> None:
        """Bookmarks and what else has one value, where it isn't what was sent last."""
        with self.copy.store.reading() as connection:
            now = _beside(connection)
        changed = [(*key, value) for key, value in now.items() if key not in self._kept or self._kept[key] != value]
        if changed:
            columns = [list(column) for column in zip(*changed, strict=True)]
            self._rows(_KEEP, [self.copy.token, *columns])
        self._kept = now


def _last(connection: Connection, table: Any) -> int:  # noqa: ANN401 - a table
    return connection.execute(select(func.max(table.c.seq))).scalar_one() or 0


def _behind(connection: Connection, events: int, acts: int) -> list[tuple[int, tuple[str, str, str, str, str | None]]]:
    """At most a batch of rows behind these numbers: an act behind the answers that stand before it."""
    event, act, seen = tables.event, tables.act, tables.grade_place
    answers = connection.execute(select(event).where(event.c.seq > events).order_by(event.c.seq).limit(BATCH))
    done = connection.execute(select(act).where(act.c.seq > acts).order_by(act.c.seq).limit(BATCH))
    found: list[tuple[int, str, dict[str, Any]]] = [(row["seq"], "event", dict(row)) for row in answers.mappings()]
    found += [(row["after_event"], "act", dict(row)) for row in done.mappings()]
    # sorted stays in the order of each chain; an event comes before the acts behind it
    found.sort(key=lambda item: (item[0], item[1] == "act"))
    numbers = [row["seq"] for _, kind, row in found[:BATCH] if kind == "event"]
    sightings = connection.execute(select(seen).where(seen.c.seq.in_(numbers))).mappings()
    given = {row["seq"]: canonical({k: v for k, v in row.items() if k != "seq"}) for row in sightings}
    return [(row["seq"], _sent(kind, row, given.get(row["seq"]))) for _, kind, row in found[:BATCH]]


def _sent(kind: str, row: dict[str, Any], sighting: str | None) -> tuple[str, str, str, str, str | None]:
    body = {name: value for name, value in row.items() if name not in _LINKS and value is not None}
    return kind, row["previous_hash"], row["hash"], canonical(body), sighting if kind == "event" else None


def _beside(connection: Connection) -> dict[tuple[str, str], str | None]:
    found: dict[tuple[str, str], str | None] = {}
    case, reader = tables.reading_case.c, tables.reader.c
    for code, bookmark in connection.execute(select(case.code, case[_BOOKMARK])):
        found["bookmark", code] = bookmark
    for id_, last_case, passphrase in connection.execute(select(reader.id, reader.last_case, reader.passphrase)):
        found["last_case", id_], found["passphrase", id_] = last_case, passphrase
    return found
