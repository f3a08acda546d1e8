"""Grid of cells: a series a row, the visits as two blocks, or one visit above the other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from scoring.readings.reading import VISITS as VISIT_NUMBERS

# about what a heading takes, with the gap below it
HEADING_PX = 24


class Arrangement(Enum):
    """BESIDE: baseline left, follow-up right, a series a row. BLOCKS: so, too, but each visit with two in a line.

    ABOVE: baseline above follow-up, each visit's series in one line; of three series it gives the largest images.
    """

    BESIDE = "beside"
    BLOCKS = "blocks"
    ABOVE = "above"


def largest(
    rows: Sequence[tuple[float, float]], width: int, height: int, visits: int = len(VISIT_NUMBERS)
) -> Arrangement:
    """The arrangement in which most of the room is image; of equals the first.

    Args:
        rows: what is to fit into the cells of each series, width and height in mm; all visits have the same.
        width: of the room in pixels.
        height: likewise.
        visits: how many are shown.
    """
    if not rows:
        return Arrangement.BESIDE
    # of two visits, two blocks of an odd number would leave two places empty
    ways = [how for how in Arrangement if how is not Arrangement.BLOCKS or len(rows) % 2 == 0 or visits == 1]
    return max(
        ways, key=lambda how: (round(_image_px(rows, Grid(len(rows), how), (width, height), visits)), how is ways[0])
    )


def _image_px(rows: Sequence[tuple[float, float]], grid: Grid, room: tuple[int, int], visits: int) -> float:
    """How many pixels what is to be seen takes."""
    across, down, headings = grid.size(visits)
    wide, high = room[0] / across, (room[1] - headings * HEADING_PX) / down
    scales = [min(wide / mm[0], high / mm[1]) for mm in rows]
    return sum(mm[0] * mm[1] * scale**2 for mm, scale in zip(rows, scales, strict=True))


class Grid(Struct, frozen=True):
    """`series` rows of the hanging, for each visit. Lines count the headings: one is above each visit's cells."""

    series: int
    how: Arrangement = Arrangement.BESIDE

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
