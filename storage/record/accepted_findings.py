"""Accepted findings on the record: of which subject, and which sort of finding; no word of what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from storage.record import acts

ACCEPTED: Final = "accepted"


def note(connection: Connection, subjects: Iterable[str], code: str, *, stands: bool) -> None:
    """Put down that a finding of these subjects was accepted, or isn't any more; the vault has its words and why."""
    detail = {"subjects": sorted(subjects), "finding": code, "stands": stands}
    acts.append(connection, acts.Deed(ACCEPTED, acts.COORDINATOR, detail))


def current(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """Subject -> the sorts of findings that are accepted of it, sorted."""
    counts: Counter[tuple[str, str]] = Counter()
    for act in acts.of_kind(connection, ACCEPTED):
        for subject in act.said["subjects"]:
            counts[subject, act.said["finding"]] += 1 if act.said["stands"] else -1
    found: dict[str, tuple[str, ...]] = {}
    for subject, code in sorted(key for key, count in counts.items() if count > 0):
        found[subject] = (*found.get(subject, ()), code)
    return MappingProxyType(found)
