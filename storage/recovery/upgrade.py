"""A record on a server brought to this program's schema: in one transaction, verified, the same head, or not at all.

A study.db is upgraded when it is opened. On a server others work with it too, and an older program is shut out from
then on: so there somebody decides it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from storage.audit import verification
from storage.database.server_store import FIRST_SCHEMA, ServerStore, older, schema_version
from storage.errors import NotAStudy, RecordDamaged, SchemaTooNew
from storage.files.layout import SCHEMA_VERSION, STUDY_FILE
from storage.files.record_url import written_address
from storage.files.watched import UNWATCHED, Watched
from storage.migrations import HERE, upgrade
from storage.record import chain
from storage.record.study_file import open_study_file, row_in


class Upgraded(Struct, frozen=True):
    """From which schema to which; the same where there was nothing to do."""

    before: int
    after: int
    head: str


KEPT: Final = "The record is as it was"


def upgrade_record(study: Path, watched: Watched = UNWATCHED) -> Upgraded:
    """Bring the record of a folder to this program's schema, wherever it lies.

    Raises:
        NotAStudy, SchemaTooNew, RecordDamaged, NotSaved, Stopped: the record is as it was.
    """
    address = written_address(study)
    if address is not None:
        store = ServerStore(address)
        try:
            return brought_on(store, watched=watched)
        finally:
            store.close()
    own, _ = open_study_file(study)
    try:
        with own.reading() as connection:
            return Upgraded(SCHEMA_VERSION, SCHEMA_VERSION, chain.head(connection).hash)
    finally:
        own.close()


def verified(connection: Connection, watched: Watched = UNWATCHED) -> None:
    """Refuse a record that isn't whole, or whose tables and guards aren't this program's."""
    head = chain.head(connection)
    each = watched.each(head.events + head.acts, "verifying the record,")
    verification.verify(connection, row_in(connection, STUDY_FILE).scheme, each=each)


def brought_on(
    store: ServerStore,
    wanted: int = SCHEMA_VERSION,
    check: Callable[[Connection, Watched], None] = verified,
    ladders: Path = HERE,
    watched: Watched = UNWATCHED,
) -> Upgraded:
    """Climb from the schema that the record has to the one that is wanted; refuses as `upgrade_record` does.

    Args:
        store: of the record.
        wanted: the number to reach.
        check: refuses what came of it.
        ladders: the folder of the steps.
        watched: told how far it is, and asked to stop until the record is verified.
    """
    watched.at(0, 0, "asking the server")
    with store.reading() as connection:
        before = schema_version(connection)
    if before is None:
        raise NotAStudy(f"{store.address.told} holds no record of a study")
    if before > wanted:
        raise SchemaTooNew(f"The record on the server has schema {before}, this program knows up to {wanted}")
    if before < FIRST_SCHEMA:
        raise older(before)
    with store.writing("The record stays as it was.") as connection:
        # nobody writes from here on: one of two who came at once finds it done
        before = schema_version(connection) or 0
        head = chain.head(connection)
        if before < wanted:
            watched.at(0, 0, "climbing to the new schema")
            upgrade(connection, "server", f"{wanted:04}", ladders)
            check(connection, watched)
            if chain.head(connection) != head:
                raise RecordDamaged("Not upgraded: the record had another head then; nothing was changed")
            watched.at(0, 0, "closing the record behind it")
    return Upgraded(before, wanted, head.hash)
