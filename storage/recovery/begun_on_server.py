"""A new study whose record lies on a server from its first row: folder and record together, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, select

from scoring.errors import RamrisError
from storage.database import server_tables, study_schema
from storage.database.engine import open_file
from storage.database.server_store import ServerStore, schema_version
from storage.errors import NotCertain, NotSaved
from storage.files.layout import KIND, STUDY_FILE
from storage.files.record_url import ADDRESS_FILE, write_address
from storage.record.study_file import row_of
from storage.recovery.copied_record import check_same, copy_rows
from storage.recovery.move import refuse_filled


@contextmanager
def begun_on_server(building: Path, address: str) -> Iterator[None]:
    """Bring the record of a study that is being built to an empty database; the block gives the folder its name.

    What is done on the server counts when the block has ended: where the folder can't have its name, nothing is there.

    Args:
        building: the folder, with study.db; it has study.url in its place when the block begins.
        address: of the database.

    Raises:
        AddressRefused, StudyExists: nothing was made.
        NotSaved: the server didn't take it. The caller takes its folder away, but where it says that it isn't certain.
    """
    store = ServerStore(address)
    named = False
    try:
        refuse_filled(store)
        own = open_file(building / STUDY_FILE, KIND)
        try:
            row = row_of(own)
            with store.laying_down() as there:
                with own.reading() as here:
                    server_tables.lay_down(there)
                    copy_rows(here, there)
                    check_same(here, there, row.scheme)
                own.close()
                for name in (f"{STUDY_FILE}-journal", STUDY_FILE):
                    (building / name).unlink(missing_ok=True)
                write_address(building, address)
                yield
                named = True
        finally:
            own.close()
    except NotSaved as refusal:
        if named and _holds(store, row.token, refusal):
            return
        raise
    finally:
        store.close()


def _holds(store: ServerStore, token: str, refusal: NotSaved) -> bool:
    """Whether the record is there although its last step had no answer."""
    found: bool | None = None
    with suppress(RamrisError), store.reading() as there:
        found = _token(there) == token
    if found is None:
        raise NotCertain(
            f"Not certain to be made: the server was lost at the last step and doesn't answer now. The folder is there "
            f"with its {ADDRESS_FILE}; when the server is back, `ramris audit DIR` says whether the record is. If it "
            "isn't, delete the folder and make the study again"
        ) from refusal
    return found


def _token(there: Connection) -> str | None:
    if schema_version(there) is None:
        return None
    found: str | None = there.execute(select(study_schema.study.c.token)).scalar_one_or_none()
    return found
