"""Matching of a layout with a case: which series goes where, and why not. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from scoring.readings.reading import VISITS as VISIT_NUMBERS
from scoring.schemes.modalities import KIND_WORDS, XR, modality_of_plane
from scoring.schemes.scheme import FeatureCode, SeriesRef
from storage.records import SeriesRecord, VisitRecord
from workstation.hanging.layout import Layout
from workstation.hanging.words import VISITS, caption, described


class Shown(Struct, frozen=True):
    """A series in a cell. `note` is what the reader must know about the choice, or empty."""

    series: SeriesRecord
    note: str = ""


class Empty(Struct, frozen=True):
    """No series in a cell, and why not."""

    reason: str


Cell = Shown | Empty


class HangingRow(Struct, frozen=True):
    """One series at baseline and at follow-up, in the order of the visits. reformatted: a plane is cut through it."""

    caption: str
    cells: tuple[Cell, Cell]
    reformatted: bool = False

    @property
    def has_images(self) -> bool:
        """Whether a series stands in it at either visit."""
        return any(isinstance(cell, Shown) for cell in self.cells)


class Hanging(Struct, frozen=True):
    """What is shown: rows from the top."""

    rows: tuple[HangingRow, ...]

    @property
    def series(self) -> tuple[SeriesRecord, ...]:
        """Every series shown, row by row."""
        return tuple(cell.series for row in self.rows for cell in row.cells if isinstance(cell, Shown))

    @property
    def without_images(self) -> frozenset[int]:
        """The rows, from 0, in which no visit has a series."""
        return frozenset(number for number, row in enumerate(self.rows) if not row.has_images)

    def with_reformatted(self, row: int) -> Hanging:
        """With a last row for a plane that is cut through what stands in this one, from 0, or the last there is.

        Where nothing stands in it, through the uppermost that has images.
        """
        if not self.rows:
            return self
        wanted = self.rows[min(row, len(self.rows) - 1)]
        source = next((one for one in (wanted, *self.rows) if one.has_images), wanted)
        return Hanging((*self.rows, HangingRow(source.caption, source.cells, reformatted=True)))

    def paired(self) -> Hanging:
        """With a last row that says that nothing is left, where an odd one of several would leave a place empty."""
        if len(self.rows) < 2 or not len(self.rows) % 2:  # noqa: PLR2004 - two stand side by side
            return self
        reasons = [Empty(f"No other series at {VISITS[number].lower()}") for number in VISIT_NUMBERS]
        return Hanging((*self.rows, HangingRow("", (reasons[0], reasons[1]))))


class Choice(Struct, frozen=True):
    """What the reader wants to see other than the layout says.

    rows: (kind, plane) by row, from 0; what the layout has there comes after it. contrast: T1 before and after
    gadolinium change places. among: which series is meant where a visit has several of one kind and plane, by code.
    """

    rows: Mapping[int, tuple[str, str]] = MappingProxyType({})
    contrast: bool = False
    among: frozenset[str] = frozenset()

    def applied(self, rows: Sequence[SeriesRef]) -> tuple[SeriesRef, ...]:
        """The rows as the reader wants them; none stands twice."""
        wanted = {row: SeriesRef(*name) for row, name in sorted(self.rows.items())}
        chosen = [row for row in rows if row not in wanted.values()]
        for row, series in wanted.items():
            chosen.insert(row, series)
        if self.contrast:
            chosen = [SeriesRef(_OTHER_CONTRAST.get(row.kind, row.kind), row.plane) for row in chosen]
        return tuple(dict.fromkeys(chosen))


_OTHER_CONTRAST = {"T1": "T1FSGD", "T1FSGD": "T1"}


def match(
    layout: Layout,
    feature: FeatureCode,
    visits: tuple[VisitRecord, ...],
    rows: int,
    choice: Choice | None = None,
    *,
    site: str = "",
) -> Hanging:
    """Arrange the series of a case for a feature, at most `rows` rows, the reader's choice before the layout's.

    site: in focus, which may have rows of its own.

    The layout's rows come first, also where a series is missing: the cell says so. When more rows are wanted than
    the layout has, or nothing in the case is what it asks for, the rest of the case follows, so that everything
    that was imported can be looked at. There are fewer rows than wanted when nothing is left to show.
    """
    by_number = {visit.number: tuple(entry for entry in visit.series if entry.slices) for visit in visits}
    choice = choice or Choice()
    planned = [_planned(row, by_number, choice.among) for row in choice.applied(layout.rows_for(feature, site))]
    found = any(isinstance(cell, Shown) for row in planned for cell in row.cells)
    if found and len(planned) >= rows:
        return Hanging(tuple(planned[:rows]))
    used = {cell.series.code for row in planned for cell in row.cells if isinstance(cell, Shown)}
    rest = _remaining(by_number, used)
    everything = planned + rest if found or not rest else rest
    return Hanging(tuple(everything[:rows]))


def _planned(wanted: SeriesRef, by_number: dict[int, tuple[SeriesRecord, ...]], among: frozenset[str]) -> HangingRow:
    cells = [_cell(wanted, number, by_number, among) for number in VISIT_NUMBERS]
    return HangingRow(caption(wanted.kind, wanted.plane), (cells[0], cells[1]))


def _cell(
    wanted: SeriesRef, number: int, by_number: dict[int, tuple[SeriesRecord, ...]], among: frozenset[str]
) -> Cell:
    at = VISITS[number].lower()
    series = by_number.get(number, ())
    if number in by_number and not series and wanted.plane in XR.planes:
        # the visit is read without images
        return Empty(f"{KIND_WORDS[wanted.kind].capitalize()} at {at}: look at it in another viewer")
    if not series:
        return Empty(f"No images at {at}")
    fitting = _fitting(wanted, series)
    name = described(wanted.kind, wanted.plane)
    if not fitting:
        return Empty(f"No {name} at {at}")
    meant = next((entry for entry in fitting if entry.code in among), None)
    if meant is not None and len(fitting) > 1:
        return Shown(meant, f"{len(fitting)} series could be {name} at {at}: showing the one that you chose")
    # the one with most slices: a repeat or a scout is the shorter one; of equals the first in the index
    chosen = max(fitting, key=lambda entry: len(entry.slices))
    if len(fitting) == 1:
        return Shown(chosen)
    alike = sum(1 for entry in fitting if len(entry.slices) == len(chosen.slices))
    which = "the first" if alike > 1 else "the one with most slices"
    return Shown(chosen, f"{len(fitting)} series could be {name} at {at}: showing {which}")


def _fitting(wanted: SeriesRef, series: Sequence[SeriesRecord]) -> list[SeriesRecord]:
    """Of that kind and plane; of a radiograph that isn't there, a picture of both sides."""
    modality = modality_of_plane(wanted.plane)
    kinds = (wanted.kind, modality.within.get(wanted.kind))
    found = ([entry for entry in series if (entry.kind, entry.plane) == (kind, wanted.plane)] for kind in kinds)
    return next((some for some in found if some), [])


def _remaining(by_number: dict[int, tuple[SeriesRecord, ...]], used: Iterable[str]) -> list[HangingRow]:
    """Rows for what the layout has no place for: recognised kinds first, visits paired by kind and plane in order."""
    shown = set(used)
    groups: dict[tuple[bool, str, str], dict[int, list[SeriesRecord]]] = defaultdict(lambda: defaultdict(list))
    for number in VISIT_NUMBERS:
        for entry in by_number.get(number, ()):
            if entry.code not in shown:
                groups[entry.kind == "OTHER", entry.kind, entry.plane][number].append(entry)
    rows: list[HangingRow] = []
    for group in sorted(groups):
        _, kind, plane = group
        sides = groups[group]
        length = max(len(side) for side in sides.values())
        rows.extend(_left_over(kind, plane, sides, index, by_number) for index in range(length))
    return rows


def _left_over(
    kind: str,
    plane: str,
    sides: dict[int, list[SeriesRecord]],
    index: int,
    by_number: dict[int, tuple[SeriesRecord, ...]],
) -> HangingRow:
    note = "Kind not recognised at import" if kind == "OTHER" else "Not in the layout of this feature"
    cells: list[Cell] = []
    for number in VISIT_NUMBERS:
        side: Sequence[SeriesRecord] = sides.get(number, ())
        at = VISITS[number].lower()
        if index < len(side):
            cells.append(Shown(side[index], note))
        elif by_number.get(number):
            cells.append(Empty(f"No other {described(kind, plane)} at {at}"))
        else:
            cells.append(Empty(f"No images at {at}"))
    return HangingRow(caption(kind, plane), (cells[0], cells[1]))
