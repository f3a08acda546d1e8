"""A part of every slice that is made empty before it is written, because somebody's name stands in it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workstation.errors import IntakeRefused
from workstation.intake.pixels.decode import Stored


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of each slice of a series in pixels: first row and column from 0, and how many of each."""

    row: int
    column: int
    rows: int
    columns: int

    def within(self, rows: int, columns: int) -> bool:
        """Whether it lies in an image of that size."""
        inside = self.row + self.rows <= rows and self.column + self.columns <= columns
        return min(self.row, self.column) >= 0 and min(self.rows, self.columns) > 0 and inside

    def as_list(self) -> list[int]:
        """As the vault keeps it."""
        return [self.row, self.column, self.rows, self.columns]

    def in_words(self) -> str:
        """As a person reads it; the numbers can be given to `study blank` as they are."""
        return f"{self.row},{self.column},{self.rows},{self.columns}"


def parsed(text: str) -> Region:
    """ROW,COLUMN,ROWS,COLUMNS.

    Raises:
        IntakeRefused: not four whole numbers, or nothing would be blanked.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004 - a rectangle
        raise IntakeRefused(f"region {text!a}: four whole numbers ROW,COLUMN,ROWS,COLUMNS, the first ones from 0")
    region = Region(*(int(part) for part in parts))
    if not region.rows or not region.columns:
        raise IntakeRefused(f"region {text!a}: at least one row and one column")
    return region


def regions_of(values: Iterable[Sequence[int]]) -> tuple[Region, ...]:
    """Regions as the vault has them."""
    return tuple(Region(*value) for value in values)


def blanked(values: Stored, regions: Sequence[Region]) -> Stored:
    """A copy of (row, column) values with 0 in the regions; the same array where there are none.

    0 is a stored value of every type that is imported, and done twice it is the same.
    """
    if not regions:
        return values
    empty = values.copy()
    for region in regions:
        empty[..., region.row : region.row + region.rows, region.column : region.column + region.columns] = 0
    return empty
