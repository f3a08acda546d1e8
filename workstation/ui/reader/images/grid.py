"""Where each cell stands: a series a row, or the visits as two blocks with a narrow gap between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.reading import VISITS as VISIT_NUMBERS


@dataclass(frozen=True, slots=True)
class Grid:
    """`series` rows of the hanging, for each visit. in_columns: each visit a block, its series two in a line."""

    series: int
    in_columns: bool = False

    @property
    def block(self) -> int:
        """How many cells a visit has side by side."""
        return 2 if self.in_columns and self.series > 1 else 1

    def place(self, row: int, visit: int) -> tuple[int, int]:
        """Line and column of the cell of the hanging's row at a visit; a column between the blocks stays free."""
        line, column = divmod(row, self.block)
        return line, self.first_column(visit) + column

    def first_column(self, visit: int) -> int:
        """Where the visit's block begins."""
        return VISIT_NUMBERS.index(visit) * (self.block + 1)

    @property
    def gap(self) -> int:
        """The column between the blocks."""
        return self.block

    @property
    def lines(self) -> int:
        """How many lines of cells there are."""
        return -(-self.series // self.block)

    @property
    def columns(self) -> int:
        """How many columns, the free one among them."""
        return 2 * self.block + 1
