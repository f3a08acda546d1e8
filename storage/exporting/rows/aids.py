"""Aids beside the grades in the files: where each was seen, what was noted. Reads study.db alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.record import accepted_findings, case_visits, exclusions, side_records
from storage.record.exclusions import Exclusion
from storage.records import Sighting, SiteNote


@dataclass(frozen=True, slots=True)
class Aids:
    """By case code: the place of each answer that stands, and what is noted now. Visits are as shown to the reader."""

    sightings: Mapping[str, Mapping[SiteKey, Sighting]] = field(default_factory=dict)
    notes: Mapping[str, Mapping[SiteKey, SiteNote]] = field(default_factory=dict)
    accepted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: tuple[Exclusion, ...] = ()


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
    return Aids(sightings, notes, accepted_findings.current(connection), exclusions.standing(connection))
