"""Case that is open in a room: opened where the reader left it, kept on disk while it is read, left for another one."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer

from storage.records import DisplayCheck
from workstation.reading.command import Command
from workstation.reading.images.filling import ShowOutlines
from workstation.reading.images.light import ShowLight
from workstation.reading.images.registration_link import OfferRegistration
from workstation.reading.session.session import Door, LastSave, Session
from workstation.reading.session.undo_history import Histories
from workstation.reading.state import SessionState
from workstation.reading.worklist import drafts_behind, end_of_list, first_case, neighbour
from workstation.ui.reader.ahead.rehearsal import Rehearsal
from workstation.ui.reader.images.protocol import Images
from workstation.ui.reader.window.preferences import Chosen
from workstation.ui.reader.window.registration import Registered, Registrar

# a scroll is on disk this long after it at the latest; grades and moves of the focus are at once
BOOKMARK_DELAY_MS = 150
# until then images may still be arriving, and their grey may still change; later only before the reader's first key
SETTLING_S = 2.0


class Surroundings(Protocol):
    """What the room does about its case."""

    def case_left(self) -> None:
        """Close what belongs to the case that was open; its bookmark is kept already."""

    def case_opened(self, code: str) -> str:
        """Make ready for a case; the line to begin with, or nothing."""

    def show_case(self, session: Session) -> None:
        """Draw what the session says now."""

    def display_due(self) -> DisplayCheck | None:
        """What goes on the record with an answer that is being given: a check of the display that was skipped."""

    def answer_saved(self) -> None:
        """An answer has gone to disk, and with it what was due."""


class OpenedCase(QObject):
    """One case at a time, or none before the first. Decides nothing: the session does."""

    def __init__(self, door: Door, chosen: Chosen, images: Images, room: Surroundings, parent: QObject) -> None:
        super().__init__(parent)
        self._door, self._chosen, self._images, self._room = door, chosen, images, room
        self.session: Session | None = None
        self._began_s, self._touched = 0.0, False
        self._looked_ahead_of: str | None = None
        self._histories = Histories()
        self._rehearsal = Rehearsal(self)
        self._registrar = Registrar(self)
        self._registrar.found.connect(self._registered, Qt.ConnectionType.QueuedConnection)
        self._bookmark_timer = QTimer(self)
        self._bookmark_timer.setSingleShot(True)
        self._bookmark_timer.setInterval(BOOKMARK_DELAY_MS)
        self._bookmark_timer.timeout.connect(self.save_bookmark)

    @property
    def state(self) -> SessionState | None:
        """What is shown; None while no case is open."""
        return None if self.session is None else self.session.state

    @property
    def code(self) -> str | None:
        """The case's code; None while none is open."""
        return None if self.session is None else self.session.state.case.code

    @property
    def unsaved(self) -> bool:
        """Whether the last answer didn't come to disk."""
        return self.session is not None and self.session.last_save is LastSave.FAILED

    def open_first(self, wanted: str | None) -> bool:
        """Open the case wanted, or the one left last, or the first that isn't finished; False where there is none."""
        worklist = self._door.worklist()
        listed = any(entry.case == wanted for entry in worklist)
        first = wanted if listed else first_case(worklist, self._door.last_case())
        if first is not None:
            self.open(first)
        return first is not None

    def open(self, code: str) -> None:
        """Leave the case that is open, its bookmark kept, and open another where it was left."""
        if self.session is not None:
            if self.code == code:
                return
            self.save_bookmark()
            self._room.case_left()
            self._registrar.forget()
            # it holds pixels of the case that is left
            self._rehearsal.stop()
        session = self._chosen.session(self._door, code, self._histories, self._images.glances, self._room.display_due)
        self.session, self._began_s, self._touched = session, time.monotonic(), False
        # before anything is drawn, where it is known already
        self.show_light(code)
        self.show_outlines(code)
        session.listen(self._shown)
        line = self._room.case_opened(code)
        # so that the room reopens here even if nothing is done in this case
        session.save_bookmark()
        if line:
            session.tell(line)
        else:
            self._show(session)

    def go_beside(self, by: int) -> None:
        """Open the next case of the list, or the one before; at its end a line says so."""
        code = None if self.code is None else neighbour(self._door.worklist(), self.code, by)
        if code is None:
            self.tell(end_of_list(self._door.worklist(), by))
        else:
            self.open(code)

    def dispatch(self, command: Command) -> SessionState | None:
        """Send a command; the state that came of it."""
        self._touched = True
        if self.session is not None:
            self.session.dispatch(command)
        return self.state

    def tell(self, line: str) -> None:
        """Show a line; where no case is open there is no place for one."""
        if self.session is not None:
            self.session.tell(line)

    def save_bookmark(self) -> None:
        """Keep where the reader is."""
        if self.session is not None:
            self.session.save_bookmark()

    def go_on_loading(self) -> None:
        """What is in sight is there: now what will be wanted next. It is looked for once, not at each feature."""
        self.register()
        self._images.rehearse(self._rehearsal)
        if self._looked_ahead_of == self.code:
            return
        self._looked_ahead_of = self.code
        if self.code is not None:
            self._door.get_ready(self.code)
        codes = () if self.code is None else drafts_behind(self._door.worklist(), self.code)
        if codes:
            self._images.look_ahead(self._door.case(codes[0]))
        self._images.fetching.come_later(codes)

    def show_light(self, code: str) -> None:
        """Open the series in the light of both visits, where it is known; what somebody looks at waits for a key."""
        state = self.state
        lights = None if state is None or state.case.code != code else self._images.lights(state.case)
        if lights:
            late = self._touched and time.monotonic() - self._began_s > SETTLING_S
            self._offer(ShowLight(code, lights, late))

    def show_outlines(self, code: str) -> None:
        """Where the wrist is in the images: it fills the cells that show it, none of which was drawn before."""
        if self.state is not None and self.code == code:
            outlines = self._images.outlines(self.state.case)
            if not outlines.keys() <= self.state.view.camera.outlines.keys():
                self._offer(ShowOutlines(code, outlines))

    def _offer(self, command: Command) -> None:
        """What the program found, not what the reader wants."""
        if self.session is not None:
            self.session.dispatch(command)

    def register(self) -> None:
        """Register the visits soon, where that wasn't done and their images are here."""
        state = self.state
        if state is not None and not self._images.fetching.coming() and state.view.link.registration is None:
            self._registrar.want(state.case)

    def end(self) -> None:
        """Keep the bookmark, and stop what runs."""
        self._bookmark_timer.stop()
        self.save_bookmark()
        self._chosen.keep_zoom()
        self._registrar.shutdown()

    def _registered(self, found: Registered) -> None:
        # the case may have been left while it was registered
        if self.code == found.case:
            self._offer(OfferRegistration(found.outcome))

    def _shown(self, before: SessionState, now: SessionState) -> None:
        session = self.session
        if session is not None and before.reading != now.reading and session.last_save is LastSave.SAVED:
            self._room.answer_saved()
        self._chosen.follow(before, now)
        # what was told in between has shown a later state already
        if session is not None and now is session.state:
            self._show(session)

    def _show(self, session: Session) -> None:
        self._room.show_case(session)
        # started once and not again by the next move, so that the delay is a bound
        if session.bookmark_is_due and not self._bookmark_timer.isActive():
            self._bookmark_timer.start()
