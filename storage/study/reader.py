"""The reader's door to a study: cases by code, their images, and the record. Knows no vault."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Connection, RowMapping

from scoring.design.read_design import Program
from scoring.readings.answers import check_answer
from scoring.readings.case_states import Deed, allowed
from scoring.readings.park_reasons import park_reasons
from scoring.readings.reading import Answer, AnswerChanged, Reading, SiteKey
from storage import shown_visits
from storage.adjudicating import other_readings
from storage.clock import Clock, now
from storage.database import study_schema as tables
from storage.database.engine import BUSY_TIMEOUT_MS, Store, closed_on_failure
from storage.errors import NotSaved, StudyError, UnknownCase
from storage.files.layout import HIDDEN, IMAGES_FOLDER
from storage.index import index_tables
from storage.record import (
    acts,
    case_status,
    case_visits,
    designs,
    display_checks,
    exclusions,
    grade_events,
    key_images,
    side_records,
    study_lock,
)
from storage.record.commit_check import answer_at, confirmed, head_at
from storage.record.study_file import StudyRow, open_study_file
from storage.record.viewings import viewing_text, viewings_of
from storage.records import Beside, CaseProgress, CaseRecord, DisplayCheck, KeyImage, Sighting, SiteNote, Viewing
from storage.recovery import backup_heads
from storage.recovery.policy import Backup
from storage.schemes.shown_planes import Planes, planes_of
from storage.signing import passphrases, signing
from storage.signing.sheet import Signature, SigningSheet
from storage.signing.signed_reading import SignedReading, signed_reading
from storage.study.calibrating.keeping import CalibrationKeeping
from storage.worklists import commit_context, own_cases, worklist

# a bookmark isn't worth a wait that can be felt: it is saved with each move, and the next one tries again
BOOKMARK_WAIT_MS: Final = 100

SavedListener = Callable[[int, bool], None]

_UNTOUCHED: Final = case_status.CaseState()


class ReaderStudy(CalibrationKeeping):
    """A study as one reader sees it: no subject, no round, and no case that is closed or not due (see `worklist`)."""

    def __init__(self, path: Path, reader: str, store: Store, row: StudyRow, clock: Clock = now) -> None:
        self.path = path
        self.images = path / IMAGES_FOLDER
        self.reader = reader
        self.scheme = row.schemes.of(reader)
        self.without_images = row.design.design.reads_without_images(reader)
        self.order = row.order
        self._store = store
        self._clock = clock
        self._when_saved: SavedListener = _nothing
        self._planes: Planes = None

    @classmethod
    def open(cls, path: Path, reader: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS, clock: Clock = now) -> Self:
        """Open the study in the folder `path` for a reader who has a worklist there.

        Raises:
            NotAStudy, SchemaTooNew, RecordDamaged: the file can't be used; it was left as it is.
            UnknownReader: nothing was assigned to that reader.
        """
        store, row = open_study_file(path, busy_timeout_ms=busy_timeout_ms)
        with closed_on_failure(store), store.reading() as connection:
            known = designs.known(connection, reader)
            planes = planes_of(connection, known)
        opened = cls(path, known, store, row, clock)
        opened._planes = planes
        return opened

    @property
    def program(self) -> Program | None:
        """What this reader is, if that is no person."""
        with self._store.reading() as connection:
            return designs.current(connection).design.program_of(self.reader)

    @property
    def ordered(self) -> bool:
        """Whether visit 1 is known to be baseline and 2 follow-up; else they are A and B."""
        return self.order != HIDDEN

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def when_saved(self, listener: SavedListener) -> None:
        """After each commit call `listener` with how many answers it had, and whether a case was signed with it."""
        self._when_saved = listener

    def holds_less_than(self, backups: Iterable[Backup]) -> bool:
        """Whether one of the backups beside the study has a state that its record never went through."""
        with self._store.reading() as connection:
            return bool(backup_heads.that_know_more(connection, backups))

    def worklist(self) -> tuple[CaseProgress, ...]:
        """The cases that the reader may open now, in reading order, with what is answered of each."""
        with self._store.reading() as connection:
            far = case_visits.asked(connection, self.scheme, tables.reading_case.c.reader == self.reader)
            codes = worklist.visible(connection, self.reader, self._clock())
            states = case_status.of_reader(connection, self.reader)
        return tuple(
            CaseProgress(code, far[code].answered, far[code].wanted, states.get(code, _UNTOUCHED).status)
            for code in codes
        )

    def case(self, code: str) -> CaseRecord:
        """A case with its image index; UnknownCase when it isn't on this worklist."""
        with self._store.reading() as connection:
            row = self._own_case(connection, code)
            numbers = shown_visits.decoded(row["visits"])
            every = index_tables.visits_of(connection, row["subject"])
            every = exclusions.left(connection, row["subject"], code, every)
            planes = planes_of(connection, self.reader)
            visits = shown_visits.in_positions(every, numbers, without_images=self.without_images, planes=planes)
            return CaseRecord(code, self.images, visits, ordered=self.ordered)

    def reading(self, code: str) -> Reading:
        """The answers on disk at visits that have images; UnknownCase when the case isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            there = case_visits.of_case(connection, code).there
            answers = grade_events.current_reading(connection, code).answers
            return Reading({key: answer for key, answer in answers.items() if key.visit in there})

    def sightings(self, code: str) -> side_records.Sightings:
        """Where each answer of a case was given last; UnknownCase when the case isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return side_records.sightings_of(connection, code)

    def viewings(self, code: str) -> dict[tuple[SiteKey, Answer], Viewing]:
        """What of its site had been seen when each answer was given; UnknownCase when it isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return viewings_of(connection, code)

    def beside(self, code: str) -> Beside:
        """The two readings that stand beside a case; UnknownCase when it isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return other_readings.of_case(connection, code)

    def notes(self, code: str) -> dict[SiteKey, SiteNote]:
        """What the reader noted at the sites of a case; UnknownCase when the case isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return side_records.notes_of(connection, code)

    def note(self, case: str, key: SiteKey, note: SiteNote) -> None:
        """Put a note on disk.

        Raises:
            UnknownCase, AnswerRefused: not on this worklist, or no visit of the case.
            CaseClosed: the case is signed.
            NotSaved: the disk didn't take it.
        """
        with self._store.writing("The note stays as it was.") as connection:
            study_lock.refuse_when_locked(connection)
            self._own_case(connection, case)
            # a parked case may be noted at: the coordinator's question is often about a site
            signing.refuse_signed(case_status.of_case(connection, case), case)
            case_visits.of_case(connection, case).check(case, key.visit)
            side_records.append_note(connection, self.reader, case, key, note)

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
        """Put changes on disk, all or none; when this returns they are there.

        Args:
            case: its code.
            changes: in order; each starts from the answer that stands.
            source: room or enter.
            sightings: where each change was seen, in the same order; empty where nothing was.
            resume_at: what `bookmark` says from now on; None leaves it.
            viewings: what of each change's site had been seen, in the same order; empty where nobody looked.
            display: a check of the display that goes on the record behind them.

        Raises:
            AnswerRefused: the scheme doesn't allow one of them, or the case has no images of that visit.
            UnknownCase: not on this worklist.
            CaseClosed: signed or parked.
            StaleAnswer: the answer on disk is another than the change started from.
            NotSaved: the disk didn't take it; nothing was changed, or nobody can say yet: then look at `reading` again.
        """
        if source not in grade_events.SOURCES:
            raise StudyError(f"source {source!a}: {' or '.join(grade_events.SOURCES)}")
        for change in changes:
            check_answer(self.scheme, change.key, change.after)
        first = 0
        try:
            with self._store.writing(commit_context.kept(self.scheme, changes)) as connection:
                found = commit_context.before(
                    connection,
                    self.reader,
                    case,
                    self._clock(),
                    without_images=self.without_images,
                    planes=self._planes,
                )
                if found is None:
                    raise self._not_mine(case)
                for change in changes:
                    found.visits.check(case, change.key.visit)
                design = found.design, found.design_sha256
                stamp = grade_events.Stamp(self.reader, case, found.round, source, self.scheme.sha256, *design)
                digests = [None if sighting is None else side_records.digest(sighting) for sighting in sightings]
                first = grade_events.append(
                    connection,
                    stamp,
                    found.link,
                    changes,
                    digests,
                    viewings=[viewing_text(viewing) for viewing in viewings],
                )
                side_records.append(connection, first, sightings)
                if source == "room":
                    own_cases.remember(connection, self.reader, case, resume_at, found.last_case)
                if display is not None:
                    display_checks.append(connection, self.reader, display)
        except NotSaved:
            last = first + len(changes) - 1
            if not (changes and first and confirmed(self._store, answer_at(case, last, changes[-1]))):
                raise
        self._when_saved(len(changes), False)

    def get_ready(self, case: str) -> None:
        """Look at all that `record` will look at, so that the first answer waits only for what it writes."""
        with contextlib.suppress(StudyError), self._store.reading() as connection:
            commit_context.before(
                connection, self.reader, case, self._clock(), without_images=self.without_images, planes=self._planes
            )
            grade_events.get_ready(connection, case)

    def state(self, code: str) -> case_status.CaseState:
        """Whether a case is a draft, signed or parked; UnknownCase when it isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return case_status.of_case(connection, code)

    def signing_sheet(self, code: str) -> SigningSheet:
        """What the checks find in a case and what else is asked before it is signed; CaseClosed, UnknownCase."""
        with self._store.reading() as connection:
            return signing.sheet(connection, self._signing(connection, code))

    def sign(self, case: str, answers: Mapping[str, str], passphrase: str | None = None) -> Signature:
        """Sign a case: from now on it stays as it is, on disk too.

        Args:
            case: its code.
            answers: words for each finding of `signing_sheet` that asks for some, by its id.
            passphrase: the reader's, where one is set.

        Raises:
            NotSigned, PassphraseRefused, CaseClosed, UnknownCase, NotSaved: nothing was changed.
        """
        signed: Signature | None = None
        try:
            with (
                passphrases.mistakes_noted(self._store, self.reader),
                self._store.writing("The case isn't signed; every answer is kept.") as connection,
            ):
                study_lock.refuse_when_locked(connection)
                signed = signing.sign(connection, self._signing(connection, case), answers, passphrase)
        except NotSaved:
            if signed is None or not confirmed(self._store, head_at(signed.head)):
                raise
        self._when_saved(0, True)
        return signed

    def signed_reading(self, code: str) -> SignedReading:
        """All that the signature of a case stands for; CaseClosed where none holds, UnknownCase."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return signed_reading(connection, self.scheme, self.order, code)

    def park(self, case: str, reason: str) -> None:
        """Put a case aside with a reason of the closed list, for the coordinator; CaseClosed, UnknownCase, NotSaved."""
        if reason not in {item.code for item in park_reasons()}:
            raise StudyError(f"reason {reason!a}: one of {', '.join(item.code for item in park_reasons())}")
        with self._store.writing("The case isn't parked; every answer is kept.") as connection:
            study_lock.refuse_when_locked(connection)
            self._own_case(connection, case)
            signing.refuse_closed(case_status.of_case(connection, case), case)
            detail = {"reason": reason}
            acts.append(connection, acts.Deed("parked", acts.READER, detail, reader=self.reader, case=case))

    def take_back(self, case: str) -> None:
        """Go on with a case that was parked; one that isn't parked stays as it is."""
        with self._store.writing("The case stays parked.") as connection:
            study_lock.refuse_when_locked(connection)
            self._own_case(connection, case)
            if allowed(case_status.of_case(connection, case).state, Deed.RESOLVE):
                acts.append(connection, acts.Deed("resolved", acts.READER, {"why": ""}, reader=self.reader, case=case))

    def key_images(self, code: str) -> tuple[KeyImage, ...]:
        """The slices that the reader keeps in a case; UnknownCase when it isn't on this worklist."""
        with self._store.reading() as connection:
            self._own_case(connection, code)
            return key_images.current(connection, code)

    def keep_image(self, case: str, image: KeyImage) -> None:
        """Put a key image on the record; UnknownCase, AnswerRefused, CaseClosed, StudyLocked, NotSaved."""
        with self._store.writing("The key image isn't kept; every answer is.") as connection:
            self._for_writing(connection, case)
            case_visits.of_case(connection, case).check(case, image.key.visit)
            key_images.keep(connection, self.reader, case, image)

    def take_image(self, case: str, number: int) -> None:
        """Put on the record that a key image is wanted no more; raises as `keep_image` does."""
        with self._store.writing("The key image stays; so does every answer.") as connection:
            self._for_writing(connection, case)
            key_images.take_away(connection, self.reader, case, number)

    def _for_writing(self, connection: Connection, case: str) -> None:
        study_lock.refuse_when_locked(connection)
        self._own_case(connection, case)
        signing.refuse_closed(case_status.of_case(connection, case), case)

    def display_known(self, screen: str) -> bool:
        """Whether the display was checked on that screen today, or the check skipped."""
        with self._store.reading() as connection:
            return display_checks.known_on(connection, self.reader, screen, self._clock())

    def record_display(self, check: DisplayCheck) -> None:
        """Put a check of the display on the record, or that it was skipped; NotSaved, StudyLocked."""
        with self._store.writing("The check of the display isn't kept; every answer is.") as connection:
            study_lock.refuse_when_locked(connection)
            display_checks.append(connection, self.reader, check)

    def asks_passphrase(self) -> bool:
        """Whether signing asks this reader for a passphrase."""
        with self._store.reading() as connection:
            return passphrases.is_set(connection, self.reader)

    def check_passphrase(self, given: str) -> None:
        """PassphraseRefused where it isn't the reader's; a wrong one is on the record, as at signing."""
        with passphrases.mistakes_noted(self._store, self.reader), self._store.reading() as connection:
            passphrases.check(connection, self.reader, given)

    def set_passphrase(self, new: str | None, old: str | None = None) -> None:
        """Set, change or (None) take away the passphrase that signing asks for; `old` where there is one."""
        with (
            passphrases.mistakes_noted(self._store, self.reader),
            self._store.writing("The passphrase stays as it was.") as connection,
        ):
            passphrases.check(connection, self.reader, old)
            passphrases.put(connection, self.reader, new)

    def _signing(self, connection: Connection, case: str) -> signing.Signing:
        row = self._own_case(connection, case)
        visits = case_visits.of_case(connection, case)
        return signing.Signing(self.reader, case, row["subject"], visits, self.scheme, self.order, self.without_images)

    def bookmark(self, case: str) -> str | None:
        """Where the reader was in that case, in the words of the reading room; None before the first time."""
        with self._store.reading() as connection:
            bookmark: str | None = self._own_case(connection, case)["place"]
            return bookmark

    def save_bookmark(self, case: str, text: str) -> None:
        """Remember where the reader is; NotSaved when the disk doesn't take it."""
        with self._store.writing("Every answer shown is kept; where you were is not.", BOOKMARK_WAIT_MS) as connection:
            self._own_case(connection, case)
            own_cases.remember(connection, self.reader, case, text, None)

    def last_case(self) -> str | None:
        """The case that the reader was in last; None before the first one, or when that one may not be opened now."""
        with self._store.reading() as connection:
            return own_cases.last(connection, self.reader, self._clock())

    def _own_case(self, connection: Connection, code: str) -> RowMapping:
        row = own_cases.own(connection, self.reader, code, self._clock())
        if row is None:
            raise self._not_mine(code)
        return row

    def _not_mine(self, code: str) -> UnknownCase:
        # the same words for every reason: closed, not due, somebody else's, never there
        return UnknownCase(f"Case {code!a} is not on the worklist of {self.reader}")


def _nothing(_answers: int, _signed: bool) -> None:
    pass
