"""Worklists in the coordinator's hands: who is given what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection

from scoring.design.final_plan import rule_of
from scoring.design.read_design import Program, ReadDesign
from scoring.design.secret_seed import SecretSeed
from scoring.readings.reading import VISITS
from scoring.schemes.folder import SchemeFolder
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.adjudicating.put_beside import Two, put_beside, refuse_programs
from storage.audit import disagreements
from storage.errors import StudyError
from storage.record import acts, designs, study_lock
from storage.records import Assignment
from storage.study import further_schemes, program_images, program_readers, renaming
from storage.study.enrolments import StudyEnrolments
from storage.study.questions import StudyQuestions
from storage.study.vault_keeping import refuse_changed
from storage.vault.identity_words import refuse_names
from storage.vault.vault import Vault
from storage.worklists import adjudicate, allotting, assign, draws, enrolled, purposes, retiring, taking_back
from storage.worklists.allotting import ALL, Allotted, Wish
from storage.worklists.purposes import NO_ROLE, Role
from storage.worklists.taking_back import TakenBack, Which


class Given(Struct, frozen=True):
    """A reader's worklist after something was given. cases: the whole list; new: those that came; seed: of the draw.

    allotted: what the wish came to. design: as it is then. shown: nothing was written; the same seed gives the same.
    """

    reader: str
    wish: Wish
    cases: tuple[Assignment, ...]
    new: tuple[Assignment, ...]
    seed: int
    allotted: Allotted
    design: ReadDesign
    shown: bool = False


class WorklistKeeping(StudyEnrolments, StudyQuestions):
    """What a coordinator does to worklists."""

    scheme: Scheme
    vault: Vault

    def adjudicate_chosen(
        self, adjudicator: str, readers: tuple[str, str], keys: Iterable[str], seed: int | None = None
    ) -> tuple[Assignment, ...]:
        """Give a third reader enrolments that a person chose by their keys, whatever two readings of them differ by.

        Raises:
            UnknownReader: nobody has a worklist under one of the names.
            StudyError: one that the two haven't both read to the end, or as `adjudicate`; nothing was given.
        """
        wanted = dict.fromkeys(keys, VISITS)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            first, second = (designs.known(connection, name) for name in readers)
            there = disagreements.read_by_both(connection, self.scheme, (first, second))
            if absent := [key for key in wanted if key not in there]:
                raise StudyError(f"{', '.join(absent)}: not read to the end by both {readers[0]} and {readers[1]}")
            rule = rule_of(designs.current(connection).design)
            return self._to_third(
                connection, adjudicator, Two((first, second), rule, self._secret_seed(connection, seed)), wanted
            )

    def assign(
        self, reader: str, seed: int | None = None, *, leave_out: frozenset[str] = frozenset()
    ) -> tuple[Assignment, ...]:
        """Give a reader a case for each enrolment, in drawn order; the whole worklist of first readings.

        Called again, it only appends what came since, drawn among themselves; codes and order stay. Where the
        design asks for a drift check, hidden repeats stand among them, with a round of their own.

        Args:
            reader: 1 to 32 letters, digits, dashes, underscores, beginning with a letter or a digit.
            seed: for the draw, stored with it; None draws one.
            leave_out: subjects that aren't given now.
        """
        return self.give(reader, ALL, seed, hold=leave_out).cases

    def allotted(self, reader: str, wish: Wish, seed: int | None = None, scheme: str | None = None) -> Allotted:
        """Which subjects the wish is about, if nothing is held back; nothing is written. StudyError as `give`."""
        return self.give(reader, wish, seed, show=True, scheme=scheme).allotted

    def give(
        self,
        reader: str,
        wish: Wish,
        seed: int | None = None,
        *,
        hold: Collection[str] = frozenset(),
        show: bool = False,
        role: Role = NO_ROLE,
        scheme: str | None = None,
    ) -> Given:
        """Give a reader what a wish comes to, as `assign` gives all.

        Args:
            reader: as for `assign`.
            wish: which subjects.
            seed: for what is drawn: parts, overlap, order and codes; stored. None draws one.
            hold: subjects that aren't given now.
            show: only say what it would be.
            role: what the reader's first readings are for. Nothing said is PRIMARY for a share, whose readers are the
                study's, and as the design has it for everything else.
            scheme: by which the reader reads, by its id, before the first case; None is as it stands, else the study's
                own.

        Raises:
            StudyError: the id isn't one, a subject isn't in the study, there are fewer to overlap in, or the purpose of
                readings that were begun would change without a reason.
            StudyLocked: nothing is given.
        """
        refuse_names(self.vault, role.why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            drawn = self._secret_seed(connection, seed)
            reader = designs.id_of(connection, reader)
            further_schemes.read_by(connection, reader, scheme)
            drawn = further_schemes.seed_for(connection, reader, drawn)
            enrolments = self._in_index(connection)
            unfinished = assign.with_more_to_give(connection, reader, enrolments)
            allotted = allotting.allot(connection, reader, wish, drawn, hold, unfinished=unfinished)
            allotting.note(connection, reader, wish, drawn, allotted)
            leave_out = frozenset(allotting.units(connection)) - allotted.subjects
            before = {item.case for item in assign.assignments(connection, reader)}
            cases = assign.assign(connection, reader, drawn, enrolments, leave_out)
            new = tuple(item for item in cases if item.case not in before)
            purposes.settle(connection, reader, role, shares=wish.share is not None)
            design = designs.current(connection).design
            if show and (transaction := connection.get_transaction()) is not None:
                transaction.rollback()
            return Given(design.called.get(reader, reader), wish, cases, new, drawn.seed, allotted, design, show)

    def add_scheme(self, folder: SchemeFolder, why: str, *, without_images: bool = False) -> Scheme:
        """Take a further scheme into the study. TomlRefused, StudyError, NamesSomebody, StudyLocked."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return further_schemes.add(connection, folder, why, without_images=without_images)

    def remove_scheme(self, scheme_id: str, why: str) -> None:
        """Take that back while nobody was given a case of it. StudyError, NamesSomebody, StudyLocked."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            further_schemes.remove(connection, scheme_id, why)

    def take_back(self, reader: str, which: Which, why: str) -> TakenBack:
        """Take unread cases off a reader's worklist; all that are meant or none. What was begun stays.

        Raises:
            UnknownReader, UnknownCase: nobody, or nothing on the worklist, of that name.
            StudyError, NamesSomebody: no reason that can stand on the record, or a case that was begun.
            StudyLocked: nothing is taken.
        """
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return taking_back.take_back(connection, reader, which, why)

    def give_back(self, reader: str, which: Which, why: str) -> TakenBack:
        """Undo that, for what is named or for what was taken last. Raises as `take_back`."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return taking_back.give_back(connection, reader, which, why)

    def note_program(self, reader: str, name: str, version: str, sha256: str) -> Program:
        """Put down that a reader is a program. Raises as `program_readers`, and for a name or a lock."""
        refuse_names(self.vault, f"{name} {version}")
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return program_readers.make_known(connection, reader, name, version, sha256)

    def images_of(self, reader: str) -> Mapping[str, frozenset[tuple[str, int]]]:
        """By the UID of an image the cases of a reader and visits that show it, in the study and in its copies."""
        with self._store.reading() as connection:
            return program_images.cases_by_image(connection, designs.known(connection, reader))

    def note_reports(self, reader: str, reports: Sequence[str], mapping: str) -> None:
        """Put on the record the SHA-256 of the reports that a program's grades came by, and of the mapping of codes."""
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            said = {"reports": list(reports), "mapping_sha256": mapping}
            known = designs.known(connection, reader)
            acts.append(connection, acts.Deed(acts.REPORTED, acts.COORDINATOR, said, reader=known))

    def retire(self, reader: str, why: str) -> TakenBack:
        """Give a reader nothing more and take back what is unread. UnknownReader, StudyError, StudyLocked."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return retiring.retire(connection, reader, why)

    def bring_back(self, reader: str, why: str) -> None:
        """Undo that. Raises as `retire`."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            retiring.bring_back(connection, reader, why)

    def rename_reader(self, reader: str, name: str, why: str) -> str:
        """Call a reader by another name; the id on the record, which stays. UnknownReader, StudyError, StudyLocked."""
        refuse_names(self.vault, f"{name} {why}")
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return renaming.rename(connection, reader, name, why)

    def take_name_back(self, reader: str, why: str) -> str:
        """Undo that; the id, by which the reader is called again. Raises as `rename_reader`."""
        refuse_names(self.vault, why)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            return renaming.take_name_back(connection, reader, why)

    def visits_left_unread(self) -> tuple[enrolled.LaterVisit, ...]:
        """Visits that came after a case was given without them, and that no case of its reader shows."""
        with self._store.reading() as connection:
            return enrolled.left_unread(connection, self._in_index(connection))

    def _to_third(
        self, connection: Connection, adjudicator: str, two: Two, wanted: Mapping[str, Collection[int]]
    ) -> tuple[Assignment, ...]:
        """Give a third reader these enrolments, blind or with both readings beside, as the design says."""
        third = designs.id_of(connection, adjudicator)
        refuse_programs(connection, two.readers)
        further_schemes.read_by_as(connection, third, two.readers[0])
        seed = further_schemes.seed_for(connection, third, two.seed)
        given = adjudicate.adjudicate(connection, adjudicate.Wish(third, two.readers, seed), wanted)
        put_beside(connection, self.scheme, replace(two, seed=seed), given)
        return given

    def _secret_seed(self, connection: Connection, given: int | None) -> SecretSeed:
        # who has put a secret of their own in its place would know what is drawn
        refuse_changed(self.vault, connection)
        return SecretSeed(draws.checked_seed(given), self.vault.secret)
