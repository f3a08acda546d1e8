"""Choices of the coordinator about series: who, when and why; and the series that wait for one. Part of the vault.

The log only grows: taking a choice back is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or_replace

from storage.clock import now, written
from storage.database.engine import Store
from storage.vault import schema as tables


class Deed(StrEnum):
    """What can be chosen: the kind of a series, or whether and how its pixels may be read."""

    KIND = "kind"
    BLANK = "blank"
    RELEASE = "release"
    REFUSE = "refuse"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the log. value: {"kind": K} of a KIND, {"regions": [[row, column, rows, columns]]} of a BLANK."""

    series: str
    deed: Deed
    value: Mapping[str, Any]
    who: str = field(repr=False)
    why: str = field(repr=False)
    at_utc: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a series now. kind: chosen, None as recognised. pixels: last of BLANK, RELEASE, REFUSE, or None.

    regions: all that are to be blank. choices: those that weren't taken back, oldest first.
    """

    kind: str | None = None
    pixels: Deed | None = None
    regions: tuple[tuple[int, ...], ...] = ()
    choices: tuple[Choice, ...] = ()


NOTHING_CHOSEN: Final = Standing()


@dataclass(frozen=True, slots=True)
class HeldSeries:
    """A series that stays outside until the coordinator chooses. Its identity and its files are in the vault.

    why: sentences. regions: where text was found, (row, column, rows, columns) each.
    """

    series: str
    kind: str
    plane: str
    slices: int
    rows: int
    columns: int
    why: tuple[str, ...]
    regions: tuple[tuple[int, ...], ...]


def standing(choices: Iterable[Choice]) -> Mapping[str, Standing]:
    """What holds for each series, from the whole log in its order. UNDO takes back the last that still stands."""
    stacks: dict[str, list[Choice]] = {}
    for choice in choices:
        stack = stacks.setdefault(choice.series, [])
        if choice.deed is not Deed.UNDO:
            stack.append(choice)
        elif stack:
            stack.pop()
    return MappingProxyType({series: _standing(stack) for series, stack in stacks.items()})


def _standing(stack: Sequence[Choice]) -> Standing:
    kinds = [choice.value["kind"] for choice in stack if choice.deed is Deed.KIND]
    pixels = [choice.deed for choice in stack if choice.deed is not Deed.KIND]
    regions = [tuple(region) for choice in stack if choice.deed is Deed.BLANK for region in choice.value["regions"]]
    return Standing(
        kind=kinds[-1] if kinds else None,
        pixels=pixels[-1] if pixels else None,
        regions=tuple(regions),
        choices=tuple(stack),
    )


class Choices:
    """The log and the series that wait, in an open vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def log(self) -> tuple[Choice, ...]:
        """Every choice, oldest first."""
        table = tables.choice
        with self._store.reading() as connection:
            # what somebody has seen stands in the same log, and chooses nothing: see `borders`
            query = select(table).where(table.c.deed.in_([deed.value for deed in Deed])).order_by(table.c.number)
            rows = connection.execute(query).mappings().all()
        return tuple(
            Choice(row["series"], Deed(row["deed"]), row["value"], row["who"], row["why"], row["at_utc"])
            for row in rows
        )

    def standing(self) -> Mapping[str, Standing]:
        """What holds for each series that something was chosen for."""
        return standing(self.log())

    def last_who(self) -> str:
        """Who chose last, "" when nobody did yet."""
        table = tables.choice
        with self._store.reading() as connection:
            query = select(table.c.who).order_by(table.c.number.desc()).limit(1)
            return connection.execute(query).scalar_one_or_none() or ""

    def add(self, choice: Choice) -> None:
        """Append a choice; its moment is now. What was said of unchanged trees no longer holds, and is forgotten."""
        row = {
            "series": choice.series,
            "deed": choice.deed.value,
            "value": dict(choice.value),
            "who": choice.who,
            "why": choice.why,
            "at_utc": written(now()),
        }
        with self._store.writing() as connection:
            connection.execute(insert(tables.choice).values(**row))
            connection.execute(delete(tables.tree))

    def held(self) -> tuple[HeldSeries, ...]:
        """The series that wait, by code."""
        table = tables.held
        with self._store.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.series)).mappings().all()
        return tuple(
            HeldSeries(
                **{
                    **row,
                    "why": tuple(row["why"]),
                    "regions": tuple(tuple(region) for region in row["regions"]),
                }
            )
            for row in rows
        )

    def hold(self, item: HeldSeries) -> None:
        """Keep a series waiting; again is once."""
        row = {name: getattr(item, name) for name in HeldSeries.__dataclass_fields__}
        statement = insert_or_replace(tables.held).values(
            **{**row, "why": list(item.why), "regions": [list(region) for region in item.regions]}
        )
        others = {name: statement.excluded[name] for name in row if name != "series"}
        with self._store.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["series"], set_=others))

    def let_go(self, series: str) -> None:
        """The series is in the study; nobody waits for it."""
        with self._store.writing() as connection:
            connection.execute(delete(tables.held).where(tables.held.c.series == series))
