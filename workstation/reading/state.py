"""The whole state of a reading session as one frozen value. Views draw it; `step` replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field

from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import Feature, FeatureCode, Scheme, SiteCode
from storage.records import Beside, CaseRecord, KeyImage, Sighting, SiteNote, Viewing
from workstation.reading.marks import Marks
from workstation.reading.view_state import Cursors, ViewState


class Focus(Struct, frozen=True):
    """The site that the next key grades."""

    feature: FeatureCode
    site: SiteCode
    visit: int

    @property
    def key(self) -> SiteKey:
        """The answer that this focus stands on."""
        return SiteKey(self.visit, self.feature, self.site)


class Notice(Struct, frozen=True):
    """One line to the reader. `refused` ones are drawn as such."""

    text: str
    refused: bool = False


class SessionState(Struct, frozen=True):
    """One case in front of one reader. `past` and `future` are for undo and redo, newest last.

    sightings: where each answer was given last, this session's among them. viewings: what had been seen then. notes:
    per site. key_images: in the order in which they were kept. asking: the feature whose blank sites the reader was
    asked to grade 0. last: the site answered last in this session; behind: the focus has moved on from there by that
    answer, and by nothing else. marks: what was drawn in this session, per site.
    beside: what two readings say of a site, A and B, where they are shown to the reader.
    before_jump: where the cursors were before the reader last put one on a place. drawn_before: what stood at a site
    before each stroke, newest last.
    """

    scheme: Scheme
    case: CaseRecord
    reading: Reading
    focus: Focus
    view: ViewState
    past: tuple[tuple[AnswerChanged, ...], ...] = ()
    future: tuple[tuple[AnswerChanged, ...], ...] = ()
    notice: Notice | None = None
    sightings: Mapping[tuple[SiteKey, Answer], Sighting] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[SiteKey, SiteNote] = field(default_factory=lambda: MappingProxyType({}))
    asking: FeatureCode | None = None
    key_images: tuple[KeyImage, ...] = ()
    last: SiteKey | None = None
    behind: bool = False
    marks: Mapping[SiteKey, Marks] = field(default_factory=lambda: MappingProxyType({}))
    viewings: Mapping[tuple[SiteKey, Answer], Viewing] = field(default_factory=lambda: MappingProxyType({}))
    before_jump: Cursors | None = None
    beside: Beside = field(default_factory=lambda: MappingProxyType({}))
    drawn_before: tuple[tuple[SiteKey, Marks], ...] = ()

    @property
    def meant(self) -> SiteKey:
        """The answer that a key about an answer is for: right after a grade the one given, else the one in focus."""
        return self.last if self.behind and self.last is not None else self.focus.key

    @property
    def feature(self) -> Feature:
        """The feature in focus."""
        return self.scheme.feature(self.focus.feature)
