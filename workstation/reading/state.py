"""The whole state of a reading session as one frozen value. Views draw it; `step` replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import Feature, FeatureCode, Scheme, SiteCode
from storage.records import CaseRecord, GradePlace, KeyImage, SiteNote, Vector3
from workstation.imaging.rigid import UNTURNED, Rigid
from workstation.reading.found_site import Sighting
from workstation.reading.marks import Marks
from workstation.registering.proposal import Proposal


class Window(Struct, frozen=True):
    """Stored values shown black (low) and white (high); high > low."""

    low: float
    high: float


class Focus(Struct, frozen=True):
    """The site that the next key grades."""

    feature: FeatureCode
    site: SiteCode
    visit: int

    @property
    def key(self) -> SiteKey:
        """The answer that this focus stands on."""
        return SiteKey(self.visit, self.feature, self.site)


class ViewState(Struct, frozen=True):
    """What the images show, in patient millimetres.

    cursor_mm: per visit number the LPS point whose slice every cell of that visit shows, each along its own normal.
    offset_mm: what is added to a baseline point to get the follow-up's (the visits share no frame of reference).
    linked: whether scrolling one visit moves the other.
    registration: how the wrist moved by registration, where one was found good enough.
    by_registration: whether the registration links the visits, instead of the offset.
    by_hand: whether the reader has ever set the link; a registration that comes later then waits to be chosen.
    pointed: the visit at which the reader put the cursor on a place, None before that.
    own_slices: per series code the slice shown of a series whose frame of reference is none of its visit's others.
    lines: whether the cursor and the lines of the other planes are drawn.
    seen_mm: per visit and site where the cursor was when the site was answered last, or left after moving by hand.
    seen_as_expected: which of these the reader didn't choose: answered where the site was expected, nothing moved.
    sightings: per visit and site where the reader went by hand and answered.
    arrived_mm: per visit where the images were brought when the focus came to its site, empty before that; expected:
    the visits at which that is only where the site is expected. expecting: whether such places are gone to.
    enlarged: per feature the one cell shown, (row, visit); absent while all are.
    keyed: per feature the row of series that keys scroll, window and enlarge, where it isn't the first.
    instead: per feature what the first row shows instead of what the layout says, (kind, plane).
    inverted, smooth: how grey values are drawn. blink: the follow-up is in the baseline's cells.
    contrast: T1 before and after gadolinium have changed places. tool: what a drag draws, one of `marks.TOOLS` or "".
    hide_baseline: baseline's grades are out of sight at follow-up. left_wrist: how the wrist is drawn.
    active_s: how long the case was read, idle time left out.
    figure: the drawing stands in the place of the grades' words where there isn't room for both.
    zoom: 1 fits the largest shown series into its cell; all cells have equal mm per pixel.
    pan_mm: shift of the images from the middle of their cells, (right, down) on screen, per plane.
    windows: per series code, only where the reader changed it; else the series' percentile window.
    rows: how many rows of series are shown of a feature for which nothing else was chosen; rows_of: per feature.
    columns: the features whose visits stand as two blocks, each with its series side by side.
    above: the features whose visits stand one above the other, each with its series in one line.
    """

    cursor_mm: Mapping[int, Vector3]
    offset_mm: Vector3
    linked: bool = True
    zoom: float = 1.0
    pan_mm: Mapping[str, tuple[float, float]] = field(default_factory=lambda: MappingProxyType({}))
    windows: Mapping[str, Window] = field(default_factory=lambda: MappingProxyType({}))
    rows: int = 2
    rows_of: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    columns: frozenset[str] = frozenset()
    above: frozenset[str] = frozenset()
    registration: Proposal | None = None
    by_registration: bool = False
    by_hand: bool = False
    pointed: int | None = None
    own_slices: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    lines: bool = True
    seen_mm: Mapping[tuple[int, str], Vector3] = field(default_factory=lambda: MappingProxyType({}))
    enlarged: Mapping[str, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    keyed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    instead: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    inverted: bool = False
    smooth: bool = True
    blink: bool = False
    contrast: bool = False
    tool: str = ""
    hide_baseline: bool = False
    left_wrist: bool = False
    figure: bool = False
    active_s: float = 0.0
    sightings: Mapping[tuple[int, str], Sighting] = field(default_factory=lambda: MappingProxyType({}))
    seen_as_expected: frozenset[tuple[int, str]] = frozenset()
    arrived_mm: Mapping[int, Vector3] = field(default_factory=lambda: MappingProxyType({}))
    expected: frozenset[int] = frozenset()
    expecting: bool = True

    def rows_at(self, feature: str) -> int:
        """How many rows of series are shown while that feature is in focus. Three leave a gap in blocks: four."""
        rows = self.rows_of.get(feature, self.rows)
        return rows + 1 if rows > 1 and rows % 2 and feature in self.columns else rows

    @property
    def relation(self) -> Rigid:
        """From baseline's points to the follow-up's: the registration where it is in use, else the offset."""
        if self.by_registration and self.registration is not None:
            return self.registration.movement
        return Rigid(UNTURNED, self.offset_mm)


class Notice(Struct, frozen=True):
    """One line to the reader. `refused` ones are drawn as such."""

    text: str
    refused: bool = False


class SessionState(Struct, frozen=True):
    """One case in front of one reader. `past` and `future` are for undo and redo, newest last.

    places: where each answer was given last, this session's among them. notes: per site. key_images: in the order
    in which they were kept. asking: the feature whose
    blank sites the reader was asked to grade 0. last: the site answered last in this session; behind: the focus has
    moved on from there by that answer, and by nothing else. marks: what was drawn in this session, per site.
    """

    scheme: Scheme
    case: CaseRecord
    reading: Reading
    focus: Focus
    view: ViewState
    past: tuple[tuple[AnswerChanged, ...], ...] = ()
    future: tuple[tuple[AnswerChanged, ...], ...] = ()
    notice: Notice | None = None
    places: Mapping[tuple[SiteKey, Answer], GradePlace] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[SiteKey, SiteNote] = field(default_factory=lambda: MappingProxyType({}))
    asking: FeatureCode | None = None
    key_images: tuple[KeyImage, ...] = ()
    last: SiteKey | None = None
    behind: bool = False
    marks: Mapping[SiteKey, Marks] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def feature(self) -> Feature:
        """The feature in focus."""
        return self.scheme.feature(self.focus.feature)
