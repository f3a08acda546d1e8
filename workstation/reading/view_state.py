"""View state: what the images and the form show, in patient millimetres, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct, field

from scoring.values import replace
from storage.records import Vector3
from workstation.imaging.light.lit import Lit
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.imaging.wrist.outline import Outline
from workstation.reading.found_site import FoundSite
from workstation.reading.seen_slices import Seen
from workstation.registering.proposal import Proposal

Pair = tuple[float, float]


class Window(Struct, frozen=True):
    """Stored values shown black (low) and white (high); high > low."""

    low: float
    high: float


class Link(Struct, frozen=True):
    """How the visits are related, which share no frame of reference.

    offset_mm: what is added to a baseline point to get the follow-up's. linked: whether scrolling one visit moves the
    other. registration: how the wrist moved by registration, where one was found good enough. by_registration: whether
    the registration links the visits, instead of the offset. by_hand: whether the reader has ever set the link; a
    registration that comes later then waits to be chosen.
    """

    offset_mm: Vector3
    linked: bool = True
    registration: Proposal | None = None
    by_registration: bool = False
    by_hand: bool = False

    @property
    def relation(self) -> Rigid:
        """From baseline's points to the follow-up's: the registration where it is in use, else the offset."""
        if self.by_registration and self.registration is not None:
            return self.registration.movement
        return Rigid(UNTURNED, self.offset_mm)


class Sites(Struct, frozen=True):
    """Where the sites of the case were seen, and where they are expected.

    seen_mm: per visit and site where the cursor was when the site was answered last, or left after moving by hand.
    seen_as_expected: which of these the reader didn't choose: answered where the site was expected, nothing moved.
    found_sites: per visit and site where the reader went by hand and answered.
    arrived_mm: per visit where the images were brought when the focus came to its site, empty before that; expected:
    the visits at which that is only where the site is expected. expecting: whether such places are gone to.
    """

    seen_mm: Mapping[tuple[int, str], Vector3] = field(default_factory=lambda: MappingProxyType({}))
    seen_as_expected: frozenset[tuple[int, str]] = frozenset()
    found_sites: Mapping[tuple[int, str], FoundSite] = field(default_factory=lambda: MappingProxyType({}))
    arrived_mm: Mapping[int, Vector3] = field(default_factory=lambda: MappingProxyType({}))
    expected: frozenset[int] = frozenset()
    expecting: bool = True


class Filling(Enum):
    """What fits into the cells at zoom 1: the outline of the wrist, the whole images, the region that is scored."""

    WRIST = "wrist"
    FIELD = "field"
    SCORED = "scored"


class Camera(Struct, frozen=True):
    """How much is seen of a slice.

    zoom: 1 fits what fills the cells; all cells of a plane have equal mm per pixel.
    pan_mm: shift of the images from the middle of their cells, (right, down) on screen, per plane.
    filling: what fills the cells. outlines: of the wrist, by plane and visit; of a plane that is there it is known.
    scored: what holds all that is scored, likewise, as it was when the reader asked for it.
    """

    zoom: float = 1.0
    pan_mm: Mapping[str, Pair] = field(default_factory=lambda: MappingProxyType({}))
    filling: Filling = Filling.WRIST
    outlines: Mapping[str, Mapping[int, Outline]] = field(default_factory=lambda: MappingProxyType({}))
    scored: Mapping[str, Mapping[int, Outline]] = field(default_factory=lambda: MappingProxyType({}))


class Grey(Struct, frozen=True):
    """How stored values become grey.

    windows: per series code, only where the reader changed it. lights: what a series opens with, per series code; none
    before the visits were compared. waiting: lights that came while somebody looked. equal: the same numbers at both
    visits, instead of the same tissue alike. inverted: black is white. smooth: interpolated between pixels.
    """

    windows: Mapping[str, Window] = field(default_factory=lambda: MappingProxyType({}))
    inverted: bool = False
    smooth: bool = True
    lights: Mapping[str, Lit] = field(default_factory=lambda: MappingProxyType({}))
    waiting: Mapping[str, Lit] = field(default_factory=lambda: MappingProxyType({}))
    equal: bool = False


class Cells(Struct, frozen=True):
    """Which series stand where, most of it remembered for each feature.

    rows: how many rows of series are shown of a feature for which nothing else was chosen; rows_of: per feature.
    beside: the features whose visits stand side by side, a series a row, because the reader chose so.
    columns: the features whose visits stand as two blocks, each with its series side by side.
    above: the features whose visits stand one above the other, each with its series in one line. What is in none of
    the three stands as its images are largest.
    enlarged: per feature the one cell shown, (row, visit); absent while all are.
    keyed: per feature the row of series that keys scroll, window and enlarge, where it isn't the first.
    instead: per feature what a row, from 0, shows instead of what the layout says, (kind, plane).
    among: the series that the reader chose of several of one kind and plane at a visit, by their codes.
    blink: the follow-up is in the baseline's cells. fade: how much of it lies over them, in percent. difference: they
    show follow-up less baseline. contrast: T1 before and after gadolinium have changed places.
    reformat: the row whose series is cut, from 0, and at how many degrees to its rows, below the others; None: none is.
    """

    rows: int = 2
    rows_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    columns: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    enlarged: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    keyed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    instead: Mapping[str, Mapping[int, tuple[str, str]]] = field(default_factory=lambda: MappingProxyType({}))
    blink: bool = False
    contrast: bool = False
    beside: frozenset[str] = frozenset()
    among: frozenset[str] = frozenset()
    fade: int = 0
    difference: bool = False
    reformat: tuple[int, int] | None = None

    def instead_of(self, feature: str) -> Mapping[int, tuple[str, str]]:
        """What the rows of a feature show, where that isn't what the layout says."""
        return self.instead.get(feature, MappingProxyType({}))

    def with_row(self, feature: str, row: int, series: tuple[str, str] | None) -> Cells:
        """With that kind and plane in a row of a feature, and in no other; None: what the layout says."""
        rows = {at: one for at, one in self.instead_of(feature).items() if at != row and one != series}
        rows |= {} if series is None else {row: series}
        kept = {code: one for code, one in self.instead.items() if code != feature}
        return replace(self, instead=MappingProxyType({**kept, **({feature: MappingProxyType(rows)} if rows else {})}))

    def rows_at(self, feature: str) -> int:
        """How many rows of series are shown while that feature is in focus. Three leave a gap in blocks: four."""
        rows = self.rows_of.get(feature, self.rows)
        return rows + 1 if rows > 1 and rows % 2 and feature in self.columns else rows


class FormLook(Struct, frozen=True):
    """What the form shows. hide_baseline: baseline's grades are out of sight at follow-up. side: which hand it is, L or
    R, by the headers or the reader; "" isn't known. turned_over: the reader said that the palm faces the other way than
    is usual. figure: the drawing stands in the place of the grades' words where there isn't room for both.
    """

    hide_baseline: bool = False
    side: str = ""
    figure: bool = False
    turned_over: bool = False


class Cursors(Struct, frozen=True):
    """Where the cursors are, and at which visit the reader put them there."""

    cursor_mm: Mapping[int, Vector3]
    pointed: int | None


class ViewState(Struct, frozen=True):
    """All that is shown of a case, but for its answers.

    cursor_mm: per visit number the LPS point whose slice every cell of that visit shows, each along its own normal.
    pointed: the visit at which the reader put the cursor on a place, None before that.
    own_slices: per series code the slice shown of a series whose frame of reference is none of its visit's others.
    lines: whether the cursor and the lines of the other planes are drawn.
    overview: whether a radiograph that is enlarged is shown whole in a corner of its cell.
    tool: what a drag draws, one of `marks.TOOLS` or "". active_s: how long the case was read, idle time left out.
    seen: per series code the slices that have stood on the screen.
    """

    cursor_mm: Mapping[int, Vector3]
    link: Link
    pointed: int | None = None
    own_slices: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    sites: Sites = Sites()
    camera: Camera = Camera()
    grey: Grey = Grey()
    cells: Cells = Cells()
    form: FormLook = FormLook()
    lines: bool = True
    overview: bool = True
    tool: str = ""
    active_s: float = 0.0
    seen: Seen = field(default_factory=lambda: MappingProxyType({}))
