"""Rows of the trail: events and acts in the order in which they happened, as they were sealed, and in words."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select

from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.record import acts
from storage.record.record_log import WORDS

EVENT: Final = "event"
ACT: Final = "act"
# what the log for the master file leaves out: it happens at every answer or import
_OF_ALL: Final[Mapping[str, str]] = {
    **WORDS,
    "acting": "from here on somebody else, or nobody by name, acts for the coordinator",
    "indexed": "images of a subject put on the record",
    "key_image": "slice kept by a reader",
    "key_image_taken": "kept slice given up",
    "display": "check of the screen",
    "noted": "note or mark at a site",
    "mistyped": "answers withdrawn as mistyped",
    "accepted": "finding about images accepted",
    "vault_changed": "end of the vault's chain put on the record",
}
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows are wanted: of a reader, of a case, from a moment on and until before another; all where it is empty.

    since, until: as the record writes moments (ISO 8601, UTC), or a beginning of that.
    """

    reader: str = ""
    case: str = ""
    since: str = ""
    until: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Selection()

    def holds(self, fields: Fields) -> bool:
        """Whether a row is wanted."""
        return (
            (not self.reader or fields["reader"] == self.reader)
            and (not self.case or fields["case"] == self.case)
            and fields["at_utc"] >= self.since
            and (not self.until or fields["at_utc"] < self.until)
        )


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One row. sealed: its columns that aren't NULL; seen: where an answer was seen, as it was sealed.

    acting: of an act of the coordinator, who had been named to act for them; "" where nobody was.
    """

    chain: str
    sealed: Fields
    seen: Fields | None
    subject: str
    what: str
    acting: str = ""

    @property
    def detail(self) -> Fields:
        """What an act says; empty for an answer."""
        found: dict[str, Any] = json.loads(self.sealed.get("detail", "{}"))
        return found

    @property
    def who(self) -> str:
        """The reader, the coordinator by the name that was given, or the role."""
        if self.chain == EVENT or self.sealed["role"] == acts.READER:
            return str(self.sealed.get("reader", ""))
        return self.acting or str(self.detail.get("who", "")) or str(self.sealed["role"])

    @property
    def as_line(self) -> str:
        """One line of JSON: all that the hashes are made of, and the hashes."""
        seen = {} if self.seen is None else {"seen": self.seen}
        return json.dumps({"chain": self.chain, **self.sealed, **seen}, separators=(",", ":")) + "\n"


def trail_rows(connection: Connection, scheme: Scheme, part: Selection) -> Iterator[TrailRow]:
    """The rows that are wanted, each act behind the events that stood when it was done."""
    cases = connection.execute(select(tables.reading_case.c.code, tables.reading_case.c.subject))
    subject_of = {row.code: row.subject for row in cases}
    sites = _sites(scheme)
    waiting = deque(map(dict, connection.execute(select(tables.act).order_by(tables.act.c.seq)).mappings()))

    acting = ""

    def made(chain: str, fields: Fields, seen: Fields | None, what: str) -> TrailRow:
        sealed = {name: value for name, value in fields.items() if value is not None}
        who = acting if fields.get("role") == acts.COORDINATOR else ""
        return TrailRow(chain, sealed, seen, subject_of.get(fields["case"] or "", ""), what, who)

    def acts_up_to(event: int | None) -> Iterator[TrailRow]:
        nonlocal acting
        while waiting and (event is None or waiting[0]["after_event"] <= event):
            fields = waiting.popleft()
            if fields["kind"] == acts.ACTING:
                acting = json.loads(fields["detail"])["by"]
            if part.holds(fields):
                yield made(ACT, fields, None, _OF_ALL[fields["kind"]])

    yield from acts_up_to(0)
    seen_at = tables.grade_place
    events = select(tables.event).order_by(tables.event.c.seq)
    seen = iter(connection.execute(select(seen_at).order_by(seen_at.c.seq)).mappings())
    next_seen = next(seen, None)
    for fields in map(dict, connection.execute(events).mappings()):
        where: dict[str, Any] | None = None
        if next_seen is not None and next_seen["seq"] == fields["seq"]:
            where = {name: value for name, value in next_seen.items() if name != "seq"}
            next_seen = next(seen, None)
        if part.holds(fields):
            feature, site = sites.get((fields["feature"], fields["site"]), (fields["feature"], fields["site"]))
            yield made(EVENT, fields, where, f"answer: {feature}, {site}, visit {fields['visit']}")
        yield from acts_up_to(fields["seq"])
    yield from acts_up_to(None)


def _sites(scheme: Scheme) -> Mapping[tuple[str, str], tuple[str, str]]:
    return {
        (str(feature.code), str(site.code)): (feature.name, site.name)
        for feature in scheme.features
        for site in feature.sites
    }
