"""What was read twice by one reader: pairs of complete readings, first and repeat. Reads study.db alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from scoring.intra_reader import ReadTwice
from scoring.order import keys_in_reading_order
from scoring.scheme import Scheme
from storage import journal
from storage import schema as tables
from storage.errors import StudyError, UnknownReader
from storage.rereads import FIRST_ROUND, SECOND_ROUND
from storage.study_file import open_study_file


@dataclass(frozen=True, slots=True)
class Repeats:
    """The finished repeats of one reader by subject, and how many of those `drawn` aren't finished."""

    scheme: Scheme
    reader: str
    pairs: tuple[ReadTwice, ...]
    drawn: int

    @property
    def unfinished(self) -> int:
        """How many re-reads were drawn and lack answers."""
        return self.drawn - len(self.pairs)


def finished_repeats(study: Path, reader: str | None = None) -> Repeats:
    """Every finished repeat of a reader; None is the one reader who has any. The record is verified first.

    Raises:
        RecordDamaged: the record doesn't verify.
        UnknownReader: nothing was assigned to that reader.
        StudyError: nothing was read twice, or several readers did and none was named.
    """
    store, row = open_study_file(study)
    try:
        with store.reading() as connection:
            journal.verify(connection, row.scheme)
            named = _the_reader(connection, reader)
            cases = _read_again(connection, named)
            wanted = len(keys_in_reading_order(row.scheme))
            answered = journal.answered(connection, named)
            pairs = tuple(
                ReadTwice(subject, journal.standing(connection, first), journal.standing(connection, repeat))
                for subject, first, repeat in cases
                if answered.get(first, 0) == answered.get(repeat, 0) == wanted
            )
    finally:
        store.close()
    if not cases:
        raise StudyError(
            f"No case of {named} has been read twice; `ramris reread DIR --reader {named} --n 10` draws some"
        )
    if not pairs:
        raise StudyError(
            f"No case of {named} has been read twice yet: {len(cases)} drawn, none of them finished; "
            f"agreement needs one with every site answered"
        )
    return Repeats(row.scheme, named, pairs, len(cases))


def _the_reader(connection: Connection, reader: str | None) -> str:
    known: list[str] = list(connection.execute(select(tables.reader.c.id).order_by(tables.reader.c.id)).scalars())
    if reader is not None:
        if reader not in known:
            raise UnknownReader(f"Reader {reader!a} has no worklist here; `ramris study assign` makes one")
        return reader
    again = [name for name in known if _read_again(connection, name)]
    if len(again) == 1:
        return again[0]
    if not again:
        raise StudyError("No case has been read twice; `ramris reread DIR --reader ID --n 10` draws some to be re-read")
    raise StudyError(f"{' and '.join(again)} have re-reads here; say whose agreement: --reader {again[0]}")


def _read_again(connection: Connection, reader: str) -> list[tuple[str, str, str]]:
    """(subject, first case, repeat) of every re-read that was drawn, by subject."""
    first, repeat = tables.reading_case.alias("first"), tables.reading_case.alias("repeat")
    query = (
        select(first.c.subject, first.c.code.label("first"), repeat.c.code.label("repeat"))
        .join(repeat, (repeat.c.reader == first.c.reader) & (repeat.c.subject == first.c.subject))
        .where(first.c.reader == reader, first.c.round == FIRST_ROUND, repeat.c.round == SECOND_ROUND)
        .order_by(first.c.subject)
    )
    return [(row.subject, row.first, row.repeat) for row in connection.execute(query)]
