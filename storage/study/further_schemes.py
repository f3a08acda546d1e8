"""Keeping of a study's further schemes: one more, one less, and who reads by it. Inside the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from scoring.design.further_schemes import FurtherScheme
from scoring.design.read_design import ReadDesign
from scoring.design.secret_seed import SecretSeed
from scoring.schemes.folder import SchemeFolder
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from scoring.values import replace
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import designs
from storage.record.study_lock import checked_reason


def add(connection: Connection, folder: SchemeFolder, why: str, *, without_images: bool = False) -> Scheme:
    """Take a scheme into the study, as one text; nobody reads by it yet.

    without_images: its readers look at the images in another viewer, and every visit takes grades.

    Raises:
        TomlRefused: its scheme.toml doesn't say what it must.
        StudyError: the study has one of that name, or no reason was given.
    """
    text = folder.packed()
    scheme = load_scheme(text, folder.name)
    design = designs.current(connection).design
    have = (design.scheme_id, *(one.id for one in design.further))
    if scheme.id in have:
        raise StudyError(
            f"scheme {scheme.id!a}: this study has one of that name ({', '.join(have)}); give another one its own id, "
            "in scheme.toml and as the name of its folder"
        )
    reason = checked_reason(why, needed=True)
    connection.execute(insert(tables.further_scheme).values(id=scheme.id, toml=text, sha256=scheme.sha256))
    said = FurtherScheme(scheme.id, scheme.version, scheme.sha256, without_images)
    designs.lay_down(connection, replace(design, further=(*design.further, said)), reason)
    return scheme


def remove(connection: Connection, scheme_id: str, why: str) -> None:
    """Take that back while nobody was given a case of it; StudyError else, or without a reason."""
    design = designs.current(connection).design
    said = _further(design, scheme_id)
    if said is None:
        have = ", ".join(one.id for one in design.further) or "none"
        raise StudyError(f"scheme {scheme_id!a} was not added to this study (added: {have}); nothing was changed")
    if said.readers:
        raise StudyError(
            f"scheme {scheme_id}: {', '.join(said.readers)} got cases of it, so it stays. Take the cases back: "
            f"ramris study take-back DIR --reader {said.readers[0]} --why TEXT"
        )
    reason = checked_reason(why, needed=True)
    left = tuple(one for one in design.further if one != said)
    designs.lay_down(connection, replace(design, further=left), reason)
    connection.execute(delete(tables.further_scheme).where(tables.further_scheme.c.id == scheme_id))


def read_by(connection: Connection, reader: str, scheme_id: str | None) -> None:
    """Lay down by which scheme a reader reads, before the first case; None is as it stands, else the study's own.

    Raises:
        StudyError: no such scheme here, or the reader has cases of another one.
    """
    design = designs.current(connection).design
    if scheme_id is None:
        return
    held, wanted = design.further_of(reader), _further(design, scheme_id)
    if wanted is None and scheme_id != design.scheme_id:
        have = ", ".join((design.scheme_id, *(one.id for one in design.further)))
        raise StudyError(
            f"scheme {scheme_id!a}: this study has {have}; `ramris study scheme add` brings another one in"
        )
    if held == wanted:
        return
    case = tables.reading_case.c
    if connection.execute(select(case.code).where(case.reader == reader).limit(1)).first() is not None:
        now = design.scheme_id if held is None else held.id
        raise StudyError(
            f"{reader} has a worklist of {now}, and a worklist has one scheme: give the one of {scheme_id} a reader id "
            f"of its own, such as {reader}-2"
        )
    further = tuple(_with(one, reader, yes=one == wanted) for one in design.further)
    designs.lay_down(connection, replace(design, further=further), f"{reader} reads by {scheme_id}")


def read_by_as(connection: Connection, reader: str, other: str) -> None:
    """The scheme of another reader, by id, for this one; StudyError as `read_by`."""
    design = designs.current(connection).design
    theirs = design.further_of(other)
    read_by(connection, reader, design.scheme_id if theirs is None else theirs.id)


def seed_for(connection: Connection, reader: str, seed: SecretSeed) -> SecretSeed:
    """The seed of a draw for a reader; what it draws for another scheme tells nothing of it."""
    further = designs.current(connection).design.further_of(reader)
    return seed if further is None else seed.of_scheme(further.id)


def _further(design: ReadDesign, scheme_id: str) -> FurtherScheme | None:
    return next((one for one in design.further if one.id == scheme_id), None)


def _with(one: FurtherScheme, reader: str, *, yes: bool) -> FurtherScheme:
    others = tuple(name for name in one.readers if name != reader)
    return replace(one, readers=(*others, reader) if yes else others)
