"""Room of the form shared out: the words of all grades first, then table and drawing. Pure; in pixels."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

# rows lower than the first can't be read; beside the drawing they are to be a little higher
ROW_PX, ROW_BESIDE_FIGURE_PX, MOST_ROW_PX = 17, 19, 25
LEAST_TABLE_PX = 141
LEAST_FIGURE_PX, MOST_FIGURE_PX = 150, 330
LOW_PX = 900
# two columns, each as wide as the table's words need; and so wide that drawings of both visits are large in one of them
BROAD_PX, WIDE_PX = 700, 1000


class Columns(Enum):
    """ONE: all below each other. UPPER: table beside words, drawing and totals below. TWO: totals below the table."""

    ONE = "one"
    UPPER = "upper"
    TWO = "two"


def columns(width: int) -> Columns:
    """How the parts of a form of that width stand."""
    if width >= WIDE_PX:
        return Columns.TWO
    return Columns.UPPER if width >= BROAD_PX else Columns.ONE


class Needs(Struct, frozen=True):
    """What the parts of a form of `height` need: `fixed` for all that never changes, gaps and margins with it.

    words: the heading, one line of the site's rule and every grade. totals: all of them; short: those of the feature.
    figure: the most that the drawing can fill at its width. scale: times its usual size that text has. explained: what
    explains the feature below its grades.
    """

    height: int
    fixed: int
    words: int
    totals: int
    totals_short: int
    rows: int
    header: int
    columns: Columns = Columns.ONE
    figure: int = MOST_FIGURE_PX
    scale: float = 1.0
    explained: int = 0

    def table(self, row_px: int) -> int:
        """What the table needs at that height of a row."""
        return self.header + max(self.rows, 1) * round(row_px * self.scale) + 2


class Shares(Struct, frozen=True):
    """What they get. figure_px is 0 where there is no room for the drawing beside the words."""

    table_px: int
    figure_px: int
    short_totals: bool


def gap_px(height: int) -> int:
    """Between the parts of a form of that height."""
    return 4 if height < LOW_PX else 8


def figure_px(width: int) -> int:
    """What the drawings of both visits side by side can fill at that width: 200 wide and 250 high, below a heading."""
    return max(width * 250 // 400 + 18, LEAST_FIGURE_PX)


def share(needs: Needs) -> Shares:
    """The grades' words whole; totals of other features go before a row of the table scrolls away."""
    match needs.columns:
        case Columns.ONE:
            return _one_column(needs)
        case Columns.UPPER:
            return _upper_columns(needs)
        case Columns.TWO:
            return _two_columns(needs)


def _one_column(needs: Needs) -> Shares:
    room = needs.height - needs.fixed - needs.words - needs.totals
    short = room < needs.table(ROW_PX)
    if short:
        room += needs.totals - needs.totals_short
    beside = room - LEAST_FIGURE_PX - gap_px(needs.height)
    figure = not short and beside >= needs.table(ROW_BESIDE_FIGURE_PX)
    for_table = beside if figure else room
    table_px = _table_px(needs, for_table)
    figure_px = _figure_px(needs, room - table_px - gap_px(needs.height)) if figure else 0
    return Shares(table_px, figure_px, short)


def _figure_px(needs: Needs, room: int) -> int:
    """What the drawing gets of that room: what counts for the feature goes before a drawing larger than the least."""
    largest = min(room, needs.figure)
    beside = min(room - needs.explained, largest)
    return beside if beside >= LEAST_FIGURE_PX else largest


def _upper_columns(needs: Needs) -> Shares:
    """Table and words side by side: the higher one counts, and the drawing has what is left."""
    room = needs.height - needs.fixed - needs.totals
    least = max(needs.table(ROW_PX), needs.words)
    short = room < least
    if short:
        room += needs.totals - needs.totals_short
    beside = room - LEAST_FIGURE_PX - gap_px(needs.height)
    figure = not short and beside >= max(needs.table(ROW_BESIDE_FIGURE_PX), needs.words)
    table_px = _table_px(needs, beside if figure else room)
    figure_px = min(room - max(table_px, needs.words) - gap_px(needs.height), needs.figure) if figure else 0
    return Shares(table_px, figure_px, short)


def _two_columns(needs: Needs) -> Shares:
    """Totals below the table, drawing below the words."""
    room = needs.height - needs.fixed
    short = room - needs.totals < needs.table(ROW_PX)
    for_table = room - (needs.totals_short if short else needs.totals)
    beside = room - needs.words - gap_px(needs.height)
    figure_px = min(beside, needs.figure) if beside >= LEAST_FIGURE_PX else 0
    return Shares(_table_px(needs, for_table), figure_px, short)


def _table_px(needs: Needs, room: int) -> int:
    """What the table gets of that room."""
    row_px = min(max((room - needs.header - 2) / needs.scale / max(needs.rows, 1), ROW_PX), MOST_ROW_PX)
    return min(needs.table(int(row_px)), max(room, LEAST_TABLE_PX))
