"""Order of visits where it is hidden: drawn for each subject, with the vault's secret as seed.

The draw can be made again from the vault alone, so nothing else need be kept, and importing again changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from scoring.values import replace
from storage.records import SubjectRecord


def drawn(subject: str, dates: Sequence[str], secret: bytes) -> dict[int, int]:
    """Visit in time -> visit as it is shown, each from 1.

    Args:
        subject: its code.
        dates: of the visits in time, all different.
        secret: the vault's.
    """

    def lot(date: str) -> bytes:
        return hmac.digest(secret, f"order\0{subject}\0{date}".encode(), hashlib.sha256)

    by_lot = sorted(dates, key=lot)
    return {number: by_lot.index(date) + 1 for number, date in enumerate(dates, start=1)}


def as_shown(subject: SubjectRecord, shown_as: Mapping[int, int]) -> SubjectRecord:
    """The subject with its visits numbered, and lying, as readers see them; as it is where `shown_as` is empty."""
    return _renumbered(subject, shown_as)


def in_time(subject: SubjectRecord, shown_as: Mapping[int, int]) -> SubjectRecord:
    """The inverse of `as_shown`."""
    return _renumbered(subject, {shown: number for number, shown in shown_as.items()})


def _renumbered(subject: SubjectRecord, numbers: Mapping[int, int]) -> SubjectRecord:
    if not numbers:
        return subject
    visits = (replace(visit, number=numbers.get(visit.number, visit.number)) for visit in subject.visits)
    return replace(subject, visits=tuple(sorted(visits, key=lambda visit: visit.number)))
