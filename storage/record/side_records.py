"""Records beside the grades: where each was seen and measured, and what the reader noted. They are never a grade.

A sighting belongs to one event of the record. It is written in the same transaction, and its digest is sealed with the
event. A note is an act of the record.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select

from scoring.readings.answers import stored_answer
from scoring.readings.reading import Answer, SiteKey
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.database import study_schema as tables
from storage.record import acts
from storage.record.chain import canonical
from storage.records import SightedGrade, Sighting, SiteNote

Sightings = dict[tuple[SiteKey, Answer], Sighting]
NOTED: Final = "noted"
_ADD: Final = insert(tables.grade_place)
_NOTES: Final = (
    select(tables.act.c.detail)
    .where(tables.act.c.case == bindparam("of_case"), tables.act.c.kind == NOTED)
    .order_by(tables.act.c.seq)
)


def append(connection: Connection, first_seq: int, sightings: Sequence[Sighting | None]) -> None:
    """Put the sightings of the events `first_seq`, `first_seq` + 1, ... beside them; None is an event without one."""
    for seq, sighting in enumerate(sightings, start=first_seq):
        if sighting is not None:
            connection.execute(_ADD, {"seq": seq, **_columns(sighting)})


def digest(sighting: Sighting) -> str:
    """What the event of a sighting holds of it."""
    return row_digest(_columns(sighting))


def row_digest(columns: Mapping[str, object]) -> str:
    """The same for a row of the table, without its number."""
    return sha256(canonical(dict(columns)).encode()).hexdigest()


def _columns(sighting: Sighting) -> dict[str, object]:
    x_mm, y_mm, z_mm = map(float, sighting.point_mm)
    return {
        "series": sighting.series,
        "slice_index": sighting.slice_index,
        "x_mm": x_mm,
        "y_mm": y_mm,
        "z_mm": z_mm,
        "window_low": float(sighting.window_low),
        "window_high": float(sighting.window_high),
        "measured": sighting.measured,
        "measured_value": None if sighting.measured_value is None else float(sighting.measured_value),
        "marks": sighting.marks,
    }


def sightings_of(connection: Connection, case: str) -> Sightings:
    """For each answer ever given at a site of a case, where it was given last."""
    event, sighting = tables.event.c, tables.grade_place.c
    query = select(tables.event, tables.grade_place).join_from(
        tables.grade_place, tables.event, sighting.seq == event.seq
    )
    found: Sightings = {}
    for row in connection.execute(query.where(event.case == case).order_by(event.seq)).mappings():
        answer = stored_answer(row[event.after])
        if answer is not None:
            found[_key(row), answer] = _sighting(row)
    return found


def current_sightings(connection: Connection) -> tuple[SightedGrade, ...]:
    """The sighting of each grade that stands, every reader's, in the order of case, visit, feature and site."""
    event = tables.event.c
    latest = select(func.max(event.seq)).group_by(event.case, event.visit, event.feature, event.site)
    query = (
        select(tables.event, tables.grade_place)
        .join_from(tables.grade_place, tables.event, tables.grade_place.c.seq == event.seq)
        .where(event.seq.in_(latest), event.after != "")
        .order_by(event.case, event.visit, event.feature, event.site)
    )
    return tuple(
        SightedGrade(row[event.reader], row[event.case], row[event.visit], row[event.feature], row[event.site],
                    row[event.after], _sighting(row))
        for row in connection.execute(query).mappings()
    )  # fmt: skip


def append_note(connection: Connection, reader: str, case: str, key: SiteKey, note: SiteNote) -> None:
    """Write down what is noted at a site from now on; what was noted before stays in its act."""
    said = {"visit": key.visit, "feature": key.feature, "site": key.site, "note": note.text, "unsure": note.unsure}
    acts.append(connection, acts.Deed(NOTED, acts.READER, said, reader=reader, case=case))


def notes_of(connection: Connection, case: str) -> dict[SiteKey, SiteNote]:
    """What is noted at the sites of a case now; a site whose note was emptied is absent."""
    found: dict[SiteKey, SiteNote] = {}
    told = [json.loads(detail) for detail in connection.execute(_NOTES, {"of_case": case}).scalars()]
    # notes of before schema 7 came onto the record at its upgrade, and again with each copy that was upgraded apart:
    # whatever was noted since counts more
    for said in sorted(told, key=lambda said: "at_utc" not in said):
        key = SiteKey(said["visit"], FeatureCode(said["feature"]), SiteCode(said["site"]))
        found[key] = SiteNote(said["note"], said["unsure"])
    return {key: note for key, note in found.items() if note != SiteNote()}


def noted_cases(connection: Connection) -> frozenset[str]:
    """The cases at whose sites anything was ever noted."""
    act = tables.act.c
    return frozenset(connection.execute(select(act.case).where(act.kind == NOTED).distinct()).scalars())


def _key(row: RowMapping) -> SiteKey:
    event = tables.event.c
    return SiteKey(row[event.visit], FeatureCode(row[event.feature]), SiteCode(row[event.site]))


def _sighting(row: RowMapping) -> Sighting:
    sighting = tables.grade_place.c
    return Sighting(
        series=row[sighting.series],
        slice_index=row[sighting.slice_index],
        point_mm=(row[sighting.x_mm], row[sighting.y_mm], row[sighting.z_mm]),
        window_low=row[sighting.window_low],
        window_high=row[sighting.window_high],
        measured=row[sighting.measured],
        measured_value=row[sighting.measured_value],
        marks=row[sighting.marks],
    )
