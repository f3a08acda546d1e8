"""What a reader can want, as frozen values. `step` decides what comes of each."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from scoring.reading import SiteKey
from workstation.reading.key_images import Found
from workstation.reading.marks import Depth, Outline, Width
from workstation.reading.state import Focus
from workstation.registering.proposal import Declined, Proposal


@dataclass(frozen=True, slots=True)
class SetGrade:
    """Grade the site in focus and move on. `series` is the one in sight, kept as the grade's place."""

    grade: Decimal
    series: str = ""


@dataclass(frozen=True, slots=True)
class MarkUnscorable:
    """Mark the site in focus unscorable with a code of the scheme, and move on."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class GradeBlanksZero:
    """Ask whether all that is blank of the feature in focus is 0; the same again, with nothing between, does it."""


@dataclass(frozen=True, slots=True)
class SetNote:
    """Note words at the site in focus, or at `key`; empty words take the note away."""

    text: str
    key: SiteKey | None = None


@dataclass(frozen=True, slots=True)
class ToggleUnsure:
    """Mark the grade in focus as unsure, or no longer; `last`: the one given last, where the focus has moved on."""

    last: bool = False


@dataclass(frozen=True, slots=True)
class AddHalf:
    """Add half a grade to the grade given just now, or to the one in focus; take it away where it has one."""


@dataclass(frozen=True, slots=True)
class ReturnToPlace:
    """Show where the grade in focus was given: slice, point, window."""


@dataclass(frozen=True, slots=True)
class KeepImage:
    """Keep the slice of a series as a key image of the site in focus."""

    series: str


@dataclass(frozen=True, slots=True)
class TakeImage:
    """Take a key image away, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class ShowFound:
    """Go to a site and a slice of the list of what can be found again (`key_images.Found`)."""

    found: Found


@dataclass(frozen=True, slots=True)
class TakeTool:
    """Take a tool for drawing ("width", "depth", "bone", "lesion"), or put it away ("" or the one in hand)."""

    tool: str


@dataclass(frozen=True, slots=True)
class Draw:
    """Keep what was drawn at the site in focus."""

    mark: Width | Depth | Outline


@dataclass(frozen=True, slots=True)
class EraseMarks:
    """Erase what is drawn at the site in focus."""


@dataclass(frozen=True, slots=True)
class ClearAnswer:
    """Make the site in focus blank again."""


@dataclass(frozen=True, slots=True)
class CopyBaseline:
    """Give the follow-up of the site in focus the baseline's answer, and move on."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the last change back, by a new change."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Do again what was undone last."""


@dataclass(frozen=True, slots=True)
class MoveFocus:
    """Move by sites down the list (or up) and by visits to the right (or left)."""

    sites: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class MoveFeature:
    """Go to the next (or previous) feature."""

    by: int


@dataclass(frozen=True, slots=True)
class GoTo:
    """Put the focus on one answer."""

    focus: Focus


@dataclass(frozen=True, slots=True)
class GoToBlank:
    """Go to the next answer in reading order that is still blank."""


@dataclass(frozen=True, slots=True)
class Scroll:
    """Move by slices of the stack shown in a cell. `alone` moves one visit and keeps the new offset between visits."""

    visit: int
    series: str
    slices: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ShowSlice:
    """Show slice number `index` (from 0) of a series."""

    visit: int
    series: str
    index: int


@dataclass(frozen=True, slots=True)
class ToggleLink:
    """Link the visits here (the places shown now belong together), or unlink them."""


@dataclass(frozen=True, slots=True)
class OfferRegistration:
    """What registering the pair came to. A proposal links the visits unless the reader has linked them by hand."""

    outcome: Proposal | Declined


@dataclass(frozen=True, slots=True)
class ToggleRegistration:
    """Link the visits by the registration, or by hand again."""


@dataclass(frozen=True, slots=True)
class ToggleLines:
    """Draw the cursor and the lines of the other planes, or don't."""


@dataclass(frozen=True, slots=True)
class SetWindow:
    """Show a series from `low` (black) to `high` (white), stored values."""

    series: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ResetView:
    """Fit, centre, and go back to the percentile windows."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """Multiply the zoom of all cells."""

    factor: float


@dataclass(frozen=True, slots=True)
class Pan:
    """Shift the images of a plane by millimetres on screen: right, down."""

    plane: str
    right_mm: float
    down_mm: float


@dataclass(frozen=True, slots=True)
class ResetWindows:
    """Go back to the percentile windows, nothing else."""


@dataclass(frozen=True, slots=True)
class ToggleHiding:
    """Hide the reader's own baseline grades while the follow-up is graded, or don't."""


@dataclass(frozen=True, slots=True)
class ToggleExpecting:
    """Have the images go to where a site never looked at is expected, or stay where they are."""


@dataclass(frozen=True, slots=True)
class ToggleSide:
    """Draw a left wrist, or a right one."""


@dataclass(frozen=True, slots=True)
class ToggleFigure:
    """Show the drawing in place of the grades' words, or the words."""


@dataclass(frozen=True, slots=True)
class ToggleInverted:
    """Show black as white, or as it is again."""


@dataclass(frozen=True, slots=True)
class ToggleSmooth:
    """Interpolate between pixels, or show each as a square."""


@dataclass(frozen=True, slots=True)
class ToggleBlink:
    """Show the follow-up in the baseline's cells, in place, or the baseline again."""


@dataclass(frozen=True, slots=True)
class ToggleContrast:
    """Show T1 before gadolinium in the cells of T1 after it, in place, or the other way round."""


@dataclass(frozen=True, slots=True)
class Subtract:
    """Subtract T1 before gadolinium from T1 after it."""


@dataclass(frozen=True, slots=True)
class Enlarge:
    """Show one cell alone, (row, visit); None shows all again. Remembered for the feature."""

    cell: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class NextSeries:
    """Put the next other series of the case into the first row."""

    by: int = 1


@dataclass(frozen=True, slots=True)
class SetRows:
    """Show this many rows of series."""

    rows: int


@dataclass(frozen=True, slots=True)
class ToggleColumns:
    """From a series a row to the visits as two blocks, to one visit above the other, and round; for the feature."""


@dataclass(frozen=True, slots=True)
class JumpTo:
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
    | Enlarge
    | NextSeries
    | SetRows
    | ToggleColumns
    | JumpTo
)
