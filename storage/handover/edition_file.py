"""Writing a reader's copy of study.db: that reader's open cases and nothing else, each under names of its own.

What the copy doesn't hold nobody can find in it: no other reader, no closed first reading, no subject, no round, no
draw, no seed of the study. A repeat in it is a case like any other, down to its images' names.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from scoring.adjudication.adjudicating import Adjudicating
from scoring.design.enrolments import FIRST_TWO
from scoring.design.further_schemes import FurtherScheme
from scoring.design.read_design import ANYBODY, ReadDesign
from scoring.readings import rounds
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage import shown_visits
from storage.adjudicating import other_readings
from storage.audit import reader_copies, shown_images, verification
from storage.audit.reader_copies import Edition
from storage.audit.resealing import append_act, append_event, rows_in_order
from storage.clock import written
from storage.database import study_schema as tables
from storage.database.engine import create_file
from storage.errors import StudyError
from storage.files.layout import KIND
from storage.index import index_tables
from storage.index.renaming import NewNames, renamed
from storage.record import acts, case_status, chain, designs, exclusions, progress, side_records
from storage.records import Beside, SeriesRecord, SubjectRecord, VisitRecord
from storage.schemes.shown_planes import Planes, planes_of
from storage.schemes.study_schemes import StudySchemes
from storage.signing import passphrases, printed_names
from storage.worklists import draws, worklist

_KEY_BYTES: Final = 32
_SEEDS: Final = 2**31
# acts of a reader at a case; what the coordinator answered to them belongs to the case as well
_OF_A_CASE: Final = frozenset({"signed", "reopened", "parked", "resolved", side_records.NOTED})

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the copy: its images in the study, and the same under the names that the copy has for them.

    `visits` still say where pixels begin in the old files; writing the images says it of the new ones. `positions`: the
    visits that it shows, under numbers that tell nothing of others that the subject has. `shown`: what the study keeps
    of its images. `beside`: two readings that stand beside it, with series as the copy names them.
    """

    code: str
    old: tuple[VisitRecord, ...]
    visits: tuple[VisitRecord, ...]
    bookmark: str | None
    positions: tuple[int, ...]
    shown: Mapping[str, Any]
    beside: Beside


@dataclass(frozen=True, slots=True)
class Plan:
    """All that goes into a copy, read in one view of the study. `cases` in reading order.

    signed, later, left_out, excluded: how many cases of the reader stay behind: signed, not due yet, not wanted, or
    excluded.
    """

    reader: str
    key: bytes
    scheme: Scheme
    study: Fields
    design: designs.Stamped
    head: str
    cases: tuple[Case, ...]
    rows: tuple[tuple[str, Fields], ...]
    sightings: Mapping[int, Fields]
    last_case: str | None
    passphrase: str | None
    signed: int
    later: int
    left_out: int
    excluded: int
    person: printed_names.StaffMember | None = None

    @property
    def called(self) -> str:
        """What the reader is called now, and opens the copy by."""
        return self.design.design.called.get(self.reader, self.reader)

    def renames(self, case: str) -> Mapping[str, str]:
        """Series of the study by the names that the copy has for them in that case."""
        mine = next(item for item in self.cases if item.code == case)
        pairs = zip(mine.old, mine.visits, strict=True)
        return {a.code: b.code for old, new in pairs for a, b in zip(old.series, new.series, strict=True)}


def plan(
    connection: Connection, schemes: StudySchemes, reader: str, now: datetime, leave_out: frozenset[str] = frozenset()
) -> Plan:
    """What the copy of a reader will hold, without the cases of some subjects; StudyError where nothing is left.

    Of the study's schemes it holds the reader's as if there were no other.
    """
    if reader_copies.is_copy(connection):
        raise StudyError("This is a reader's copy already; hand over from the coordinator's study")
    key = secrets.token_bytes(_KEY_BYTES)
    due, signed = _open(connection, reader, now)
    table = tables.reading_case
    rows = {r["code"]: r for r in connection.execute(select(table).where(table.c.reader == reader)).mappings()}
    codes = tuple(code for code in due if rows[code]["subject"] not in leave_out)
    if not codes:
        why = "what is due is signed" if rows else "`ramris study assign` gives cases"
        why = "findings of what is due aren't settled" if due else why
        raise StudyError(f"{reader} has no open case to hand over: {why}")
    design = designs.current(connection)
    without_images = design.design.reads_without_images(reader)
    cases = tuple(_case(connection, key, rows[code], without_images=without_images) for code in codes)
    mine = set(codes)
    of_reader = connection.execute(select(tables.reader).where(tables.reader.c.id == reader)).mappings().one()
    return Plan(
        reader=reader,
        key=key,
        scheme=schemes.of(reader),
        study=_study(connection, design.design.further_of(reader)),
        design=design,
        head=chain.head(connection).hash,
        cases=cases,
        rows=tuple(_rows(connection, mine)),
        sightings=_sightings(connection, mine),
        last_case=of_reader["last_case"] if of_reader["last_case"] in mine else None,
        passphrase=of_reader["passphrase"],
        signed=signed,
        left_out=len(due) - len(codes),
        excluded=len(exclusions.of_cases(connection).keys() & rows.keys()),
        person=printed_names.people(connection).get(reader),
        later=sum(1 for row in rows.values() if row["due_at_utc"] is not None and row["due_at_utc"] > written(now)),
    )


def _study(connection: Connection, further: FurtherScheme | None) -> Fields:
    """The row that says what the copy is: of the reader's scheme."""
    found = dict(connection.execute(select(tables.study)).mappings().one())
    if further is None:
        return found
    table = tables.further_scheme
    text = connection.execute(select(table.c.toml).where(table.c.id == further.id)).scalar_one()
    return found | {"scheme_id": further.id, "scheme_toml": text, "scheme_sha256": further.sha256}


def _open(connection: Connection, reader: str, now: datetime) -> tuple[tuple[str, ...], int]:
    """The cases to be read, in order, and how many are signed.

    A signed one stays: nothing is to be done at it, and whoever compares two copies would see which ones have left to
    be read again.
    """
    states = case_status.of_reader(connection, reader)
    signed = {code for code, state in states.items() if state.status == case_status.SIGNED}
    excluded = exclusions.of_cases(connection)
    visible = tuple(code for code in worklist.visible(connection, reader, now) if code not in excluded)
    return tuple(code for code in visible if code not in signed), len(signed & set(visible))


def with_open_cases(connection: Connection, now: datetime, leave_out: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Readers who have something to read now beside some subjects, by id."""
    known = connection.execute(select(tables.reader.c.id).order_by(tables.reader.c.id)).scalars().all()
    case = tables.reading_case.c
    others = set(connection.execute(select(case.code).where(case.subject.in_(leave_out))).scalars())
    return tuple(name for name in known if set(_open(connection, name, now)[0]) - others)


def _case(connection: Connection, key: bytes, row: RowMapping, *, without_images: bool) -> Case:
    of_subject = index_tables.visits_of(connection, row["subject"])
    of_subject = exclusions.left(connection, row["subject"], row["code"], of_subject)
    numbers = shown_visits.decoded(row["visits"])
    planes = planes_of(connection, row["reader"])
    visits = shown_visits.in_positions(of_subject, numbers, without_images=without_images, planes=planes)
    names = NewNames(key, row["code"])
    there = {visit.number for visit in of_subject if any(_is_shown(series, planes) for series in visit.series)}
    seen = [number for number in numbers if number in there and not without_images]
    shown = shown_images.of_subject(connection, row["subject"], seen, planes)
    positions = _positions(connection, row["code"], visits)
    old, new = ([series.code for visit in them for series in visit.series] for them in (visits, names.visits(visits)))
    two = other_readings.renamed(other_readings.of_case(connection, row["code"]), dict(zip(old, new, strict=True)))
    return Case(row["code"], visits, names.visits(visits), row["place"], positions, shown, two)


def _is_shown(series: SeriesRecord, planes: Planes) -> bool:
    return bool(series.slices) and (planes is None or series.plane in planes)


def _positions(connection: Connection, case: str, visits: tuple[VisitRecord, ...]) -> tuple[int, ...]:
    """No more than the images ask for: a scan looks the same whether the subject has another visit or not."""
    event = tables.event.c
    answered: int | None = connection.execute(select(func.max(event.visit)).where(event.case == case)).scalar_one()
    highest = max(answered or 1, *(visit.number for visit in visits), 1)
    return tuple(range(1, highest + 1))


def _rows(connection: Connection, cases: set[str]) -> Iterable[tuple[str, Fields]]:
    for kind, fields in rows_in_order(connection):
        if fields["case"] in cases and (kind == "event" or fields["kind"] in _OF_A_CASE):
            yield kind, fields


def _sightings(connection: Connection, cases: set[str]) -> Mapping[int, Fields]:
    sighting, event = tables.grade_place, tables.event.c
    query = select(sighting).join(tables.event, event.seq == sighting.c.seq).where(event.case.in_(cases))
    return {row["seq"]: dict(row) for row in connection.execute(query).mappings()}


def write(plan: Plan, file: Path, visits: Mapping[str, tuple[VisitRecord, ...]], now: datetime) -> Edition:
    """Make the copy's file; what the study must know of it.

    Args:
        plan: what it holds.
        file: where; new.
        visits: of each case, with the places of the pixels in the copy's own images.
        now: the moment of handing over.
    """
    token = secrets.token_hex(16)
    store = create_file(file, KIND)
    try:
        with store.writing() as connection:
            _begin(connection, plan, token, written(now))
            _assign(connection, plan, visits, written(now))
            _bring(connection, plan)
            progress.rebuild(connection)
            verification.verify(connection, plan.scheme)
            events, done = (chain.last(connection, table) for table in (tables.event, tables.act))
    finally:
        store.close()
    return Edition(
        token=token,
        reader=plan.reader,
        events=events.seq,
        acts=done.seq,
        event_hash=events.hash,
        act_hash=done.hash,
        design=plan.design.id,
        design_sha256=plan.design.sha256,
        key=plan.key,
        shown={case.code: case.shown for case in plan.cases},
    )


def _begin(connection: Connection, plan: Plan, token: str, now: str) -> None:
    connection.execute(insert(tables.study).values(**(plan.study | {"token": token, "created_at_utc": now})))
    designs.lay_down(connection, _design(plan), "handed over to a reader")
    said = {"from": plan.head, "reader": plan.reader}
    acts.append(connection, acts.Deed(reader_copies.RECEIVED, acts.COORDINATOR, said, reader=plan.reader))
    connection.execute(insert(tables.reader).values(id=plan.reader, passphrase=plan.passphrase))
    if plan.person is not None:
        printed_names.hand_on(connection, plan.person)
    if plan.passphrase is not None:
        said_ = {"sha256": passphrases.mark(plan.passphrase)}
        acts.append(connection, acts.Deed("passphrase", acts.READER, said_, reader=plan.reader))


def _design(plan: Plan) -> ReadDesign:
    """The design without what a reader may not know: who else reads, what is read again or twice, from which seeds.

    It is of the reader's scheme alone, as if the study had been made with it.
    """
    design, reader, scheme = plan.design.design, plan.reader, plan.scheme
    mine = tuple((id_, name) for id_, name in design.names if id_ == reader)
    return replace(
        design,
        scheme_id=scheme.id,
        scheme_version=scheme.version,
        scheme_sha256=scheme.sha256,
        feature_order=tuple(str(feature.code) for feature in scheme.features),
        further=(),
        without_images=design.reads_without_images(reader),
        readers=(reader,),
        names=mine,
        seeds=(),
        reread_n=None,
        reread_after_days=None,
        repeat_every=None,
        primary=(),
        inter=(),
        enrolments=FIRST_TWO,
        retired=(),
        training=ANYBODY,
        acting=ANYBODY,
        adjudicate="",
        adjudicating=Adjudicating.BLIND,
        final="",
        final_readers=(),
        programs=(),
        calibration=(),
    )


def _assign(connection: Connection, plan: Plan, visits: Mapping[str, tuple[VisitRecord, ...]], now: str) -> None:
    # by code, so that the order of rows is that of codes, which were drawn
    for case in sorted(plan.cases, key=lambda item: item.code):
        index_tables.replace(connection, SubjectRecord(case.code, visits[case.code]))
        said = {"subject": case.code, "sha256": index_tables.digest(connection, case.code)}
        acts.append(connection, acts.Deed("indexed", acts.COORDINATOR, said))
    # a seed of its own: from the study's the draw could be made again
    drawn = draws.Draw(plan.reader, rounds.FIRST, secrets.randbelow(_SEEDS), now, "handed over to a reader")
    cases = [draws.NewCase(case.code, case.code, rounds.FIRST, case.positions) for case in plan.cases]
    draws.put_down(connection, drawn, cases)
    for case in sorted(plan.cases, key=lambda item: item.code):
        if case.beside:
            other_readings.put_down(connection, case.code, case.beside)
    table = tables.reading_case
    for case in plan.cases:
        if case.bookmark:
            bookmark = renamed(case.bookmark, plan.renames(case.code))
            connection.execute(update(table).where(table.c.code == case.code).values(place=bookmark))
    connection.execute(update(tables.reader).values(last_case=plan.last_case))


def _bring(connection: Connection, plan: Plan) -> None:
    """What the reader has done so far at these cases, in its order, under the copy's own design."""
    number, sha256 = designs.stamp(connection)
    renames = {case.code: plan.renames(case.code) for case in plan.cases}
    for kind, fields in plan.rows:
        if kind == "act":
            append_act(connection, {**fields, "design": number})
            continue
        sighting = plan.sightings.get(fields["seq"])
        if sighting is not None:
            names = renames[fields["case"]]
            sighting = {**sighting, "series": names.get(sighting["series"], sighting["series"])}
            sighting["marks"] = renamed(sighting["marks"], names)
        digest = (
            None if sighting is None else side_records.row_digest({k: v for k, v in sighting.items() if k != "seq"})
        )
        own = {"round": rounds.FIRST, "role": acts.READER, "design": number, "design_sha256": sha256}
        append_event(connection, {**fields, **own, "place_sha256": digest}, sighting)
