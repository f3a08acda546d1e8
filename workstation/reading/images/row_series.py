"""Series in rows by hand: which series of a case stands in a row of the feature in focus, whatever the layout says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from scoring.schemes.modalities import KIND_WORDS, PLANE_WORDS
from scoring.values import replace
from storage.records import CaseRecord, SeriesRecord
from workstation.reading.command import Command, handles
from workstation.reading.outcome import Outcome, refused, told
from workstation.reading.state import SessionState


class ListedSeries(Struct, frozen=True):
    """Series of one kind and plane that stand beside each other, by visit; a visit that lacks one isn't there."""

    kind: str
    plane: str
    series: Mapping[int, SeriesRecord]


def listed(case: CaseRecord) -> tuple[ListedSeries, ...]:
    """All series of a case: what was recognised first, by kind and plane; of two alike the one with most slices."""
    found: list[ListedSeries] = []
    for _, kind, plane in sorted({(one.kind == "OTHER", one.kind, one.plane) for one in _all(case)}):
        alike = _alike(case, kind, plane)
        for index in range(max(map(len, alike.values()))):
            beside = {number: ones[index] for number, ones in alike.items() if index < len(ones)}
            found.append(ListedSeries(kind, plane, MappingProxyType(beside)))
    return tuple(found)


def _alike(case: CaseRecord, kind: str, plane: str) -> dict[int, list[SeriesRecord]]:
    """By visit the series of that kind and plane, the one with most slices first, as they hang."""
    return {
        visit.number: sorted(
            (one for one in visit.series if one.slices and (one.kind, one.plane) == (kind, plane)),
            key=lambda one: -len(one.slices),
        )
        for visit in case.visits
    }


class PutSeries(Command, frozen=True):
    """Put a series, by its code, into a row of the feature in focus, from 0, with its like of the other visit."""

    series: str
    row: int


@handles(PutSeries)
def put(state: SessionState, command: PutSeries) -> Outcome:
    """That series in that row; a series that the case hasn't changes nothing."""
    one = next((entry for entry in _all(state.case) if entry.code == command.series), None)
    if one is None or command.row < 0:
        return Outcome(state)
    return _put(state, (one,), command.row)


class PutListed(Command, frozen=True):
    """Put the series of that number of the strip, from 1, into the row that keys act on."""

    number: int


@handles(PutListed)
def listed_put(state: SessionState, command: PutListed) -> Outcome:
    """Both visits' series of that number into the row of the keys; refused where there are fewer."""
    found = listed(state.case)
    if not 1 <= command.number <= len(found):
        return refused(state, f"There are {len(found)} series in the strip.")
    row = state.view.cells.keyed.get(state.focus.feature, 0)
    return _put(state, tuple(found[command.number - 1].series.values()), row)


def _put(state: SessionState, chosen: tuple[SeriesRecord, ...], row: int) -> Outcome:
    cells, feature, name = state.view.cells, str(state.focus.feature), (chosen[0].kind, chosen[0].plane)
    codes = {one.code for one in chosen}
    replaced = {
        one.code
        for visit in state.case.visits
        if codes & {entry.code for entry in visit.series}
        for one in visit.series
        if (one.kind, one.plane) == name
    }
    now = replace(cells.with_row(feature, row, name), among=cells.among - replaced | codes)
    kind, plane = KIND_WORDS.get(name[0], "Not recognised"), PLANE_WORDS.get(name[1], "oblique")
    return told(replace(state, view=replace(state.view, cells=now)), f"Row {row + 1}: {kind}, {plane}.")


def _all(case: CaseRecord) -> Iterator[SeriesRecord]:
    return (one for visit in case.visits for one in visit.series if one.slices)
