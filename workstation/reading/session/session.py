"""Session of one case being read: step, then save, and only then show. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Protocol

from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.errors import CaseClosed, NotSaved, StaleAnswer, StudyError, StudyLocked, UnknownCase
from storage.records import Beside, CaseProgress, CaseRecord, DisplayCheck, KeyImage, Sighting, SiteNote, Viewing
from storage.signing.sheet import Signature, SigningSheet
from workstation.reading.command import Command
from workstation.reading.images.go_to_site import arrived
from workstation.reading.outcome import Outcome
from workstation.reading.preferences import Hung
from workstation.reading.seen_slices import Glance, with_glances
from workstation.reading.session.initial_state import beginning
from workstation.reading.session.resume import bookmark_text, resumed
from workstation.reading.session.step import step
from workstation.reading.session.timing import read_for
from workstation.reading.session.undo_history import Histories
from workstation.reading.state import Notice, SessionState

SOURCE = "room"
GONE = "Not saved: this case isn't on your worklist any more. Saved answers are kept. Ctrl+Right opens the next case."
STALE = "Not saved: another window changed this case. You now see what is on disk. Enter your answer again."

Listener = Callable[[SessionState, SessionState], None]


class Door(Protocol):
    """What a reader may do with a study; `storage` has the real one. It holds no identity."""

    @property
    def scheme(self) -> Scheme:
        """What may be scored."""

    @property
    def ordered(self) -> bool:
        """Whether visit 1 is known to be baseline and 2 follow-up."""

    def worklist(self) -> tuple[CaseProgress, ...]:
        """The reader's cases in their order."""

    def case(self, code: str, /) -> CaseRecord:
        """Where a case's pixels are."""

    def reading(self, code: str, /) -> Reading:
        """The answers on disk."""

    def record(
        self,
        case: str,
        changes: Sequence[AnswerChanged],
        source: str,
        sightings: Sequence[Sighting | None] = (),
        resume_at: str | None = None,
        *,
        viewings: Sequence[Viewing | None] = (),
        display: DisplayCheck | None = None,
    ) -> None:
        """Commit changes, what was seen and the bookmark, and a check of the display that is due: on disk on return.

        NotSaved or StaleAnswer: nothing is.
        """

    def get_ready(self, case: str, /) -> None:
        """Do what `record` needs and what changes nothing, so that the first answer doesn't wait for it."""

    def sightings(self, code: str, /) -> Mapping[tuple[SiteKey, Answer], Sighting]:
        """Where each answer was given last."""

    def viewings(self, code: str, /) -> Mapping[tuple[SiteKey, Answer], Viewing]:
        """What of its site had been seen when each answer was given last."""

    def beside(self, code: str, /) -> Beside:
        """Two readings that are shown beside the reader's own; nothing where it is read blind."""

    def notes(self, code: str, /) -> Mapping[SiteKey, SiteNote]:
        """What is noted at the sites."""

    def note(self, case: str, key: SiteKey, note: SiteNote, /) -> None:
        """Commit a note."""

    def bookmark(self, case: str, /) -> str | None:
        """The text last given to `save_bookmark`."""

    def save_bookmark(self, case: str, text: str, /) -> None:
        """Keep where the reader is in a case."""

    def last_case(self) -> str | None:
        """The case of the last saved bookmark."""

    def signing_sheet(self, code: str, /) -> SigningSheet:
        """What is found and asked before a case is signed. Raises CaseClosed."""

    def sign(self, case: str, answers: Mapping[str, str], passphrase: str | None = None) -> Signature:
        """Close a case for good. Raises NotSigned, PassphraseRefused, CaseClosed, NotSaved."""

    def park(self, case: str, reason: str) -> None:
        """Put a case aside. Raises CaseClosed, NotSaved."""

    def take_back(self, case: str) -> None:
        """Go on with a parked case. Raises NotSaved."""

    def key_images(self, code: str, /) -> tuple[KeyImage, ...]:
        """The slices that are kept in a case."""

    def keep_image(self, case: str, image: KeyImage, /) -> None:
        """Commit a key image. Raises CaseClosed, NotSaved."""

    def take_image(self, case: str, number: int, /) -> None:
        """Commit that a key image is wanted no more. Raises CaseClosed, NotSaved."""

    def display_known(self, screen: str, /) -> bool:
        """Whether that screen was checked today, or the check skipped."""

    def record_display(self, check: DisplayCheck, /) -> None:
        """Put a check of the display on the record, or that it was skipped. Raises NotSaved, StudyLocked."""


def _nothing_due() -> DisplayCheck | None:
    return None


class LastSave(Enum):
    """What came of the last try to save an answer in this session."""

    NONE_YET = "none yet"
    SAVED = "saved"
    FAILED = "failed"
    REFUSED = "refused: the case is closed, so there is nothing to try again"


class Session:
    """The state of one case, and the only way to change it.

    Listeners are called with (before, now) after the changes are on disk; they draw and never dispatch.
    """

    def __init__(
        self,
        door: Door,
        case_code: str,
        clock: Callable[[], float] | None = None,
        *,
        hide_baseline: bool | None = None,
        hung: Hung | None = None,
        expecting: bool | None = None,
        histories: Histories | None = None,
        glances: Callable[[], Sequence[Glance]] = tuple,
        display: Callable[[], DisplayCheck | None] = _nothing_due,
    ) -> None:
        """`clock` gives seconds of any beginning; without one the time of reading isn't kept.

        hide_baseline, expecting: what the reader chose for all cases; None leaves it as it was in this one.
        hung: how the images hang where this case wasn't begun. histories: the window's, so that undo goes on here.
        glances: what stood on the screen since it was asked last. display: a check of the display, or that it was
        skipped, which goes on the record with the next answer.
        """
        self._door = door
        self._clock = clock
        self._glances, self._display = glances, display
        self._last_s: float | None = None
        self._listeners: list[Listener] = []
        self.last_save = LastSave.NONE_YET
        self._histories = histories or Histories()
        self.state = self._histories.given_back(opened(door, case_code, hide_baseline, hung, expecting))
        self._bookmark = door.bookmark(case_code)
        self._written: tuple[SessionState | None, str] = None, ""

    def listen(self, listener: Listener) -> None:
        """Call `listener` after each change of state."""
        self._listeners.append(listener)

    def dispatch(self, command: Command) -> None:
        """Decide, save, show. When saving fails the old state stays, with a line, and the command can be repeated."""
        self.state = before = self._looked(self._timed(self.state))
        outcome = step(before, command)
        if outcome.commits:
            try:
                self._commit(before.case.code, outcome)
            except NotSaved as error:
                self.last_save = LastSave.FAILED
                self._show(replace(self._as_on_disk(), notice=Notice(str(error), refused=True)))
                return
            except StaleAnswer:
                self.last_save = LastSave.FAILED
                self._show(replace(self._as_on_disk(), notice=Notice(STALE, refused=True)))
                return
            except (CaseClosed, StudyLocked) as error:
                self.last_save = LastSave.REFUSED
                self._show(replace(before, notice=Notice(f"Not saved. {error}", refused=True)))
                return
            except UnknownCase:
                # the coordinator may take a case back while it stands open here
                self.last_save = LastSave.FAILED
                self._show(replace(before, notice=Notice(GONE, refused=True)))
                return
            self.last_save = LastSave.SAVED
        now = outcome.state
        failure = None if now.focus == before.focus else self._keep_bookmark(now)
        if failure is not None:
            now = replace(now, notice=now.notice or Notice(failure, refused=True))
        self._show(now)

    def _looked(self, state: SessionState) -> SessionState:
        """The state with what stood on the screen since the last command."""
        known = {series.code for visit in state.case.visits for series in visit.series}
        seen = with_glances(state.view.seen, (glance for glance in self._glances() if glance.series in known))
        return state if seen is state.view.seen else replace(state, view=replace(state.view, seen=seen))

    def _timed(self, state: SessionState) -> SessionState:
        """The state with the time that was read since the last command."""
        if self._clock is None:
            return state
        now_s = self._clock()
        active_s, self._last_s = read_for(state.view.active_s, self._last_s, now_s), now_s
        return replace(state, view=replace(state.view, active_s=active_s))

    def _commit(self, case: str, outcome: Outcome) -> None:
        if outcome.changes:
            # with the answer, in one commit: a room that dies between the two would come back at a question answered
            resume_at = self._text_of(outcome.state)
            # and so is a check that was skipped: two commits take twice as long
            self._door.record(
                case,
                outcome.changes,
                SOURCE,
                outcome.sightings,
                resume_at,
                viewings=outcome.viewings,
                display=self._display(),
            )
            self._bookmark = resume_at
        if outcome.note is not None:
            self._door.note(case, *outcome.note)
        if outcome.image is not None:
            self._door.keep_image(case, outcome.image)
        if outcome.image_taken:
            self._door.take_image(case, outcome.image_taken)

    def save_bookmark(self) -> None:
        """Keep where the reader is, if that changed; a failure costs no answer and only says so."""
        self.state = self._looked(self.state)
        failure = self._keep_bookmark(self.state)
        if failure is not None:
            self._show(replace(self.state, notice=Notice(failure, refused=True)))

    @property
    def bookmark_is_due(self) -> bool:
        """Whether the reader has moved since the bookmark was kept last."""
        return self._text_of(self.state) != self._bookmark

    def tell(self, line: str) -> None:
        """Show a line that comes from elsewhere in the program."""
        self._show(replace(self.state, notice=Notice(line)))

    def _keep_bookmark(self, state: SessionState) -> str | None:
        """The line for the reader when it couldn't be kept: so, where nothing can be saved, it is known early."""
        text = self._text_of(state)
        if text == self._bookmark:
            return None
        try:
            self._door.save_bookmark(state.case.code, text)
        except NotSaved as error:
            return str(error)
        except UnknownCase:
            return GONE
        self._bookmark = text
        return None

    def _text_of(self, state: SessionState) -> str:
        """The bookmark of `state`: a key asks for it three times, and it takes longer than the answer."""
        of, text = self._written
        if of is not state:
            text = bookmark_text(state)
            self._written = state, text
        return text

    def _as_on_disk(self) -> SessionState:
        """The state with the answers that stand on disk; as it is when they are the same, or can't be read now."""
        try:
            reading = self._door.reading(self.state.case.code)
        except StudyError:
            return self.state
        if reading == self.state.reading:
            return self.state
        # what was undoable started from answers that no longer stand, so it goes
        return replace(self.state, reading=reading, past=(), future=())

    def _show(self, now: SessionState) -> None:
        before, self.state = self.state, now
        self._histories.keep(now)
        for listener in self._listeners:
            listener(before, now)


def opened(
    door: Door, code: str, hide_baseline: bool | None, hung: Hung | None, expecting: bool | None
) -> SessionState:
    """The case as it stands on disk, where the reader left it."""
    start = beginning(door.scheme, door.case(code), door.reading(code))
    start = replace(
        start,
        view=start.view if hung is None else hung.applied(start.view),
        sightings=MappingProxyType(dict(door.sightings(code))),
        viewings=MappingProxyType(dict(door.viewings(code))),
        notes=MappingProxyType(dict(door.notes(code))),
        beside=MappingProxyType(dict(door.beside(code))),
        key_images=door.key_images(code),
    )
    kept = resumed(start, door.bookmark(code))
    view = kept.view
    if hide_baseline is not None:
        view = replace(view, form=replace(view.form, hide_baseline=hide_baseline))
    if expecting is not None:
        view = replace(view, sites=replace(view.sites, expecting=expecting))
    # a case that was never open comes to its first site as to any other; one that was stays exactly where it was left
    return arrived(replace(kept, view=view)) if kept is start else replace(kept, view=view)
