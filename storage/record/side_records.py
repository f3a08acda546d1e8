"""Records beside the grades: where each was seen and measured, and what the reader noted. They are never a grade.

A place belongs to one event of the record, is written in the same transaction, and its digest is sealed with the event.
A note is an act of the record.
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
from storage.records import GradePlace, PlacedGrade, SiteNote

Places = dict[tuple[SiteKey, Answer], GradePlace]
NOTED: Final = "noted"
_ADD: Final = insert(tables.grade_place)
_NOTES: Final = (
    select(tables.act.c.detail)
    .where(tables.act.c.case == bindparam("of_case"), tables.act.c.kind == NOTED)
    .order_by(tables.act.c.seq)
)


def append(connection: Connection, first_seq: int, places: Sequence[GradePlace | None]) -> None:
    """Put the places of the events `first_seq`, `first_seq` + 1, ... beside them; None is an event without one."""
    for seq, place in enumerate(places, start=first_seq):
        if place is not None:
            connection.execute(_ADD, {"seq": seq, **_columns(place)})


def digest(place: GradePlace) -> str:
    """What the event of a place holds of it."""
    return row_digest(_columns(place))


def row_digest(columns: Mapping[str, object]) -> str:
    """The same for a row of the table, without its number."""
    return sha256(canonical(dict(columns)).encode()).hexdigest()


def _columns(place: GradePlace) -> dict[str, object]:
    x_mm, y_mm, z_mm = map(float, place.point_mm)
    return {
        "series": place.series,
        "slice_index": place.slice_index,
        "x_mm": x_mm,
        "y_mm": y_mm,
        "z_mm": z_mm,
        "window_low": float(place.window_low),
        "window_high": float(place.window_high),
        "measured": place.measured,
        "measured_value": None if place.measured_value is None else float(place.measured_value),
        "marks": place.marks,
    }


def places_of(connection: Connection, case: str) -> Places:
    """For each answer ever given at a site of a case, where it was given last."""
    event, place = tables.event.c, tables.grade_place.c
    query = select(tables.event, tables.grade_place).join_from(tables.grade_place, tables.event, place.seq == event.seq)
    found: Places = {}
    for row in connection.execute(query.where(event.case == case).order_by(event.seq)).mappings():
        answer = stored_answer(row[event.after])
        if answer is not None:
            found[_key(row), answer] = _place(row)
    return found


def standing_places(connection: Connection) -> tuple[PlacedGrade, ...]:
    """The place of each grade that stands, every reader's, in the order of case, visit, feature and site."""
    event = tables.event.c
    latest = select(func.max(event.seq)).group_by(event.case, event.visit, event.feature, event.site)
    query = (
        select(tables.event, tables.grade_place)
        .join_from(tables.grade_place, tables.event, tables.grade_place.c.seq == event.seq)
        .where(event.seq.in_(latest), event.after != "")
        .order_by(event.case, event.visit, event.feature, event.site)
    )
    return tuple(
        PlacedGrade(row[event.reader], row[event.case], row[event.visit], row[event.feature], row[event.site],
                    row[event.after], _place(row))
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
    return {key: standing for key, standing in found.items() if standing != SiteNote()}


def noted_cases(connection: Connection) -> frozenset[str]:
    """The cases at whose sites anything was ever noted."""
    act = tables.act.c
    return frozenset(connection.execute(select(act.case).where(act.kind == NOTED).distinct()).scalars())


def _key(row: RowMapping) -> SiteKey:
    event = tables.event.c
    return SiteKey(row[event.visit], FeatureCode(row[event.feature]), SiteCode(row[event.site]))


def _place(row: RowMapping) -> GradePlace:
    place = tables.grade_place.c
    return GradePlace(
        series=row[place.series],
        slice_index=row[place.slice_index],
        point_mm=(row[place.x_mm], row[place.y_mm], row[place.z_mm]),
        window_low=row[place.window_low],
        window_high=row[place.window_high],
        measured=row[place.measured],
        measured_value=row[place.measured_value],
        marks=row[place.marks],
    )
