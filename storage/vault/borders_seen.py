"""Borders that a person has seen, of which series and with which content: in the vault's log, which only grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sqlalchemy import insert, select

from storage.clock import now, written
from storage.database.engine import Store
from storage.vault import schema as tables
from storage.vault.choices import About

# beside the answers of `choices` in one log; it decides nothing
SEEN: Final = "seen"


_id = About.BORDERS.of


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody has seen the borders of a series when it held that. why: "" where the window showed them."""

    series: str
    content: str
    who: str = field(repr=False)
    why: str = field(repr=False)
    at_utc: str = ""


class Borders:
    """What was seen, in an open vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def see(self, contents: Mapping[str, str], who: str, why: str = "") -> None:
        """Write down that somebody has seen these series (code -> what they hold), all of them or none."""
        at = written(now())
        rows = [
            {"what": _id(code), "answer": SEEN, "value": {"content": content}, "who": who, "why": why, "at_utc": at}
            for code, content in sorted(contents.items())
        ]
        if rows:
            with self._store.writing("Nobody is said to have seen anything.") as connection:
                connection.execute(insert(tables.choice), rows)

    def log(self) -> tuple[Seen, ...]:
        """Everything, oldest first."""
        table = tables.choice
        query = select(table).where(table.c.what.startswith(_id(""))).order_by(table.c.number)
        with self._store.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Seen(row["what"].removeprefix(_id("")), row["value"]["content"], row["who"], row["why"], row["at_utc"])
            for row in rows
        )

    def latest(self) -> Mapping[str, str]:
        """What each series held when it was seen last."""
        return MappingProxyType({item.series: item.content for item in self.log()})
