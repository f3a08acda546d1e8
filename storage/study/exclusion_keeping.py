"""Exclusions in the coordinator's hands: what counts no more, for a reason, and the way back."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.values import replace
from storage.database.engine import Store
from storage.record import exclusions, study_lock
from storage.record.exclusions import Exclusion
from storage.vault.identity_words import refuse_names
from storage.vault.vault import Vault
from storage.worklists import overview


class ExclusionKeeping:
    """What a coordinator excludes; whoever has the study open gives its store, its vault and its order."""

    vault: Vault
    _store: Store

    def shown_as(self, subject: str) -> Mapping[int, int]:
        """Visit in time -> visit as readers see it; empty where they see the order."""
        raise NotImplementedError

    def in_time(self, subject: str) -> Mapping[int, int]:
        """The inverse: visit in the index -> visit in time."""
        raise NotImplementedError

    def check_reason(self, why: str) -> None:
        """Refuse words that can't be the reason of something on the record: StudyError, NamesSomebody."""
        study_lock.checked_reason(why, needed=True)
        refuse_names(self.vault, why)

    def exclude(self, subject: str, visit: int | None, series: str, why: str) -> None:
        """Let a subject, a visit of it in time, or a series count no more. What was answered stays on the record.

        Raises:
            StudyError, NamesSomebody: the reason isn't one for the record.
            StudyLocked: the study is closed for its analysis.
        """
        self.check_reason(why)
        shown = None if visit is None else self.shown_as(subject).get(visit, visit)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            exclusions.exclude(connection, subject, shown, series, why)

    def include(self, subject: str, visit: int | None, series: str, why: str) -> None:
        """Take that back. Raises as `exclude`."""
        self.check_reason(why)
        shown = None if visit is None else self.shown_as(subject).get(visit, visit)
        with self._store.writing() as connection:
            study_lock.refuse_when_locked(connection)
            exclusions.include(connection, exclusions.what_of(subject, shown, series), why)

    def excluded(self) -> tuple[Exclusion, ...]:
        """What is excluded, oldest first; visits in time."""
        with self._store.reading() as connection:
            found = exclusions.standing(connection)
        return tuple(
            item if item.visit is None else replace(item, visit=self.in_time(item.subject).get(item.visit, item.visit))
            for item in found
        )

    def resting_on(self, subject: str, visit: int | None, series: str) -> tuple[int, int, int]:
        """Cases that show a subject, a visit of it in time or its series; those begun; the answers that stand on it.

        Of a series they are the answers that were given at it.
        """
        shown = None if visit is None else self.shown_as(subject).get(visit, visit)
        with self._store.reading() as connection:
            return overview.resting_on(connection, subject, shown, series)
