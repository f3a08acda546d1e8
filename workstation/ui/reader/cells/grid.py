"""Grid of cells: a series a row, the visits as two blocks, or one visit above the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from scoring.readings.reading import VISITS as VISIT_NUMBERS

# about what a heading takes, with the gap below it
HEADING_PX = 24
# what a series that neither visit has takes: a line that says so, or where its cells stand side by side a narrow column
LINE_PX, COLUMN_PX = 28, 120


class Arrangement(Enum):
    """BESIDE: baseline left, follow-up right, a series a row. BLOCKS: so, too, but each visit with two in a line.

    ABOVE: baseline above follow-up, each visit's series in one line; of three series it gives the largest images.
    """

    BESIDE = "beside"
    BLOCKS = "blocks"
    ABOVE = "above"


def largest(
    rows: Sequence[tuple[float, float]], width: int, height: int, visits: int = len(VISIT_NUMBERS), empty: int = 0
) -> Arrangement:
    """The arrangement in which most of the room is image; of equals the first.

    Args:
        rows: what is to fit into the cells of each series, width and height in mm; all visits have the same.
        width: of the room in pixels.
        height: likewise.
        visits: how many are shown.
        empty: how many series there are beside these that no visit has.
    """
    if not rows:
        return Arrangement.BESIDE
    # of two visits, two blocks of an odd number would leave two places empty
    blocks = (len(rows) % 2 == 0 or visits == 1) and not empty
    ways = [how for how in Arrangement if how is not Arrangement.BLOCKS or blocks]
    room = {how: _room(how, width, height, empty) for how in ways}
    return max(ways, key=lambda how: (round(_image_px(rows, Grid(len(rows), how), room[how], visits)), how is ways[0]))


def _room(how: Arrangement, width: int, height: int, empty: int) -> tuple[int, int]:
    """What is left of the room beside series that no visit has."""
    if how is Arrangement.ABOVE:
        return width - empty * COLUMN_PX, height
    return width, height - empty * LINE_PX


def _image_px(rows: Sequence[tuple[float, float]], grid: Grid, room: tuple[int, int], visits: int) -> float:
    """How many pixels what is to be seen takes."""
    across, down, headings = grid.size(visits)
    wide, high = max(room[0], 0) / across, max(room[1] - headings * HEADING_PX, 0) / down
    scales = [min(wide / mm[0], high / mm[1]) for mm in rows]
    return sum(mm[0] * mm[1] * scale**2 for mm, scale in zip(rows, scales, strict=True))


class Grid(Struct, frozen=True):
    """`series` rows of the hanging, for each visit. Lines count the headings: one is above each visit's cells.

    empty: the rows that no visit has a series for. They say so, and leave the room to the others.
    """

    series: int
    how: Arrangement = Arrangement.BESIDE
    empty: frozenset[int] = frozenset()

    def is_slim(self, row: int) -> bool:
        """Whether a row leaves its room to others that have images."""
        return row in self.empty and len(self.empty) < self.series

    @property
    def block(self) -> int:
        """How many cells a visit has side by side."""
        if self.how is Arrangement.ABOVE:
            return max(self.series, 1)
        return 2 if self.how is Arrangement.BLOCKS and self.series > 1 else 1

    def size(self, visits: int) -> tuple[int, int, int]:
        """Cells across, cells down, and lines of headings, where that many visits are shown."""
        if self.how is Arrangement.ABOVE:
            return self.block, visits, visits
        return self.block * visits, -(-self.series // self.block), 1

    def heading(self, visit: int) -> tuple[int, int]:
        """Line and column where a visit's heading begins; it is as wide as the block."""
        index = VISIT_NUMBERS.index(visit)
        # a column or a line between the visits stays free
        return (3 * index, 0) if self.how is Arrangement.ABOVE else (0, index * (self.block + 1))

    def cell_at(self, row: int, visit: int) -> tuple[int, int]:
        """Line and column of the cell of the hanging's row at a visit."""
        down, right = divmod(row, self.block)
        line, column = self.heading(visit)
        return line + 1 + down, column + right

    @property
    def gap(self) -> tuple[int | None, int | None]:
        """(line, column) between the visits; the one that there isn't is None."""
        return (2, None) if self.how is Arrangement.ABOVE else (None, self.block)
