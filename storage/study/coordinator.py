"""The coordinator's door to a study: make it, index images, assign readers. Holds the vault."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection

from scoring.design.enrolments import of_key
from scoring.design.final_plan import rule_of
from scoring.design.read_design import PASSPHRASE, ReadDesign, changed
from scoring.design.reading_units import CASE
from scoring.schemes.folder import DEFAULT, SchemeFolder, shipped_folder
from storage.acting import acting_as
from storage.adjudicating.put_beside import Two
from storage.audit import disagreements
from storage.clock import now
from storage.database.engine import BUSY_TIMEOUT_MS, Store, closed_on_failure
from storage.errors import StudyError
from storage.files.layout import HIDDEN, IMAGES_FOLDER
from storage.index import index_tables
from storage.record import accepted_findings, acts, case_visits, designs, exclusions, study_lock
from storage.record.study_file import StudyRow, open_study_file
from storage.records import Assignment, SubjectRecord
from storage.signing import passphrases, staff_passphrases
from storage.signing.printed_names import StaffMember, people
from storage.study import further_schemes, staffing
from storage.study.calibrating.begun import refuse_begun
from storage.study.create import make_study
from storage.study.exclusion_keeping import ExclusionKeeping
from storage.study.figures_keeping import FiguresKeeping
from storage.study.vault_keeping import VaultKeeping
from storage.study.worklist_keeping import WorklistKeeping
from storage.vault import vault_backups
from storage.vault.identity_words import refuse_names
from storage.vault.vault import Vault, VisitIdentity
from storage.worklists import overview, parked_cases, reread, visit_order
from storage.worklists.overview import Overview


class CoordinatorStudy(WorklistKeeping, VaultKeeping, ExclusionKeeping, FiguresKeeping):
    """A study as its coordinator sees it."""

    def __init__(self, path: Path, store: Store, row: StudyRow, vault: Vault) -> None:
        self.path = path
        self.images = path / IMAGES_FOLDER
        self.scheme = row.scheme
        self.order = row.order
        self.token = row.token
        self.vault = vault
        self._store = store
        self._closed = False
        self._bind_vault()

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        scheme_id: str = DEFAULT,
        order: str = "known",
        folder: SchemeFolder | None = None,
        record: str = "",
    ) -> Self:
        """A new study in the folder `path`, which must be new or empty. All of it appears at once, or nothing.

        scheme_id: of a shipped scheme. folder: another scheme in its place. record: address of an empty database on a
        server, where the record lies then.

        Raises:
            TomlRefused: no such scheme is shipped, or the folder's scheme.toml doesn't say what it must.
            StudyExists: the folder, or the database, holds something already.
            StudyError: the order isn't one that can be read.
            NotSaved: the folder can't be written, or the server doesn't take it.
        """
        path = path.resolve()
        make_study(path, folder or shipped_folder(scheme_id), order, record)
        # nobody can be on its list yet
        acting = acting_as.set("")
        try:
            return cls.open(path)
        finally:
            acting_as.reset(acting)

    @classmethod
    def open(cls, path: Path, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Self:
        """Open the study in the folder `path` with its vault; refuses as `engine.open_file` does."""
        store, row = open_study_file(path, busy_timeout_ms=busy_timeout_ms)
        with closed_on_failure(store):
            with store.reading() as connection:
                listed, asked = people(connection), designs.asks_who_acts(connection)
            if who := acting_as.get():
                staffing.checked_actor(listed, who)
            vault = Vault.open(path, row.token, busy_timeout_ms=busy_timeout_ms)
            try:
                if asked:
                    may = staffing.who_may_act(listed)
                    acting_as.set(staff_passphrases.prove(store, vault.secret, row.token, who, may))
            except BaseException:
                vault.close()
                raise
        return cls(path, store, row, vault)

    def lock_vault(self, passphrase: str) -> None:
        """Put the vault under a passphrase, a new one in place of an old one; nothing of this study is open then.

        Raises:
            StudyError, NotSaved: it is as it was.
        """
        self._note_vault()
        self.vault.lock(passphrase, self.token)
        self.close()
        vault_backups.sealed_anew(self.path, self.token)

    def close(self) -> None:
        """Let go of both files, once; where the vault's chain stands is on the record then."""
        if self._closed:
            return
        self._closed = True
        self._note_vault()
        self._store.close()
        self.vault.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def subjects(self) -> tuple[SubjectRecord, ...]:
        """Every subject with its whole index, by code; visits in time, also where readers see them otherwise."""
        with self._store.reading() as connection:
            found = [
                SubjectRecord(code, index_tables.visits_of(connection, code))
                for code in index_tables.subject_codes(connection)
            ]
        return tuple(visit_order.in_time(item, self.shown_as(item.code)) for item in found)

    def subject(self, code: str) -> SubjectRecord | None:
        """One subject with its whole index, None when the study has none of that code."""
        with self._store.reading() as connection:
            known = code in index_tables.subject_codes(connection)
            found = SubjectRecord(code, index_tables.visits_of(connection, code))
        return visit_order.in_time(found, self.shown_as(code)) if known else None

    def overview(self) -> Overview:
        """The study at a glance, in one consistent view; visits in time."""
        with self._store.reading() as connection:
            found = Overview(
                overview.series_at_a_glance(connection),
                overview.visits_at_a_glance(connection),
                overview.subjects_read(connection),
                overview.readers_at_a_glance(connection),
            )
        return found if self.order != HIDDEN else overview.turned_back(found, self.in_time)

    def people(self) -> tuple[StaffMember, ...]:
        """Everybody on the list of people, by id."""
        with self._store.reading() as connection:
            return tuple(people(connection).values())

    def put_person(self, person_id: str, change: staffing.Change, why: str) -> StaffMember:
        """Put somebody on the list or change what it says of them; StudyError, NamesSomebody, StudyLocked."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            known = designs.current(connection).design.id_of(person_id)
            put = staffing.put(connection, known, change, why)
            if designs.asks_who_acts(connection):
                staffing.refuse_to_lock_out(connection, 1)
            return put

    def set_passphrase(self, person: str, new: str, why: str = "") -> str:
        """Set the passphrase of whoever acts (person ""), or with a reason that of another coordinator; whose it is.

        StudyError: nobody was named, or they have none themselves; PassphraseRefused; StudyLocked.
        """
        refuse_names(self.vault, why)
        with self._store.reading() as connection:
            listed, known = people(connection), staff_passphrases.stored(connection)
        who = staffing.checked_actor(listed, acting_as.get())
        person = staffing.checked_actor(listed, person or who)
        if person != who:
            study_lock.checked_reason(why, needed=True)
        if who in known or person != who:
            staff_passphrases.prove(self._store, self.vault.secret, self.token, who, staffing.who_may_act(listed))
        with self._store.writing("The passphrase stays as it was.") as connection:
            study_lock.refuse_when_locked(connection)
            staff_passphrases.put(connection, self.vault.secret, person, new, why)
        return person

    def replace_subject(self, subject: SubjectRecord, *, why: str = "") -> None:
        """Insert a subject, or put its visits, series and slices in place of the old ones. One transaction.

        Visits are numbered in time; where their order is hidden, the vault must know them, and the index gets them in
        the order that was drawn. Whether a subject that has answers may change is for the caller to decide, see
        `readers_have`; the reason goes on the record.
        """
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            known = subject.code in index_tables.subject_codes(connection)
            before = index_tables.digest(connection, subject.code) if known else None
            index_tables.replace(connection, visit_order.as_shown(subject, self.shown_as(subject.code)))
            _note_index(connection, subject.code, before, why)

    def refuse_to_lose(self, gone: Collection[str]) -> None:
        """Refuse with StudyError that subjects leave whom readers have: then the vault isn't the one they came from."""
        given = sorted(set(gone) & self.subjects_given(None))
        if given:
            raise StudyError(
                f"vault.db knows no scans of {', '.join(given[:5])}, which readers have; nothing was changed. "
                "It is an older copy, or another study's: `ramris study restore-vault` puts its last copy back"
            )

    def replace_subjects(self, subjects: Sequence[SubjectRecord], gone: Iterable[str] = (), *, why: str = "") -> None:
        """As `replace_subject`, for subjects between which series move; those that are gone have none left.

        One transaction. No reader was given a subject that is gone: see `refuse_to_lose`.
        """
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            known = set(index_tables.subject_codes(connection))
            codes = {*(item.code for item in subjects), *gone}
            before = {code: index_tables.digest(connection, code) for code in sorted(codes & known)}
            for code in sorted(codes):
                index_tables.clear(connection, code)
            for subject in subjects:
                index_tables.replace(connection, visit_order.as_shown(subject, self.shown_as(subject.code)))
                _note_index(connection, subject.code, before.get(subject.code), why)
            for code in sorted(set(gone) & known):
                index_tables.remove(connection, code)
                acts.append(connection, acts.Deed("indexed", acts.COORDINATOR, {"subject": code, "sha256": acts.GONE}))

    def turned(self) -> frozenset[str]:
        """Enrolments, by key, of which readers see the later visit first; the vault knows."""
        with self._store.reading() as connection:
            codes, pairs = index_tables.subject_codes(connection), case_visits.pairs_of(connection)
        # a scan alone that was given before its other visit came stands where that subject's first two would
        shown: dict[str, tuple[int, ...]] = dict.fromkeys(codes, (1, 2)) | dict(pairs)
        times = {key: self.in_time(of_key(key)[0]) for key in shown}
        return frozenset(key for key, (a, b) in shown.items() if times[key].get(a, a) > times[key].get(b, b))

    def shown_as(self, subject: str) -> Mapping[int, int]:
        """Visit in time -> visit as readers see it; empty where they see the order."""
        if self.order != HIDDEN:
            return {}
        return visit_order.drawn(subject, _lots(self.vault.visits(subject)), self.vault.secret)

    def set_design(self, key: str, value: str, why: str = "") -> ReadDesign:
        """Change one part of the design; what was drawn and graded before keeps the version it was made under.

        Args:
            key: one of `scoring.design.read_design.SETTABLE`.
            value: as typed.
            why: the reason, which is needed once there is a grade.

        Raises:
            DesignRefused: no such part, not changeable, a value that it can't have, or no reason.
        """
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            held = designs.current(connection).design
            wanted = changed(held, key, value)
            if wanted != held:
                if wanted.calibration != held.calibration:
                    refuse_begun(connection, wanted.calibration, self.order)
                designs.check_reason(connection, why)
                if wanted.acting == PASSPHRASE != held.acting:
                    staffing.checked_actor(people(connection), acting_as.get())
                    staffing.refuse_to_lock_out(connection, 2)
                designs.lay_down(connection, wanted, why.strip() or "before the first grade")
            return wanted

    def reopen(self, case: str, why: str) -> None:
        """Let a signed case be changed again; what was signed stays on the record. UnknownCase, StudyError."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            parked_cases.reopen(connection, case, why)

    def reset_passphrase(self, reader: str, why: str) -> None:
        """Take a reader's forgotten passphrase back, with a reason; PassphraseRefused: there is none; StudyLocked."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            passphrases.take_back(connection, designs.id_of(connection, reader), why)

    def resolve(self, case: str, why: str) -> None:
        """Give a parked case back to its reader. UnknownCase, StudyError."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            parked_cases.resolve(connection, case, why)

    def reread(
        self,
        reader: str,
        n: int,
        seed: int | None = None,
        after_days: int = 0,
        *,
        unit: str = CASE,
        at: datetime | None = None,
    ) -> tuple[Assignment, ...]:
        """Draw n of a reader's finished first readings to be read again, as new cases; all of them or none.

        The first readings are closed to the reader from now on, for good. A case is drawn once: a second call draws
        from the rest.

        Args:
            reader: who read them.
            n: how many, 1 to what is read completely (every site answered) and not drawn yet.
            seed: for the draw, stored with it; None draws one.
            after_days: each repeat comes onto the worklist at the first midnight UTC when so many days have passed
                since the last answer of its first reading; 0 is at once.
            unit: what is drawn: cases as they were first read, pairs alone, or scans, each alone, over subjects and
                visits.
            at: the moment of the draw, with its time zone; None is now.

        Returns:
            The new cases in the order of drawing, which is not the one in which they will be read.

        Raises:
            UnknownReader, StudyError: one line that says what can be drawn.
        """
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            known = designs.known(connection, reader)
            drawn = further_schemes.seed_for(connection, known, self._secret_seed(connection, seed))
            wish = reread.Wish(known, n, drawn, after_days, self.scheme, unit)
            return reread.draw(connection, wish, at or now())

    def adjudicate(
        self, adjudicator: str, readers: tuple[str, str] | None, threshold: str, seed: int | None = None
    ) -> tuple[Assignment, ...]:
        """Give a third reader every case on which two readers' finished first readings differ, by the design's rule.

        Args:
            adjudicator: who settles it.
            readers: whose readings; None where only two have any, or the design names two.
            threshold: the least difference of grades that counts instead; "" is the design's rule.
            seed: of the order; None draws one.
        """
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            rule = disagreements.by_sites(threshold) if threshold else rule_of(designs.current(connection).design)
            two, wanted = disagreements.to_third(connection, self.scheme, readers, rule)
            first, second = (designs.id_of(connection, name) for name in two)
            gone = exclusions.subjects(connection)
            left = {key: visits for key, visits in wanted.items() if of_key(key)[0] not in gone}
            return self._to_third(
                connection, adjudicator, Two((first, second), rule, self._secret_seed(connection, seed)), left
            )

    def lock(self, *, why: str = "", incomplete: bool = False) -> study_lock.StudyLock:
        """Close the study to grades and assignments, for its analysis; see `study_lock.lock`."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            return study_lock.lock(connection, self.scheme, why=why, incomplete=incomplete)

    def unlock(self, why: str) -> None:
        """Open it again, the reason on the record."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.unlock(connection, why)

    def note_identified(self, why: str) -> None:
        """Put on the record that identities leave the vault, and why; nothing of them."""
        reason = why.strip()
        if not reason or not reason.isprintable():
            raise StudyError("Give the reason in one line, for the record: --why TEXT")
        refuse_names(self.vault, why)
        self.refuse_changed_vault()
        with self._store.writing() as connection:
            acts.append(connection, acts.Deed("identified", acts.COORDINATOR, {"why": reason}))

    def note_accepted(self, subjects: Iterable[str], code: str, *, stands: bool) -> None:
        """Put on the record that a finding of that sort was accepted of these subjects, or isn't any more."""
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            accepted_findings.note(connection, subjects, code, stands=stands)

    def note_order_told(self) -> None:
        """Put on the record that the true order of visits leaves the vault; once, until something else happens."""
        with self._store.writing() as connection:
            acts.append_once(connection, acts.Deed("order_told", acts.COORDINATOR, {}))


def _lots(visits: Sequence[VisitIdentity]) -> list[str]:
    """What is drawn for each visit: its date, and where two visits share one or have none, their UIDs beside it."""
    dates = [item.date for item in visits]
    return [
        item.date if item.date and dates.count(item.date) == 1 else f"{item.date} {' '.join(item.study_uids)}"
        for item in visits
    ]


def _note_index(connection: Connection, subject: str, before: str | None, why: str = "") -> None:
    """Put on the record what the index of a subject is now, and why; the same index as `before` is nothing."""
    digest = index_tables.digest(connection, subject)
    if digest != before:
        detail = {"subject": subject, "sha256": digest} | ({"why": why} if why else {})
        acts.append(connection, acts.Deed("indexed", acts.COORDINATOR, detail))
