"""Doors to a study without a disk: one that keeps everything in memory, and one for each way the disk can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.readings.checks import CaseFacts, checks_of, findings
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import Scheme
from storage.errors import CaseClosed, NotSaved, NotSigned, PassphraseRefused, StaleAnswer, StudyLocked
from storage.records import Beside, CaseProgress, CaseRecord, DisplayCheck, KeyImage, Sighting, SiteNote, Viewing
from storage.signing.sheet import MEANING, Signature, SigningSheet


class MemoryDoor:
    """A reader's study in memory; `recorded` is all that was committed, in order."""

    def __init__(self, *cases: CaseRecord) -> None:
        self.scheme: Scheme = shipped_scheme()
        self.ordered = True
        self.recorded: list[tuple[str, AnswerChanged, str]] = []
        self._cases = {case.code: case for case in cases}
        self._readings = {case.code: Reading() for case in cases}
        self._bookmarks: dict[str, str] = {}
        self._last: str | None = None
        self.passphrase: str | None = None
        self.status: dict[str, str] = {}
        self.signed: dict[str, dict[str, str]] = {}
        self.parked: dict[str, str] = {}
        # most tests are about another thing than the day's first question
        self.display_checked = True
        self.displays: list[DisplayCheck] = []
        self._images: dict[str, dict[int, KeyImage]] = {}
        self._seen: list[tuple[str, tuple[SiteKey, Answer], Sighting]] = []
        self._viewed: list[tuple[str, tuple[SiteKey, Answer], Viewing]] = []
        self.beside_of: dict[str, Beside] = {}
        self._notes: dict[str, dict[SiteKey, SiteNote]] = {}

    def worklist(self) -> tuple[CaseProgress, ...]:
        wanted = {code: len(keys_in_reading_order(self.scheme, self.case(code).asked)) for code in self._readings}
        return tuple(
            CaseProgress(code, len(self._readings[code].answers), wanted[code], self.status.get(code, "draft"))
            for code in self._cases
        )

    def case(self, code: str) -> CaseRecord:
        return self._cases[code]

    def reading(self, code: str) -> Reading:
        return self._readings[code]

    def sightings(self, code: str) -> dict[tuple[SiteKey, Answer], Sighting]:
        return {at: sighting for case, at, sighting in self._seen if case == code}

    def viewings(self, code: str) -> dict[tuple[SiteKey, Answer], Viewing]:
        return {at: viewing for case, at, viewing in self._viewed if case == code}

    def beside(self, code: str) -> Beside:
        return self.beside_of.get(code, {})

    def notes(self, code: str) -> dict[SiteKey, SiteNote]:
        return self._notes.get(code, {})

    def note(self, case: str, key: SiteKey, note: SiteNote) -> None:
        self._notes.setdefault(case, {})[key] = note

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
        self._refuse_closed(case)
        reading = self._readings[case]
        for change in changes:
            try:
                reading = reading.applied(change)
            except ValueError:
                message = "Another window wrote in between."
                break
        else:
            self._readings[case] = reading
            self.recorded.extend((case, change, source) for change in changes)
            for change, sighting in zip(changes, sightings, strict=False):
                if sighting is not None and change.after is not None:
                    self._seen.append((case, (change.key, change.after), sighting))
            for change, viewing in zip(changes, viewings, strict=False):
                if viewing is not None and change.after is not None:
                    self._viewed.append((case, (change.key, change.after), viewing))
            if resume_at is not None:
                self.save_bookmark(case, resume_at)
            if display is not None:
                self.displays.append(display)
            return
        raise StaleAnswer(message)

    def get_ready(self, case: str) -> None:
        pass

    def bookmark(self, case: str) -> str | None:
        return self._bookmarks.get(case)

    def save_bookmark(self, case: str, text: str) -> None:
        self._bookmarks[case] = text
        self._last = case

    def last_case(self) -> str | None:
        return self._last

    def signing_sheet(self, code: str) -> SigningSheet:
        self._refuse_closed(code)
        facts = CaseFacts("known", dict.fromkeys(self.case(code).asked, frozenset({"T1FSGD"})))
        found = findings(self.scheme, self._readings[code], facts, checks_of(self.scheme))
        return SigningSheet(code, "ES", found, MEANING, self.passphrase is not None, "0" * 64, amends=False)

    def sign(self, case: str, answers: Mapping[str, str], passphrase: str | None = None) -> Signature:
        sheet = self.signing_sheet(case)
        if sheet.blocked or any(not answers.get(found.id, "").strip() for found in sheet.findings):
            raise NotSigned("Not signed: answer first.")
        if passphrase != self.passphrase:
            raise PassphraseRefused("That isn't the reader's passphrase. Nothing was changed; try again")
        self.status[case] = "signed"
        self.signed[case] = dict(answers)
        return Signature(case, "ES", "2026-01-02T03:04:05.678Z", "ab" * 32)

    def park(self, case: str, reason: str) -> None:
        self._refuse_closed(case)
        self.status[case] = "parked"
        self.parked[case] = reason

    def take_back(self, case: str) -> None:
        self.status[case] = "draft"

    def key_images(self, code: str) -> tuple[KeyImage, ...]:
        return tuple(self._images.get(code, {}).values())

    def keep_image(self, case: str, image: KeyImage) -> None:
        self._refuse_closed(case)
        self._images.setdefault(case, {})[image.number] = image

    def take_image(self, case: str, number: int) -> None:
        self._refuse_closed(case)
        self._images.setdefault(case, {}).pop(number, None)

    def display_known(self, screen: str) -> bool:
        return self.display_checked or any(check.screen == screen for check in self.displays)

    def record_display(self, check: DisplayCheck) -> None:
        self.displays.append(check)

    def _refuse_closed(self, case: str) -> None:
        if self.status.get(case, "draft") != "draft":
            raise CaseClosed(f"Case {case} is {self.status[case]}")


class LockedDoor(MemoryDoor):
    """A study that was closed for its analysis."""

    def _refuse_closed(self, case: str) -> None:
        raise StudyLocked(f"The study is locked: no grade is given or changed, also in case {case}.")


class BrokenDoor(MemoryDoor):
    """Takes nothing while `broken`, as a full disk does."""

    broken = True

    def __init__(self, *cases: CaseRecord, why: str = "the disk is full") -> None:
        super().__init__(*cases)
        self._why = why

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
        if self.broken:
            raise NotSaved(f"Not saved: {self._why}.")
        super().record(case, changes, source, sightings, resume_at, viewings=viewings, display=display)

    def note(self, case: str, key: SiteKey, note: SiteNote) -> None:
        if self.broken:
            raise NotSaved(f"Not saved: {self._why}.")
        super().note(case, key, note)

    def save_bookmark(self, case: str, text: str) -> None:
        if self.broken:
            raise NotSaved(f"Not saved: {self._why}. Every answer shown is kept; where you were is not.")
        super().save_bookmark(case, text)
