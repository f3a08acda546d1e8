"""A reader's copy as the study knows it: which copy, from which state, and the way back for what comes home in it.

The copy has a record of its own, which begins with the head of the study's. The study keeps where that beginning ended:
what stands behind it in the copy is the reader's work, and what stands before it came from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select

from storage.database import study_schema as tables
from storage.index import index_tables
from storage.index.renaming import NewNames, renamed
from storage.record import chain, side_records
from storage.record.acts import COORDINATOR, Act, Deed, of_kind

HANDED: Final = "handed"
RECEIVED: Final = "received"
# in the detail of the act: case -> number of a visit -> {"sha256": of its images, "series": their codes}
SHOWN: Final = "shown"
# what a row of a copy says otherwise than here, beside what every merged row does
_OF_THE_COPY: Final = ("round", "design", "design_sha256", "place_sha256")

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edition:
    """One copy. `events`, `acts`: how many rows it began with, and the hashes of the last of them.

    design, design_sha256: the study's design of that moment. key: of the names in it; never shown. shown: what it shows
    of each case, see `shown_images`; empty of an older program's.
    """

    token: str
    reader: str
    events: int
    acts: int
    event_hash: str
    act_hash: str
    design: int
    design_sha256: str
    key: bytes = field(repr=False)
    shown: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def told_by(cls, act: Act) -> Edition:
        """From the act of the study that tells of it."""
        said = act.said
        names = ("token", "events", "acts", "event_hash", "act_hash", "design", "design_sha256")
        return cls(
            reader=str(act.reader),
            key=bytes.fromhex(said["key"]),
            shown=said.get(SHOWN, {}),
            **{n: said[n] for n in names},
        )

    def deed(self) -> Deed:
        """The act that tells of it."""
        names = ("token", "events", "acts", "event_hash", "act_hash", "design", "design_sha256")
        said = {name: getattr(self, name) for name in names} | {"key": self.key.hex()}
        return Deed(HANDED, COORDINATOR, said | {SHOWN: self.shown}, reader=self.reader)


def of_token(connection: Connection, token: str) -> Edition | None:
    """The copy of this study whose record has that token, None when none has."""
    return next((found for found in editions(connection) if found.token == token), None)


def editions(connection: Connection) -> tuple[Edition, ...]:
    """Every copy that was handed over, oldest first."""
    return tuple(Edition.told_by(act) for act in of_kind(connection, HANDED))


def is_copy(connection: Connection) -> bool:
    """Whether this file is itself a reader's copy."""
    return bool(of_kind(connection, RECEIVED))


class WayBack:
    """Rows of a copy as they are said here."""

    def __init__(self, connection: Connection, edition: Edition) -> None:
        self._connection, self._edition = connection, edition
        case = tables.reading_case.c
        rows = connection.execute(select(case.code, case.subject, case.round).where(case.reader == edition.reader))
        self._cases = {row.code: (row.subject, row.round) for row in rows}
        self._series: dict[str, Mapping[str, str]] = {}

    def event(self, fields: Fields, sighting: Fields | None) -> tuple[Fields, Fields | None]:
        """An answer and where it was seen, in the words of this study."""
        here = None if sighting is None else self._sighting(fields["case"], sighting)
        own = {
            "round": self._cases[fields["case"]][1],
            "design": self._edition.design,
            "design_sha256": self._edition.design_sha256,
            "place_sha256": None
            if here is None
            else side_records.row_digest({k: v for k, v in here.items() if k != "seq"}),
        }
        return {**fields, **own}, here

    def act(self, fields: Fields) -> Fields:
        """An act in the words of this study."""
        return {**fields, "design": self._edition.design}

    def text(self, case: str, text: str | None) -> str | None:
        """Where the reader was in a case, with the names of this study."""
        return text and renamed(text, self._names(case))

    def _sighting(self, case: str, sighting: Fields) -> Fields:
        names = self._names(case)
        return {
            **sighting,
            "series": names.get(sighting["series"], sighting["series"]),
            "marks": renamed(sighting["marks"], names),
        }

    def _names(self, case: str) -> Mapping[str, str]:
        if case not in self._series:
            new = NewNames(self._edition.key, case)
            visits = index_tables.visits_of(self._connection, self._cases[case][0])
            shown = self._edition.shown.get(case, {}).values()
            codes = {
                *(series.code for visit in visits for series in visit.series),
                *(c for v in shown for c in v["series"]),
            }
            self._series[case] = {new.series(code): code for code in codes}
        return self._series[case]


def differing(there: Fields, here: Fields) -> str | None:
    """What of a row is said otherwise here, as it was there: canonical JSON; None where nothing is."""
    other = {name: there[name] for name in _OF_THE_COPY if name in there and there[name] != here[name]}
    return chain.canonical(other) if other else None
