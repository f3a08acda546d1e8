"""Allotting: which subjects a reader gets, of those that there are. What was drawn is on the record, and drawn once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.design.allotment import Overlap, Share, divided, drawn_overlap
from scoring.design.secret_seed import SecretSeed
from scoring.readings import rounds
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.index import index_tables
from storage.record import acts, designs, exclusions

ALLOTTED: Final = "allotted"


class Wish(Struct, frozen=True):
    """Which subjects a reader is to get; nothing said is every subject.

    among: only those, None is all. share: the part of them by lot. overlap: so many of what others read, by lot.
    """

    among: frozenset[str] | None = None
    share: Share | None = None
    overlap: Overlap | None = None


ALL: Final = Wish()


class Allotted(Struct, frozen=True):
    """What a reader gets by a wish, without what the reader has: `subjects`.

    held_back: those that would be given if nothing held them. shared: how many subjects the reader will have in common
    with others, of so many that the `others` have; both are of those that the wish is about. in_part: for a share, the
    part of each of these; `new_parts` are those that were divided now.
    """

    subjects: frozenset[str]
    held_back: frozenset[str]
    shared: int
    others: int
    in_part: dict[str, int]
    new_parts: dict[str, int]


def units(connection: Connection) -> tuple[str, ...]:
    """All that can be given to a reader, sorted: the one list that every selection is made from."""
    gone = {item.subject for item in exclusions.standing(connection) if item.whole}
    return tuple(code for code in index_tables.subject_codes(connection) if code not in gone)


def allot(
    connection: Connection,
    reader: str,
    wish: Wish,
    seed: SecretSeed,
    hold: Collection[str] = frozenset(),
    *,
    unfinished: frozenset[str] = frozenset(),
) -> Allotted:
    """What the reader gets; nothing is written.

    Args:
        connection: reading is enough.
        reader: who needn't be known yet.
        wish: what is asked for.
        seed: of what is drawn.
        hold: subjects that aren't given now. They have their part of a share all the same, and get none of an overlap.
        unfinished: subjects of whom the reader lacks an enrolment. Who has a person gets all that the person has.

    Raises:
        StudyError: a subject that isn't in the study, or an overlap that is more than there is.
    """
    everybody = frozenset(units(connection))
    _check_known(wish, everybody)
    pool = everybody if wish.among is None else wish.among
    mine, others = _given(connection, reader)
    others &= pool
    in_part, new_parts = _parts_of(connection, wish.share, pool, seed)
    if wish.share is None:
        wanted = pool if wish.overlap is None else frozenset[str]()
    else:
        wanted = frozenset(subject for subject, part in in_part.items() if part == wish.share.part)
    own = (wanted - mine) | (mine & unfinished & pool)
    shared = (mine | (own - frozenset(hold))) & others
    more = _overlap(wish, others, shared, others - mine - own - frozenset(hold), seed)
    given = own - frozenset(hold)
    return Allotted(given | more, own & frozenset(hold), len(shared | more), len(others), in_part, new_parts)


def note(connection: Connection, reader: str, wish: Wish, seed: SecretSeed, found: Allotted) -> None:
    """Put on the record what was asked for and what came of it, if it was more than all and came to anything."""
    if wish == ALL or not (found.subjects or found.new_parts):
        return
    said = {
        "seed": seed.seed,
        "named": None if wish.among is None else len(wish.among),
        "share": None if wish.share is None else [wish.share.part, wish.share.of],
        "overlap": None if wish.overlap is None else str(wish.overlap),
        "parts": found.new_parts,
        "subjects": sorted(found.subjects),
    }
    acts.append(connection, acts.Deed(ALLOTTED, acts.COORDINATOR, said, reader=reader))


def _check_known(wish: Wish, everybody: frozenset[str]) -> None:
    unknown = sorted((wish.among or frozenset()) - everybody)
    if unknown:
        codes = sorted(everybody)
        there = f"its codes are {codes[0]} to {codes[-1]}" if codes else "it has none yet"
        raise StudyError(
            f"{unknown[0]!a} is no subject of this study, or is excluded: {there}; `ramris study check` lists them"
        )


def _given(connection: Connection, reader: str) -> tuple[frozenset[str], frozenset[str]]:
    """The subjects of the reader's first readings, and of everybody else's by the same scheme."""
    case = tables.reading_case.c
    closed = list(exclusions.closed(connection))
    query = select(case.subject, case.reader).where(case.round == rounds.FIRST, case.code.not_in(closed))
    rows = connection.execute(query).all()
    mine = frozenset(row.subject for row in rows if row.reader == reader)
    # readings by another scheme have nothing to be compared with
    design = designs.current(connection).design
    scheme = design.further_of(reader)
    others = (row for row in rows if row.reader != reader and design.further_of(row.reader) == scheme)
    return mine, frozenset(row.subject for row in others)


def _parts(connection: Connection, of: int) -> dict[str, int]:
    """The part of each subject in every division into so many."""
    found: dict[str, int] = {}
    for act in acts.of_kind(connection, ALLOTTED):
        said = act.said
        if said["share"] is not None and said["share"][1] == of:
            found |= said["parts"]
    return found


def _parts_of(
    connection: Connection, share: Share | None, pool: frozenset[str], seed: SecretSeed
) -> tuple[dict[str, int], dict[str, int]]:
    """The part of each subject of the pool, and those of them that weren't divided before."""
    if share is None:
        return {}, {}
    held = {subject: part for subject, part in _parts(connection, share.of).items() if subject in pool}
    new = divided(pool, share.of, held, seed)
    return held | new, new


def _overlap(
    wish: Wish, others: frozenset[str], shared: frozenset[str], left: frozenset[str], seed: SecretSeed
) -> frozenset[str]:
    """By lot, until the reader has as many in common with others as was asked for."""
    if wish.overlap is None:
        return frozenset()
    if not others:
        raise StudyError(
            f"overlap {wish.overlap}: no other reader has any of these subjects yet; "
            "assign them to the other reader first"
        )
    missing = wish.overlap.of(len(others)) - len(shared)
    if missing > len(left):
        most = len(shared) + len(left)
        raise StudyError(
            f"overlap {wish.overlap}: of the {len(others)} subjects that others have, {most} can be given at most"
        )
    return frozenset(drawn_overlap(left, max(missing, 0), seed))
