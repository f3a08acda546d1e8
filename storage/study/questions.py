"""Questions that a coordinator can ask of study.db: nothing is changed by them, and no vault is needed."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from sqlalchemy import select

from scoring.adjudication.final_progress import NotCounted, Standing
from scoring.design.final_plan import plan_of
from scoring.design.read_design import ReadDesign
from scoring.schemes.scheme import Scheme
from storage.audit import final_readings, shown_images
from storage.clock import now
from storage.database import study_schema as tables
from storage.database.engine import Store
from storage.index import index_tables
from storage.record import case_status, designs, record_log, study_lock
from storage.schemes import study_schemes
from storage.schemes.shown_planes import planes_of
from storage.schemes.study_schemes import StudySchemes
from storage.study.figures_keeping import open_readings
from storage.worklists import overview, parked_cases, progress_board


class StudyQuestions:
    """The questions; whoever has the study open gives its store and its scheme."""

    scheme: Scheme
    _store: Store

    def subject_codes(self) -> tuple[str, ...]:
        """The code of every subject, sorted."""
        with self._store.reading() as connection:
            return index_tables.subject_codes(connection)

    def slices_in_short(self) -> tuple[tuple[str, str, str], ...]:
        """(series, its subject, how many slices it has and the first and last of their UIDs) of every series."""
        with self._store.reading() as connection:
            return overview.slices_in_short(connection)

    def subjects_given(self, reader: str | None) -> frozenset[str]:
        """Who is in the cases of a reader, None is of anybody."""
        with self._store.reading() as connection:
            return overview.subjects_given(connection, reader)

    def has_answers(self, subject: str) -> bool:
        """Whether anything was ever recorded for a case of that subject, also when it was taken back."""
        event, case = tables.event.c, tables.reading_case.c
        query = select(event.seq).join(tables.reading_case, case.code == event.case).where(case.subject == subject)
        with self._store.reading() as connection:
            return connection.execute(query.limit(1)).scalar_one_or_none() is not None

    def readers_have(self, subject: str) -> bool:
        """Whether readers rest on its images: something was recorded of it, or a reader's copy shows it."""
        return self.has_answers(subject) or subject in self.subjects_handed()

    def readers_see(self, subject: str, planes: Iterable[str]) -> bool:
        """Whether readers rest on what it has in these planes: as `readers_have`, of those whose scheme is of them."""
        wanted, event, case = frozenset(planes), tables.event.c, tables.reading_case.c
        with self._store.reading() as connection:
            of = select(case.code, case.reader).where(case.subject == subject)
            mine = {row.code: row.reader for row in connection.execute(of)}
            begun = select(event.case).where(event.case.in_(mine)).distinct()
            rest_on = {*connection.execute(begun).scalars(), *(mine.keys() & shown_images.cases_handed(connection))}
            shown = [planes_of(connection, reader) for reader in {mine[code] for code in rest_on}]
        return any(some is None or some & wanted for some in shown)

    def subjects_handed(self) -> frozenset[str]:
        """Who is in a reader's copy."""
        with self._store.reading() as connection:
            return shown_images.subjects_handed(connection)

    def copies_that_show_otherwise(self, subject: str) -> tuple[tuple[str, str], ...]:
        """The copies, oldest first, that show other images of a subject than the study has now: (reader, day made)."""
        with self._store.reading() as connection:
            return shown_images.copies_with_others(connection, subject)

    def changed_since_handed(self) -> tuple[shown_images.ChangedCase, ...]:
        """Cases whose images are others now than the last copy of them shows."""
        with self._store.reading() as connection:
            return shown_images.changed_cases(connection)

    def check_open(self) -> None:
        """Refuse when the study is locked for its analysis: StudyLocked."""
        with self._store.reading() as connection:
            study_lock.refuse_when_locked(connection)

    def cases_of_subjects(self) -> MappingProxyType[str, tuple[str, ...]]:
        """The codes of all cases of each subject, whoever reads them, sorted."""
        case = tables.reading_case.c
        found: dict[str, tuple[str, ...]] = {}
        with self._store.reading() as connection:
            for row in connection.execute(select(case.subject, case.code).order_by(case.code)):
                found[row.subject] = (*found.get(row.subject, ()), row.code)
        return MappingProxyType(found)

    def design(self) -> ReadDesign:
        """How the study is read, by the version that holds."""
        with self._store.reading() as connection:
            return designs.current(connection).design

    def amended(self) -> frozenset[str]:
        """The cases in which an answer was changed after they had been signed."""
        with self._store.reading() as connection:
            return case_status.amended(connection)

    def lock_held(self) -> study_lock.StudyLock | None:
        """The lock of the study; None while it is open."""
        with self._store.reading() as connection:
            return study_lock.held(connection)

    def parked_cases(self) -> tuple[parked_cases.ParkedCase, ...]:
        """Every case that a reader has parked, oldest first."""
        with self._store.reading() as connection:
            return parked_cases.parked_cases(connection)

    def schemes(self) -> StudySchemes:
        """Its own scheme and those beside it, with their readers."""
        with self._store.reading() as connection:
            return study_schemes.of_study(connection, self.scheme)

    def board(self) -> tuple[progress_board.ReaderBoard, ...]:
        """How far each reader is."""
        with self._store.reading() as connection:
            return progress_board.board(connection, self.scheme, now())

    def final_on_board(self) -> Standing | NotCounted | None:
        """Where final values stand; not counted while cases are read, None where the design asks for none."""
        with self._store.reading() as connection:
            if plan_of(designs.current(connection).design) is None:
                return None
            count = open_readings(connection, self.scheme)
            return NotCounted(count) if count else final_readings.standing(connection, self.scheme)

    def third_readers_rates(self) -> Standing:
        """The same by the design's rule alone, for readers' rates."""
        with self._store.reading() as connection:
            return final_readings.watched_standing(connection, self.scheme)

    def design_versions(self) -> tuple[designs.Version, ...]:
        """Every version with its moment and its reason, oldest first."""
        with self._store.reading() as connection:
            return designs.versions(connection)

    def record_log(self) -> tuple[record_log.LogLine, ...]:
        """What the record says that people did, oldest first."""
        with self._store.reading() as connection:
            return record_log.of_record(connection)

    def seeds(self) -> MappingProxyType[str, tuple[int, ...]]:
        """The seeds of every reader's draws, oldest first."""
        found: dict[str, tuple[int, ...]] = {}
        with self._store.reading() as connection:
            for row in connection.execute(select(tables.draw).order_by(tables.draw.c.id)):
                found[row.reader] = (*found.get(row.reader, ()), row.seed)
        return MappingProxyType(found)
