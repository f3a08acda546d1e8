"""Log of what the coordinator decided, who, when and why, by the id of each question; and series that wait for it.

The log only grows: taking an answer back is a row of its own. Part of the vault.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.dialects.sqlite import insert as insert_or_replace

from storage.clock import now, written
from storage.database.engine import Store
from storage.vault import schema as tables

UNDO: Final = "undo"
# the answer to a removal of what no reader was given
REMOVED: Final = "removed"
# in the value of a row that may change what has been read
OF_READ: Final = "changes_read"


class About(StrEnum):
    """What is decided: the first word of a question's id, before the colon."""

    PERSON = "person"
    VISIT = "visit"
    SIDE = "side"
    PLANE = "plane"
    TURNED = "turned"
    SIZE = "size"
    STACK = "stack"
    KIND = "kind"
    TEXT = "text"
    AGAIN = "again"
    # a subject, a visit or a series, taken out or excluded
    REMOVE = "remove"
    # a finding that the coordinator accepted
    FINDING = "finding"
    # asked of nobody: that a border was seen, what an import brought, and labels of enrolments stand in the same log
    BORDERS = "borders"
    IMPORT = "import"
    ENROLMENTS = "enrolments"

    def of(self, whose: str) -> str:
        """The id of the question about a series, a subject or an examination."""
        return f"{self.value}:{whose}"


# those whose ids end in the code of a series
OF_SERIES: Final = (About.PLANE, About.TURNED, About.SIZE, About.STACK, About.KIND, About.TEXT)
TOLD: Final = (About.BORDERS, About.IMPORT, About.ENROLMENTS)


class Deed(StrEnum):
    """Whether and how the pixels of a series may be read: the answers to its `text` question."""

    BLANK = "blank"
    RELEASE = "release"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of the log. what: id of the question; answer: a word, or UNDO; value: what the answer needs beside it.

    Of a BLANK it is {"regions": [[row, column, rows, columns]]}.
    """

    what: str
    answer: str
    value: Mapping[str, Any]
    who: str = field(repr=False)
    why: str = field(repr=False)
    at_utc: str = ""

    @property
    def about(self) -> str:
        """The sort of question, a value of `About`."""
        return self.what.partition(":")[0]

    @property
    def series(self) -> str:
        """The series that it is about, "" of others."""
        about, _, whose = self.what.partition(":")
        return whose if about in OF_SERIES else ""


@dataclass(frozen=True, slots=True)
class CurrentChoices:
    """What holds for a series now. kind, plane, turned: decided, None as recognised. pixels: last of `Deed`, or None.
    size: decided, millimetres of a pixel.

    stack: decided, with the series that it is joined with, or the new UIDs of the slices that are parted off, as
    a set for each part.
    regions: all that are to be blank. choices: those that weren't taken back, oldest first.
    """

    kind: str | None = None
    plane: str | None = None
    turned: str | None = None
    size: float | None = None
    stack: str | None = None
    joined: tuple[str, ...] = ()
    parted: tuple[frozenset[str], ...] = ()
    pixels: Deed | None = None
    regions: tuple[tuple[int, ...], ...] = ()
    choices: tuple[Choice, ...] = ()


NOTHING_CHOSEN: Final = CurrentChoices()


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


def not_taken_back(log: Iterable[Choice]) -> tuple[Choice, ...]:
    """The rows that still stand, oldest first. UNDO takes back the last that stands of its question."""
    stacks: dict[str, list[int]] = defaultdict(list)
    rows = tuple(log)
    for number, row in enumerate(rows):
        if row.answer != UNDO:
            stacks[row.what].append(number)
        elif stacks[row.what]:
            stacks[row.what].pop()
    return tuple(rows[number] for number in sorted(number for stack in stacks.values() for number in stack))


def current_choices(log: Iterable[Choice]) -> Mapping[str, CurrentChoices]:
    """What holds for each series that something was ever decided of, from the whole log in its order."""
    rows = tuple(log)
    found: dict[str, list[Choice]] = {row.series: [] for row in rows if row.series}
    for row in not_taken_back(rows):
        if row.series:
            found[row.series].append(row)
        elif row.about == About.REMOVE and row.answer == REMOVED:
            for series in row.value["series"]:
                found.setdefault(series, []).append(row)
    return MappingProxyType({series: _current(rows) for series, rows in found.items()})


def answers(log: Iterable[Choice]) -> Mapping[str, Choice]:
    """The last answer that stands to each question, by its id."""
    return MappingProxyType({row.what: row for row in not_taken_back(log)})


def _current(rows: Sequence[Choice]) -> CurrentChoices:
    last = {row.about: row.answer for row in rows}
    stack = next((row.value for row in reversed(rows) if row.about == About.STACK), {})
    blanks = [row for row in rows if row.about == About.TEXT and row.answer == Deed.BLANK]
    return CurrentChoices(
        kind=last.get(About.KIND),
        plane=last.get(About.PLANE),
        turned=last.get(About.TURNED),
        size=float(last[About.SIZE]) if About.SIZE in last else None,
        stack=last.get(About.STACK),
        joined=tuple(stack.get("with", ())),
        # older answers know of one part alone
        parted=tuple(map(frozenset, stack.get("parts", [stack["slices"]] if "slices" in stack else ()))),
        pixels=Deed.REFUSE if About.REMOVE in last else Deed(last[About.TEXT]) if About.TEXT in last else None,
        regions=tuple(tuple(region) for row in blanks for region in row.value["regions"]),
        choices=tuple(rows),
    )


class Choices:
    """The log and the series that wait, in an open vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def log(self) -> tuple[Choice, ...]:
        """Everything that was decided, oldest first."""
        table = tables.choice
        with self._store.reading() as connection:
            # what somebody has seen, and what came, stand in the same log, and decide nothing
            told = or_(*(table.c.what.startswith(about.of("")) for about in TOLD))
            query = select(table).where(~told).order_by(table.c.number)
            rows = connection.execute(query).mappings().all()
        return tuple(
            Choice(row["what"], row["answer"], row["value"], row["who"], row["why"], row["at_utc"]) for row in rows
        )

    def current(self) -> Mapping[str, CurrentChoices]:
        """What holds for each series that something was decided of."""
        return current_choices(self.log())

    def last_who(self) -> str:
        """Who decided last, "" when nobody did yet."""
        table = tables.choice
        with self._store.reading() as connection:
            # an import is nobody's, and a change of enrolments need not say whose it is
            decided = ~table.c.what.startswith(About.IMPORT.of("")) & (table.c.who != "")
            query = select(table.c.who).where(decided).order_by(table.c.number.desc()).limit(1)
            return connection.execute(query).scalar_one_or_none() or ""

    def add(self, choice: Choice) -> None:
        """Append a row; its moment is now. What was said of unchanged trees no longer holds, and is forgotten."""
        row = {
            "what": choice.what,
            "answer": choice.answer,
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
