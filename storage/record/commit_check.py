"""A commit that failed at its very last step may have happened: look, and make sure of it.

The last thing that a commit does is to sync the emptied journal. When that fails SQLite reports the commit as failed,
yet the next look at the file finds it done; a power cut could still undo it. Measured with a disk that fails at each
call in turn (tests/torture).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, select

from scoring.errors import RamrisError
from scoring.readings.answers import format_answer
from scoring.readings.reading import AnswerChanged
from storage.database import study_schema as tables
from storage.database.column_types import POSTGRESQL
from storage.database.engine import Store
from storage.errors import NotSaved
from storage.record import chain


def confirmed(store: Store, there: Callable[[Connection], bool]) -> bool:
    """Whether a commit that was reported as failed is on disk after all, for good.

    Args:
        store: where it was to go.
        there: whether what it wrote can be seen.

    Returns:
        False when it isn't there: nothing was changed.

    Raises:
        NotSaved: it can be seen, but the disk doesn't confirm it.
    """
    try:
        with store.reading() as connection:
            if not there(connection):
                return False
            if connection.dialect.name == POSTGRESQL:
                # what others can see there is on its disk
                return True
    except RamrisError:
        # nothing can be read: what was reported stays the best that can be said
        return False
    try:
        with store.writing() as connection:
            # any commit behind it makes the one before durable too; this one changes nothing but a number of SQLite's
            # own, and it must change something, since an empty commit writes nothing
            count = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            connection.exec_driver_sql(f"PRAGMA user_version = {(count + 1) % 2**31}")
    except NotSaved as refusal:
        message = str(refusal).replace("Not saved:", "Not certain to be saved:").replace(" Nothing was changed.", "")
    else:
        return True
    raise NotSaved(f"{message} What is on disk now is shown.")


def answer_at(case: str, seq: int, change: AnswerChanged) -> Callable[[Connection], bool]:
    """Whether the event of that number is this change; those before it in one commit are there with it, or none."""
    event = tables.event.c
    query = select(event.seq).where(
        event.seq == seq,
        event.case == case,
        event.visit == change.key.visit,
        event.feature == change.key.feature,
        event.site == change.key.site,
        event.after == format_answer(change.after),
    )
    return lambda connection: connection.execute(query).scalar_one_or_none() is not None


def head_at(head: str) -> Callable[[Connection], bool]:
    """Whether the record stands at that head."""
    return lambda connection: chain.head(connection).hash == head
