"""Taking back: unread cases leave a worklist, with a reason, and can be given back. What was begun stays."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, func, select

from scoring.design.enrolments import Enrolment, key_of
from scoring.design.read_design import ReadDesign
from scoring.design.reading_units import Part
from scoring.readings import rounds
from scoring.values import replace
from storage.audit import reader_copies
from storage.database import study_schema as tables
from storage.errors import StudyError, UnknownCase
from storage.record import case_status, designs, exclusions, study_lock, taken_cases
from storage.record.case_visits import key_of_case
from storage.record.taken_cases import ROLES
from storage.shown_visits import decoded

# what a reader leaves at a case besides answers, and what stays with it
_WORK: Final = ("noted", "key_image", "signed")


class NothingUnread(StudyError):
    """Nothing of a reader is left that could be taken back; `begun` cases stay."""

    def __init__(self, name: str, begun: int) -> None:
        super().__init__(f"{name} has no unread case: what was begun stays with its reader. Nothing was taken back")
        self.name, self.begun = name, begun


class Which(Struct, frozen=True):
    """Of which cases: by their codes, or all of some subjects; neither is all that isn't begun."""

    cases: frozenset[str] | None = None
    subjects: frozenset[str] | None = None

    @property
    def named(self) -> bool:
        """Whether some were named."""
        return self.cases is not None or self.subjects is not None


ALL_UNREAD: Final = Which()


class TakenBack(Struct, frozen=True):
    """What was done: codes that left the worklist or came back to it, in its order, and their subjects, sorted.

    begun: how many cases of the reader stay, since they were begun. in_copies: those that a copy holds which was handed
    over; None where a copy of an older program may hold any.
    """

    reader: str
    cases: tuple[str, ...]
    subjects: tuple[str, ...]
    begun: int = 0
    in_copies: tuple[str, ...] | None = ()


class _Case(Struct, frozen=True):
    code: str
    subject: str
    enrolment: int
    round: int

    @property
    def key(self) -> str:
        """The name of the enrolment."""
        return key_of(self.subject, self.enrolment)


def take_back(connection: Connection, reader: str, which: Which, why: str) -> TakenBack:
    """Take unread cases off a reader's worklist, all that are meant or none.

    A hidden repeat goes with its first reading; where the repeat is begun, the first reading stays.

    Raises:
        UnknownReader, UnknownCase: nobody, or nothing on the worklist, of that name.
        StudyError: no reason, a case that was named was begun, or nothing is left to be taken back.
    """
    reason = study_lock.checked_reason(why, needed=True)
    reader = designs.known(connection, reader)
    name = designs.called(connection).get(reader, reader)
    gone = exclusions.closed(connection)
    mine = {case.code: case for case in _cases(connection, reader) if case.code not in gone}
    begun = _begun(connection, mine)
    closed = begun | _firsts_of(mine, begun)
    meant = _meant(name, mine, which)
    stays = sorted(meant & closed)
    if which.named and stays:
        raise StudyError(_told_of_begun(stays, begun))
    taken = (meant - closed) | (_repeats_of(mine, meant - closed) - closed)
    if not taken:
        raise NothingUnread(name, len(begun))
    codes = [code for code in mine if code in taken]
    design = designs.current(connection).design
    taken_cases.take(connection, reader, codes, reason, {name: list(getattr(design, name)) for name in ROLES})
    if len(taken) == len(mine):
        _leaves(connection, reader, reason)
    return TakenBack(name, tuple(codes), _subjects(mine, taken), len(begun), _in_copies(connection, reader, taken))


def give_back(connection: Connection, reader: str, which: Which, why: str) -> TakenBack:
    """Undo: cases are on the worklist again, where they were; what isn't named is all that was taken back last.

    Raises:
        UnknownReader, UnknownCase: nobody, or nothing that was taken back, of that name.
        StudyError: no reason, nothing to give back, or a subject is excluded.
    """
    reason = study_lock.checked_reason(why, needed=True)
    reader = designs.known(connection, reader)
    name = designs.called(connection).get(reader, reader)
    taken = taken_cases.standing(connection)
    out = {case.code: case for case in _cases(connection, reader) if case.code in taken}
    last = max((taken[code].seq for code in out), default=0)
    chosen = _meant(name, out, which) if which.named else {code for code in out if taken[code].seq == last}
    if not chosen:
        raise StudyError(f"Nothing that was taken back from {name} is still away; nothing was changed")
    excluded = sorted({out[code].subject for code in chosen} & {one.subject for one in _whole(connection)})
    if excluded:
        raise StudyError(
            f"{excluded[0]} is excluded, so its cases are given to nobody. "
            f"Undo that first: ramris study remove DIR {excluded[0]} --undo --why TEXT"
        )
    codes = [code for code in out if code in chosen]
    taken_cases.give_back(connection, reader, codes, reason)
    _comes(connection, reader, taken[codes[0]].said["roles"], reason)
    return TakenBack(name, tuple(codes), _subjects(out, chosen))


def outgrown(connection: Connection, reader: str, enrolments: Mapping[str, Sequence[Enrolment]]) -> None:
    """Take unread cases of a lone visit off the worklist where the other visit of the enrolment came since.

    What was begun stays, and so does what a copy holds: there nobody can say whether it is read.
    """
    visits = {key_of(subject, item.number): item.visits for subject, found in enrolments.items() for item in found}
    case, gone = tables.reading_case.c, exclusions.closed(connection)
    columns = case.code, case.subject, case.enrolment, case.round, case.visits
    query = select(*columns).where(case.reader == reader, case.round.in_((rounds.FIRST, rounds.DRIFT)))
    rows = [(key_of_case(row), row) for row in connection.execute(query.order_by(case.position))]
    here = [(key, row) for key, row in rows if row.code not in gone]
    grown = {key for key, row in here if set(decoded(row.visits)) < set(visits.get(key, ()))}
    if not grown:
        return
    begun = _begun(connection, [row.code for _, row in here])
    copies = _in_copies(connection, reader, [row.code for _, row in here])
    stays = {key for key, row in here if row.code in begun or copies is None or row.code in copies}
    codes = [row.code for key, row in here if key in grown - stays]
    if codes:
        design = designs.current(connection).design
        roles = {name: list(getattr(design, name)) for name in ROLES}
        taken_cases.take(connection, reader, codes, "the other visit came, and both are given", roles)


def again(connection: Connection, reader: str, parts: Collection[Part], round_: int, why: str) -> frozenset[str]:
    """Give back what was taken of what is given to the reader anew, where the case shows the same visits.

    A first reading brings its hidden repeat. Returns the enrolments.
    """
    wanted = {(key_of(part.subject, part.enrolment), part.visits) for part in parts}
    taken = taken_cases.standing(connection)
    case = tables.reading_case.c
    columns = case.code, case.subject, case.enrolment, case.round, case.visits
    query = select(*columns).where(case.reader == reader).order_by(case.position)
    rows = [(key_of_case(row), row) for row in connection.execute(query) if row.code in taken]
    mine = [(key, row) for key, row in rows if (key, decoded(row.visits)) in wanted]
    back = {key for key, row in mine if row.round == round_}
    with_it = {round_, rounds.DRIFT} if round_ == rounds.FIRST else {round_}
    codes = [row.code for key, row in mine if key in back and row.round in with_it]
    if codes:
        taken_cases.give_back(connection, reader, codes, why)
        _comes(connection, reader, taken[codes[0]].said["roles"], why)
    return frozenset(back)


def _cases(connection: Connection, reader: str) -> list[_Case]:
    case = tables.reading_case.c
    columns = case.code, case.subject, func.coalesce(case.enrolment, 1), case.round
    query = select(*columns).where(case.reader == reader).order_by(case.position)
    return [_Case(*row) for row in connection.execute(query)]


def _begun(connection: Connection, mine: Collection[str]) -> set[str]:
    """Cases at which the reader has done something that must stay, and those that wait for an answer."""
    event, act = tables.event.c, tables.act.c
    answered = select(event.case).where(event.case.in_(mine)).distinct()
    worked = select(act.case).where(act.case.in_(mine), act.kind.in_(_WORK)).distinct()
    parked = {code for code, state in case_status.of_all(connection).items() if state.status == case_status.PARKED}
    return {*connection.execute(answered).scalars(), *map(str, connection.execute(worked).scalars())} | (
        parked & set(mine)
    )


def _firsts_of(mine: Mapping[str, _Case], begun: Collection[str]) -> set[str]:
    """First readings whose hidden repeat was begun: without its first reading a repeat is none."""
    enrolments = {mine[code].key for code in begun if mine[code].round == rounds.DRIFT}
    return {code for code, case in mine.items() if case.round == rounds.FIRST and case.key in enrolments}


def _repeats_of(mine: Mapping[str, _Case], taken: Collection[str]) -> set[str]:
    enrolments = {mine[code].key for code in taken if mine[code].round == rounds.FIRST}
    return {code for code, case in mine.items() if case.round == rounds.DRIFT and case.key in enrolments}


def _meant(name: str, mine: Mapping[str, _Case], which: Which) -> set[str]:
    there = {case.subject for case in mine.values()}
    for unknown in (
        sorted((which.cases or frozenset()) - mine.keys()),
        sorted((which.subjects or frozenset()) - there),
    ):
        if unknown:
            more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
            raise UnknownCase(f"{unknown[0]!a}{more} isn't among the cases of {name} in question; nothing was changed")
    if which.cases is not None:
        return set(which.cases)
    return {code for code, case in mine.items() if which.subjects is None or case.subject in which.subjects}


def _told_of_begun(stays: Collection[str], begun: Collection[str]) -> str:
    code, *others = sorted(stays)
    more = f" (and {len(others)} more)" if others else ""
    was = "was begun or is parked" if code in begun else "has a hidden repeat that was begun"
    return f"Case {code}{more} {was}, and stays with its reader. Nothing was taken back; name others"


def _subjects(mine: Mapping[str, _Case], codes: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({mine[code].subject for code in codes}))


def _in_copies(connection: Connection, reader: str, taken: Collection[str]) -> tuple[str, ...] | None:
    mine = [edition for edition in reader_copies.editions(connection) if edition.reader == reader]
    if any(not edition.shown for edition in mine):
        return None
    return tuple(sorted({code for edition in mine for code in edition.shown} & set(taken)))


def _whole(connection: Connection) -> list[exclusions.Exclusion]:
    return [item for item in exclusions.standing(connection) if item.whole]


def _leaves(connection: Connection, reader: str, why: str) -> None:
    """Whoever has no case is none of the design's readers, so that a wrong id isn't the primary reader for ever."""
    design = designs.current(connection).design
    names = {name: tuple(other for other in getattr(design, name) if other != reader) for name in ROLES}
    _lay_down(connection, design, names, why)


def _comes(connection: Connection, reader: str, before: Mapping[str, list[str]], why: str) -> None:
    """Whoever has cases again stands among the design's readers, where they stood before."""
    design = designs.current(connection).design
    if reader in design.readers:
        return
    names = {}
    for name in ROLES:
        now = getattr(design, name)
        held = tuple(other for other in before[name] if other in now or other == reader)
        names[name] = (*held, *(other for other in now if other not in held))
    if reader not in names["readers"]:
        names["readers"] = (*names["readers"], reader)
    _lay_down(connection, design, names, why)


def _lay_down(connection: Connection, design: ReadDesign, names: Mapping[str, tuple[str, ...]], why: str) -> None:
    after = replace(design, readers=names["readers"], primary=names["primary"], inter=names["inter"])
    if after != design:
        designs.lay_down(connection, after, why)
