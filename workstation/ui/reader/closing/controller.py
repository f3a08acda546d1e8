"""Signing and parking the case that is open: from the key to the page, from the page to the door, and on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget

from scoring.errors import RamrisError
from scoring.readings.park_reasons import park_reasons
from scoring.readings.reading import SiteKey
from workstation.reading.session.session import Door
from workstation.reading.state import SessionState
from workstation.reading.worklist import next_to_sign, unsigned
from workstation.ui.reader.closing.page import Answers, ClosingPage

if TYPE_CHECKING:
    from storage.study.calibrating.stand import Stand
    from workstation.ui.reader.closing.wanted_site import WantedSite

FORM_PAGE, CLOSING_PAGE = 0, 1
STANDING = {
    "signed": "This case is signed: you can look at it, not change it. The coordinator can reopen it, with a reason.",
    "parked": "This case is parked and waits for the coordinator. Ctrl+P unparks it.",
}


def _no_calibration(_case: str) -> None:
    return None


class Closer(QObject):
    """Owns the page beside the form. The room tells it which case is open, and is told when keys belong to the form."""

    def __init__(
        self,
        door: Door,
        side: QStackedWidget,
        *,
        opened: Callable[[str], None],
        back: Callable[[str], None],
        look: Callable[[SiteKey, WantedSite | None], None],
    ) -> None:
        """`opened` opens a case anew or another one; `back` gives the keys to the form again, with a line or none;
        `look` goes to a site, and where a reference saw it.
        """
        super().__init__(side)
        self._door, self._side = door, side
        self._opened, self._back, self._look = opened, back, look
        self._case = ""
        self._left_from: tuple[str, SiteKey] | None = None
        # writes the read sheet of a signed case, and says where; None where nothing can
        self.save_sheet: Callable[[str], str] | None = None
        # of a case, signed in a study that is for learning, how it lies to the reference; None in every other study
        self.calibration: Callable[[str], Stand | None] = _no_calibration
        self.page = ClosingPage(side)
        side.addWidget(self.page)
        self.page.signed.connect(self._sign)
        self.page.parked.connect(self._park)
        self.page.went_on.connect(self._go_on)
        self.page.sheet_wanted.connect(self._save_sheet)
        self.page.left.connect(self.leave)
        self.page.wanted.connect(self._look_again)
        self.page.reference_wanted.connect(self._look_at_reference)

    @property
    def active(self) -> bool:
        """Whether the page is shown instead of the form."""
        return self._side.currentIndex() == CLOSING_PAGE

    def ask_to_sign(self, state: SessionState) -> bool:
        """Show the page for signing; False, with a line in the form, when the case can't be signed now."""
        case = state.case.code
        stand = self._stand(case)[0] if self._status(case) == "signed" else None
        if stand is not None:
            self._case = case
            self._side.setCurrentIndex(CLOSING_PAGE)
            self.page.show_feedback(stand, self._came_from(case))
            return True
        try:
            sheet = self._door.signing_sheet(case)
        except RamrisError as refusal:
            self._back(str(refusal))
            return False
        self._case = case
        self._side.setCurrentIndex(CLOSING_PAGE)
        self.page.ask_to_sign(sheet, state, self._came_from(case))
        return True

    def _came_from(self, case: str) -> SiteKey | None:
        """The site that was looked at from the page of this case; asked once."""
        left_from, self._left_from = self._left_from, None
        return left_from[1] if left_from is not None and left_from[0] == case else None

    def ask_to_park(self, case: str) -> bool:
        """Show the reasons; or, of a parked case, take it back at once, which is False."""
        status = self._status(case)
        try:
            if status == "parked":
                self._door.take_back(case)
                self._opened(case)
                self._back("Unparked: you can grade this case again.")
                return False
            if status == "signed":
                self._back("This case is signed: there is nothing to park.")
                return False
        except RamrisError as refusal:
            self._back(str(refusal))
            return False
        self._case = case
        self._side.setCurrentIndex(CLOSING_PAGE)
        self.page.ask_to_park(case, park_reasons())
        return True

    def status_line(self, case: str) -> str:
        """What the reader is told of a case that takes no answers; empty of a draft."""
        return STANDING.get(self._status(case), "")

    def _status(self, case: str) -> str:
        return next((entry.status for entry in self._door.worklist() if entry.case == case), "")

    def leave(self) -> None:
        """Show the form again; nothing was signed or parked."""
        if self.active:
            self._side.setCurrentIndex(FORM_PAGE)
            self._back("")

    def _look_again(self, key: SiteKey) -> None:
        self.leave()
        self._left_from = (self._case, key)
        self._look(key, None)

    def _sign(self, answers: Answers, passphrase: str) -> None:
        try:
            signature = self._door.sign(self._case, answers.by_finding, passphrase or None)
        except RamrisError as refusal:
            self.page.say(str(refusal), refused=True)
            return
        stand, refused = self._stand(self._case)
        if stand is not None:
            self.page.show_feedback(stand)
            return
        self.page.show_signed(signature, unsigned(self._door.worklist()), with_sheet=self.save_sheet is not None)
        if refused:
            self.page.say(refused, refused=True)

    def _stand(self, case: str) -> tuple[Stand | None, str]:
        """How a signed case of a calibration lies to the reference, or why that can't be shown."""
        try:
            return self.calibration(case), ""
        except RamrisError as refusal:
            return None, str(refusal)

    def _look_at_reference(self, site: WantedSite) -> None:
        self.leave()
        self._left_from = (self._case, site.key)
        self._look(site.key, site)

    def _save_sheet(self) -> None:
        if self.save_sheet is None:
            return
        try:
            told = self.save_sheet(self._case)
        except RamrisError as refusal:
            self.page.say(str(refusal), refused=True)
            return
        self.page.say(told, refused=False)

    def _park(self, reason: str) -> None:
        try:
            self._door.park(self._case, reason)
        except RamrisError as refusal:
            self.page.say(str(refusal), refused=True)
            return
        self._go_on()

    def _go_on(self) -> None:
        self._side.setCurrentIndex(FORM_PAGE)
        following = next_to_sign(self._door.worklist(), self._case)
        if following is None:
            self._back(self.status_line(self._case))
        else:
            self._opened(following)
            self._back("")
