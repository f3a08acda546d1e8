"""Aids beside the grades in the files: where each was seen, what was noted. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import Connection

from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.record import accepted_findings, case_visits, exclusions, side_records, viewings
from storage.record.exclusions import Exclusion
from storage.records import Sighting, SiteNote, Viewing


class Uncounted(Enum):
    """Why nobody knows what was seen of a site."""

    ENTERED = "entered from a table"
    NOT_KEPT = "answered before that was kept"


@dataclass(frozen=True, slots=True)
class Aids:
    """By case code: the place of each answer that stands, and what is noted now. Visits are as shown to the reader."""

    sightings: Mapping[str, Mapping[SiteKey, Sighting]] = field(default_factory=dict)
    notes: Mapping[str, Mapping[SiteKey, SiteNote]] = field(default_factory=dict)
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: tuple[Exclusion, ...] = ()
    viewings: Mapping[str, Mapping[SiteKey, Viewing]] = field(default_factory=dict)
    entered: frozenset[str] = frozenset()
    some_entered: Mapping[str, frozenset[SiteKey]] = field(default_factory=dict)

    def viewed(self, case: str, key: SiteKey) -> Viewing | Uncounted:
        """What had been seen of a site when the answer that stands was given, or why that isn't known."""
        known = self.viewings.get(case)
        found = None if known is None else known.get(key)
        if found is not None:
            return found
        if case in self.entered or key in self.some_entered.get(case, frozenset()):
            return Uncounted.ENTERED
        return Uncounted.NOT_KEPT


def aids(connection: Connection) -> Aids:
    """All of a study."""
    shows = case_visits.of_cases(connection)
    sightings: dict[str, dict[SiteKey, Sighting]] = {}
    for item in side_records.current_sightings(connection):
        key = SiteKey(shows[item.case].in_pair(item.visit), FeatureCode(item.feature), SiteCode(item.site))
        sightings.setdefault(item.case, {})[key] = item.sighting
    notes = {
        case: {
            SiteKey(shows[case].in_pair(key.visit), key.feature, key.site): note
            for key, note in side_records.notes_of(connection, case).items()
        }
        for case in side_records.noted_cases(connection)
    }
    viewed: dict[str, dict[SiteKey, Viewing]] = {}
    for (case, visit, feature, site), viewing in viewings.standing(connection).items():
        key = SiteKey(shows[case].in_pair(visit), FeatureCode(feature), SiteCode(site))
        viewed.setdefault(case, {})[key] = viewing
    entered, some = viewings.entered(connection)
    some_entered: dict[str, frozenset[SiteKey]] = {}
    for case, visit, feature, site in some:
        key = SiteKey(shows[case].in_pair(visit), FeatureCode(feature), SiteCode(site))
        some_entered[case] = some_entered.get(case, frozenset()) | {key}
    accepted, excluded = accepted_findings.current(connection), exclusions.standing(connection)
    return Aids(sightings, notes, accepted, excluded, viewed, entered, some_entered)
