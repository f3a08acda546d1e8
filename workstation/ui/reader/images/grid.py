"""Grid of cells: a series a row, the visits as two blocks, or one visit above the other. Pure."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from scoring.readings.reading import VISITS as VISIT_NUMBERS


class Arrangement(Enum):
    """BESIDE: baseline left, follow-up right, a series a row. BLOCKS: so, too, but each visit with two in a line.

    ABOVE: baseline above follow-up, each visit's series in one line; of three series it gives the largest images.
    """

    BESIDE = "beside"
    BLOCKS = "blocks"
    ABOVE = "above"


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
