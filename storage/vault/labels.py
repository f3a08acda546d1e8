"""Labels of enrolments, such as the group: in the vault's log alone, so that nothing a reader gets can hold one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from sqlalchemy import insert, select

from storage.clock import now, written
from storage.database.engine import Store
from storage.vault import schema as tables
from storage.vault.choices import About

# beside the answers of `choices` in one log; it decides nothing
LABELLED: Final = "labelled"
_WHAT: Final = About.ENROLMENTS.of("labels")

# (subject, its visits in time) -> label
Labels = Mapping[tuple[str, tuple[int, ...]], str]


@dataclass(frozen=True, slots=True)
class LabelsTold:
    """All labels as they were from an act of the study's record on; who changed the enrolments then, and why."""

    act: int
    labels: Labels = field(repr=False)
    who: str = field(repr=False)
    why: str = field(repr=False)
    at_utc: str = ""


class EnrolmentLabels:
    """The labels, in an open vault."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, act: int, labels: Labels, who: str, why: str) -> None:
        """Write down all labels that hold from that act of the study's record on."""
        held = [[subject, list(visits), label] for (subject, visits), label in sorted(labels.items())]
        value = {"act": act, "labels": held}
        row = {"what": _WHAT, "answer": LABELLED, "value": value, "who": who, "why": why, "at_utc": written(now())}
        with self._store.writing() as connection:
            connection.execute(insert(tables.choice), [row])

    def log(self) -> tuple[LabelsTold, ...]:
        """Everything, oldest first."""
        table = tables.choice
        query = select(table).where(table.c.what == _WHAT).order_by(table.c.number)
        with self._store.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            LabelsTold(
                row["value"]["act"],
                MappingProxyType(
                    {(subject, tuple(visits)): label for subject, visits, label in row["value"]["labels"]}
                ),
                row["who"],
                row["why"],
                row["at_utc"],
            )
            for row in rows
        )

    def of(self, act: int) -> Labels:
        """The labels that hold when that is the last act that changed enrolments; of an older one where it has none."""
        found = [told for told in self.log() if told.act <= act]
        return found[-1].labels if found else MappingProxyType({})
