"""Several schemes in one table: the same columns, rows scheme by scheme, each row under its `scheme_id`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from scoring.values import replace
from storage.exporting.tables.columns import CodeList, Column, Part, Table

_Value = TypeVar("_Value")


def together(filled: Sequence[tuple[Table, Iterator[str]]]) -> tuple[Table, Iterator[str]]:
    """One table of the tables of several schemes, of which each holds rows of its own."""
    if len(filled) == 1:
        return filled[0]
    tables = [table for table, _ in filled]
    columns = tuple(_column(same) for same in zip(*(table.columns for table in tables), strict=True))
    return replace(tables[0], parts=(Part(columns),)), chain.from_iterable(lines for _, lines in filled)


def _column(same: Sequence[Column[Any]]) -> Column[Any]:
    """A column that takes what any of these takes."""
    names = {column.name for column in same}
    if len(names) > 1:
        raise ValueError(f"columns of one place that are called otherwise: {sorted(names)}")
    return replace(
        same[0],
        codes=_codes([column.codes for column in same]),
        minimum=_known(min, [column.minimum for column in same]),
        maximum=_known(max, [column.maximum for column in same]),
        length=_known(max, [column.length for column in same]),
        may_be_empty=any(column.may_be_empty for column in same),
    )


def _known(pick: Any, values: Sequence[_Value | None]) -> _Value | None:  # noqa: ANN401 - min or max
    """The one that is picked; None where one of them says nothing, which is no limit."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    found: _Value = pick(known)
    return found


def _codes(lists: Iterable[CodeList | None]) -> CodeList | None:
    """All codes; one that two schemes have has the words of both where they differ."""
    known = [item for item in lists if item is not None]
    if not known:
        return None
    labels: dict[str, list[str]] = {}
    for code, label in chain.from_iterable(item.entries for item in known):
        said = labels.setdefault(code, [])
        if label not in said:
            said.append(label)
    return CodeList(known[0].name, tuple((code, " / ".join(said)) for code, said in labels.items()))
