"""Registration of the open case in the background, once its images are shown. One case at a time, the latest wins."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from storage.records import CaseRecord
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import Volume, load_volume
from workstation.registering.proposal import Declined, Proposal
from workstation.registering.register import register, wanted_series
from workstation.tasks.latest import Latest
from workstation.tasks.token import Token

# the first look at a case belongs to drawing; a case that is only passed through isn't registered at all
WAIT_MS = 700


class Registered(Struct, frozen=True, eq=False):
    """What came of registering the pair of a case."""

    case: str
    outcome: Proposal | Declined


class Registrar(QObject):
    """Ask `want` as often as you like; `found` comes once a case."""

    found = Signal(Registered)
    _broke = Signal(BaseException)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._case: CaseRecord | None = None
        self._ended = False
        self._latest = Latest("register-visits", self._broke.emit)
        self._broke.connect(self._raise, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._start)

    def want(self, case: CaseRecord) -> None:
        """Register this case soon, unless that was asked for already."""
        # a wish may still come while the window closes: the last series may arrive then
        if not self._ended and (self._case is None or self._case.code != case.code):
            self.forget()
            self._case = case
            self._timer.start()

    def forget(self) -> None:
        """No case is open any more, or another one: stop what runs."""
        self._timer.stop()
        self._latest.cancel()
        self._case = None

    def shutdown(self) -> None:
        """Stop, and wait for the thread; the worker process ends with it."""
        self._ended = True
        self._timer.stop()
        self._latest.shutdown()

    def _start(self) -> None:
        case = self._case
        # without a T1 of one plane at both visits there is nothing to say: the reader sees that it is missing
        if case is not None and wanted_series(case):
            self._latest.start(lambda token: self._register(case, token))

    def _register(self, case: CaseRecord, token: Token) -> None:
        pairs = wanted_series(case)
        by_code = {series.code: series for pair in pairs.values() for series in pair}

        def volume(code: str) -> Volume:
            return load_volume(by_code[code], case.images, token)

        outcome: Proposal | Declined | None
        try:
            outcome = register(pairs, volume, token)
        except ImagesUnreachable as error:
            outcome = Declined(str(error).rstrip("."))
        token.checkpoint()
        if outcome is not None:
            self.found.emit(Registered(case.code, outcome))

    def _raise(self, error: BaseException) -> None:
        raise error
