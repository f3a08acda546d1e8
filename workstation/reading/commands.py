"""Commands of a reader, as frozen values. `step` decides what comes of each."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from scoring.readings.reading import SiteKey
from workstation.reading.answers.key_images import Found
from workstation.reading.marks import Depth, Outline, Width
from workstation.reading.state import Focus
from workstation.registering.proposal import Declined, Proposal


class SetGrade(Struct, frozen=True):
    """Grade the site in focus and move on. `series` is the one in sight, kept as the grade's place."""

    grade: Decimal
    series: str = ""


class MarkUnscorable(Struct, frozen=True):
    """Mark the site in focus unscorable with a code of the scheme, and move on."""

    code: str
    text: str = ""


class GradeBlanksZero(Struct, frozen=True):
    """Ask whether all that is blank of the feature in focus is 0; the same again, with nothing between, does it."""


class SetNote(Struct, frozen=True):
    """Note words at the site in focus, or at `key`; empty words take the note away."""

    text: str
    key: SiteKey | None = None


class ToggleUnsure(Struct, frozen=True):
    """Mark the grade in focus as unsure, or no longer; `last`: the one given last, where the focus has moved on."""

    last: bool = False


class AddHalf(Struct, frozen=True):
    """Add half a grade to the grade given just now, or to the one in focus; take it away where it has one."""


class ReturnToPlace(Struct, frozen=True):
    """Show where the grade in focus was given: slice, point, window."""


class KeepImage(Struct, frozen=True):
    """Keep the slice of a series as a key image of the site in focus."""

    series: str


class TakeImage(Struct, frozen=True):
    """Take a key image away, by its number."""

    number: int


class ShowFound(Struct, frozen=True):
    """Go to a site and a slice of the list of what can be found again (`key_images.Found`)."""

    found: Found


class TakeTool(Struct, frozen=True):
    """Take a tool for drawing ("width", "depth", "bone", "lesion"), or put it away ("" or the one in hand)."""

    tool: str


class Draw(Struct, frozen=True):
    """Keep what was drawn at the site in focus."""

    mark: Width | Depth | Outline


class EraseMarks(Struct, frozen=True):
    """Erase what is drawn at the site in focus."""


class ClearAnswer(Struct, frozen=True):
    """Make the site in focus blank again."""


class CopyBaseline(Struct, frozen=True):
    """Give the follow-up of the site in focus the baseline's answer, and move on."""


class Undo(Struct, frozen=True):
    """Take the last change back, by a new change."""


class Redo(Struct, frozen=True):
    """Do again what was undone last."""


class MoveFocus(Struct, frozen=True):
    """Move by sites down the list (or up) and by visits to the right (or left)."""

    sites: int = 0
    visits: int = 0


class MoveFeature(Struct, frozen=True):
    """Go to the next (or previous) feature."""

    by: int


class GoTo(Struct, frozen=True):
    """Put the focus on one answer."""

    focus: Focus


class GoToBlank(Struct, frozen=True):
    """Go to the next answer in reading order that is still blank."""


class Scroll(Struct, frozen=True):
    """Move by slices of the stack shown in a cell. `alone` moves one visit and keeps the new offset between visits."""

    visit: int
    series: str
    slices: int
    alone: bool = False


class ShowSlice(Struct, frozen=True):
    """Show slice number `index` (from 0) of a series."""

    visit: int
    series: str
    index: int


class ToggleLink(Struct, frozen=True):
    """Link the visits here (the places shown now belong together), or unlink them."""


class OfferRegistration(Struct, frozen=True):
    """What registering the pair came to. A proposal links the visits unless the reader has linked them by hand."""

    outcome: Proposal | Declined


class ToggleRegistration(Struct, frozen=True):
    """Link the visits by the registration, or by hand again."""


class ToggleLines(Struct, frozen=True):
    """Draw the cursor and the lines of the other planes, or don't."""


class SetWindow(Struct, frozen=True):
    """Show a series from `low` (black) to `high` (white), stored values."""

    series: str
    low: float
    high: float


class ResetView(Struct, frozen=True):
    """Fit, centre, and go back to the percentile windows."""


class Zoom(Struct, frozen=True):
    """Multiply the zoom of all cells."""

    factor: float


class Pan(Struct, frozen=True):
    """Shift the images of a plane by millimetres on screen: right, down."""

    plane: str
    right_mm: float
    down_mm: float


class ResetWindows(Struct, frozen=True):
    """Go back to the percentile windows, nothing else."""


class ToggleHiding(Struct, frozen=True):
    """Hide the reader's own baseline grades while the follow-up is graded, or don't."""


class ToggleExpecting(Struct, frozen=True):
    """Have the images go to where a site never looked at is expected, or stay where they are."""


class ToggleSide(Struct, frozen=True):
    """Draw a left wrist, or a right one."""


class ToggleFigure(Struct, frozen=True):
    """Show the drawing in place of the grades' words, or the words."""


class ToggleInverted(Struct, frozen=True):
    """Show black as white, or as it is again."""


class ToggleSmooth(Struct, frozen=True):
    """Interpolate between pixels, or show each as a square."""


class ToggleBlink(Struct, frozen=True):
    """Show the follow-up in the baseline's cells, in place, or the baseline again."""


class ToggleContrast(Struct, frozen=True):
    """Show T1 before gadolinium in the cells of T1 after it, in place, or the other way round."""


class Subtract(Struct, frozen=True):
    """Subtract T1 before gadolinium from T1 after it."""


class MoveRow(Struct, frozen=True):
    """Have keys act on the next row of series, or the one before; a cell that is alone makes way for the row's."""

    by: int


class Enlarge(Struct, frozen=True):
    """Show one cell alone, (row, visit); None shows all again. Remembered for the feature."""

    cell: tuple[int, int] | None


class NextSeries(Struct, frozen=True):
    """Put the next other series of the case into the first row."""

    by: int = 1


class SetRows(Struct, frozen=True):
    """Show this many rows of series."""

    rows: int


class ToggleColumns(Struct, frozen=True):
    """From a series a row to the visits as two blocks, to one visit above the other, and round; for the feature."""


class JumpTo(Struct, frozen=True):
    """Put a visit's cursor on an LPS point (a click in an image), the other visit following when linked."""

    visit: int
    position_mm: tuple[float, float, float]


Command = (
    SetGrade
    | MarkUnscorable
    | GradeBlanksZero
    | AddHalf
    | KeepImage
    | TakeImage
    | ShowFound
    | SetNote
    | ToggleUnsure
    | ReturnToPlace
    | TakeTool
    | Draw
    | EraseMarks
    | ClearAnswer
    | CopyBaseline
    | Undo
    | Redo
    | MoveFocus
    | MoveFeature
    | GoTo
    | GoToBlank
    | Scroll
    | ShowSlice
    | ToggleLink
    | OfferRegistration
    | ToggleRegistration
    | ToggleLines
    | SetWindow
    | ResetView
    | Zoom
    | Pan
    | ResetWindows
    | ToggleHiding
    | ToggleExpecting
    | ToggleSide
    | ToggleFigure
    | ToggleInverted
    | ToggleSmooth
    | ToggleBlink
    | ToggleContrast
    | Subtract
    | MoveRow
    | Enlarge
    | NextSeries
    | SetRows
    | ToggleColumns
    | JumpTo
)
