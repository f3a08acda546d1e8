"""Height of the form shared out: the words of all grades first, then table and drawing. Pure; in pixels."""

from __future__ import annotations

from msgspec import Struct

# rows lower than the first can't be read; beside the drawing they are to be a little higher
ROW_PX, ROW_BESIDE_FIGURE_PX, MOST_ROW_PX = 17, 19, 25
LEAST_TABLE_PX = 141
LEAST_FIGURE_PX, MOST_FIGURE_PX = 150, 330
LOW_PX = 900


class Needs(Struct, frozen=True):
    """What the parts of a form of `height` need: `fixed` for all that never changes, gaps and margins with it.

    words: the heading, one line of the site's rule and every grade. totals: all of them; short: those of the feature.
    """

    height: int
    fixed: int
    words: int
    totals: int
    totals_short: int
    rows: int
    header: int

    def table(self, row_px: int) -> int:
        """What the table needs at that height of a row."""
        return self.header + max(self.rows, 1) * row_px + 2


class Shares(Struct, frozen=True):
    """What they get. figure_px is 0 where there is no room for the drawing beside the words."""

    table_px: int
    figure_px: int
    short_totals: bool


def gap_px(height: int) -> int:
    """Between the parts of a form of that height."""
    return 4 if height < LOW_PX else 8


def share(needs: Needs) -> Shares:
    """The grades' words whole; totals of other features go before a row of the table scrolls away."""
    room = needs.height - needs.fixed - needs.words - needs.totals
    short = room < needs.table(ROW_PX)
    if short:
        room += needs.totals - needs.totals_short
    beside = room - LEAST_FIGURE_PX - gap_px(needs.height)
    figure = not short and beside >= needs.table(ROW_BESIDE_FIGURE_PX)
    for_table = beside if figure else room
    row_px = min(max((for_table - needs.header - 2) // max(needs.rows, 1), ROW_PX), MOST_ROW_PX)
    table_px = min(needs.table(row_px), max(for_table, LEAST_TABLE_PX))
    figure_px = min(room - table_px - gap_px(needs.height), MOST_FIGURE_PX) if figure else 0
    return Shares(table_px, figure_px, short)
