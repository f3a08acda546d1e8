"""Record on a PostgreSQL server: one connection, transactions that are on the server's disk when they return.

Whoever writes holds the table `study` for as long as the transaction lasts, so that coordinators follow one upon
another as they do in study.db; readers of the record never wait. Each transaction that writes leaves a name of its own
behind: when the answer to a commit is lost, that name is asked for, and nobody is told wrongly. A server that hangs is
told as one within seconds.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from storage.database import record_password
from storage.database.engine import BUSY_TIMEOUT_MS, HIDES_PASSPHRASES, Store
from storage.database.faults import told_as_not_saved, told_as_unreadable
from storage.database.impatient import Unanswered, Watchful
from storage.database.server_address import address_of
from storage.database.server_tables import FIGURES, HOME, VERSION, WRITTEN
from storage.errors import NotAStudy, NotCertain, NotSaved, RecordDamaged, SchemaOlder, SchemaTooNew, StudyError
from storage.files.layout import SCHEMA_VERSION

_CONNECT: Final = {
    "connect_timeout": 3,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "application_name": "ramris",
    "client_encoding": "utf8",
    # what lies in another schema, or in a temporary one, is never taken for ours
    "options": "-c search_path=public,pg_temp -c idle_in_transaction_session_timeout=600000",
}
# a statement of ours takes milliseconds; an audit reads a million rows by one
_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = '300s'"
_SHOWN: Final = f"SET LOCAL search_path = {FIGURES}, public, pg_temp"
# READ COMMITTED: what follows the lock sees what was committed before it was given
_BEGIN: Final = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL synchronous_commit = on; "
    "SET LOCAL lock_timeout = {wait}; SET LOCAL statement_timeout = '60s'"
)
# a record that was taken back to a folder, maybe while this one waited, gives no name: NULL, which the table refuses
_HOLD: Final = (
    f"LOCK TABLE public.study IN EXCLUSIVE MODE; INSERT INTO public.{WRITTEN} VALUES ((SELECT "  # noqa: S608 - ours
    f"CASE WHEN taken_back_at_utc IS NULL THEN '{{request}}' END FROM public.{HOME}))"
)
_NULL: Final = "23502"
_HOLD_EMPTY: Final = "SELECT pg_advisory_xact_lock(1380798803)"
# how long a lost commit is asked for: a server that was killed was back after 7 to 9 s
_PATIENCE_S: Final = 30.0
_PAUSE_S: Final = 0.3
_ENCODING: Final = "UTF8"
# of the first record that lay on a server
FIRST_SCHEMA: Final = 16


class ServerStore(Store):
    """A record on a server, to be used as a `Store`."""

    def __init__(self, address: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.address = address_of(address, proven=False)
        self.patience_s = _PATIENCE_S
        # a login that has no right to the tables, but to what is shown of them
        self.shown_alone = False
        self._kept: list[str | None] = []
        super().__init__(Path(self.address.database), busy_timeout_ms=busy_timeout_ms)

    def _made_engine(self) -> Engine:
        given: dict[str, Any] = {**_CONNECT, **self.address.parameters()}
        # AUTOCOMMIT: transactions begin and end here, by one trip to the server each
        return create_engine(
            URL.create("postgresql+psycopg"),
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            creator=lambda: Watchful.connect_with(self._password(), **given),
        )

    def _password(self) -> str | None:
        """What the key store has, asked once: a lost connection is made anew within milliseconds."""
        if not self._kept:
            self._kept.append(record_password.kept(self.address))
        return self._kept[0]

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The record as it stood when the block began."""
        with self._lock, told_as_unreadable():
            connection = self._begun(f"{_READ}; {_SHOWN}" if self.shown_alone else _READ)
            connection.info[HIDES_PASSPHRASES] = self.shown_alone
            try:
                yield connection
            except BaseException:
                self._undone()
                raise
            self._undone()

    @contextmanager
    def writing(self, kept: str = "Nothing was changed.", wait_ms: int | None = None) -> Iterator[Connection]:
        """One transaction that is on the server's disk when the block has ended, or hasn't happened.

        Raises:
            NotSaved: lost, full or busy server. "Not certain to be saved" where it doesn't answer any more.
        """
        request = uuid4().hex
        wait = self._busy_timeout_ms if wait_ms is None else wait_ms
        # 0 would be to wait for ever
        begin = f"{_BEGIN.format(wait=max(1, wait))}; {_HOLD.format(request=request)}"
        with self._lock, self._transaction(begin, kept, request) as connection, self.around_writing(connection):
            yield connection

    @contextmanager
    def laying_down(self) -> Iterator[Connection]:
        """The transaction in which tables are made, in a database that holds none."""
        begin = f"{_BEGIN.format(wait=self._busy_timeout_ms)}; {_HOLD_EMPTY}"
        with self._lock, self._transaction(begin, "Nothing was made.", "") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, kept: str, request: str) -> Iterator[Connection]:
        with told_as_not_saved(kept):
            connection = self._held(begin)
            try:
                yield connection
            except BaseException:
                self._undone()
                raise
            lost: DBAPIError | None = None
            try:
                connection.exec_driver_sql("COMMIT")
                connection.commit()
            except DBAPIError as error:
                self._drop()
                if not (request and error.connection_invalidated):
                    raise
                lost = error
        if lost is not None and isinstance(lost.orig, Unanswered):
            # who would be asked whether it happened is who doesn't answer
            raise self._not_certain(kept)
        if lost is not None and not self._happened(request, kept):
            with told_as_not_saved(kept):
                raise lost

    def _held(self, begin: str) -> Connection:
        try:
            return self._begun(begin)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _NULL:
                raise
        # outside: the driver's own error tells of statements
        raise NotSaved(
            "Not saved: the record was taken back from the server to a folder meanwhile; nothing was changed. Work in "
            "that folder"
        )

    def _happened(self, request: str, kept: str) -> bool:
        """Whether a commit whose answer was lost has happened.

        Asked for with the lock in hand: a server may still be at work on it, and then the lock isn't given before.

        Raises:
            NotSaved: nobody answers; says that it isn't certain.
        """
        end = time.monotonic() + self.patience_s
        query = f"LOCK TABLE public.study IN EXCLUSIVE MODE; SELECT 1 FROM public.{WRITTEN} WHERE request = '{request}'"  # noqa: S608 - ours
        while True:
            try:
                connection = self._begun(_BEGIN.format(wait=1000))
                connection.exec_driver_sql(query.partition("; ")[0])
                found = connection.exec_driver_sql(query.partition("; ")[2]).first()
            except DBAPIError:
                self._drop()
                if time.monotonic() > end:
                    break
                time.sleep(_PAUSE_S)
            else:
                self._undone()
                return found is not None
        raise self._not_certain(kept)

    @staticmethod
    def _not_certain(kept: str) -> NotCertain:
        remains = kept.replace("Nothing was changed.", "").strip()
        return NotCertain(
            "Not certain to be saved: the server was lost at the last step and doesn't answer now. "
            f"{remains} When it is back, look at what is there before you do it again.".replace("  ", " ")
        )

    def _begun(self, begin: str) -> Connection:
        """A connection in a transaction; one that was lost since its last use is made anew, as nothing was done yet."""
        fresh = self._connection is None
        while True:
            try:
                if self._connection is None:
                    self._connection = self._engine.connect()
                self._connection.begin()
                # all of it by one trip to the server, which takes several statements where nothing is to be filled in
                self._connection.exec_driver_sql(begin, execution_options={"no_parameters": True})
            except DBAPIError as error:
                self._drop()
                if fresh or not error.connection_invalidated or isinstance(error.orig, Unanswered):
                    raise
                fresh = True
            else:
                return self._connection

    def _undone(self) -> None:
        """Give up what was done in the transaction, and keep the connection where it is still there."""
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except DBAPIError:
            self._drop()

    def _drop(self) -> None:
        with suppress(DBAPIError):
            super()._drop()
        self._connection = None


def open_record(address: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> ServerStore:
    """The record at an address, at this program's schema.

    Raises:
        StudyError: the address isn't one, or proves nothing.
        NotAStudy: the server can't be reached, or holds no record there.
        SchemaTooNew, RecordDamaged: as of study.db.
    """
    store = ServerStore(address, busy_timeout_ms=busy_timeout_ms)
    try:
        with store.reading() as connection:
            check_encoding(connection)
            version = schema_version(connection)
            if version is not None:
                store.shown_alone = _sees_what_is_shown(connection)
    except BaseException:
        store.close()
        raise
    refusal: StudyError | None = None
    if version is None:
        refusal = NotAStudy(
            "The database that study.url names holds no record of a study; `ramris study move DIR ADDRESS` brings one "
            "there"
        )
    elif version > SCHEMA_VERSION:
        refusal = SchemaTooNew(
            f"The record on the server has schema {version}, this program knows up to {SCHEMA_VERSION}: open "
            "it with a newer ramris"
        )
    elif version < SCHEMA_VERSION:
        refusal = older(version)
    if refusal is not None:
        store.close()
        raise refusal
    return store


def _sees_what_is_shown(connection: Connection) -> bool:
    """Whether this login is a statistician's, for whom the study is locked.

    Raises:
        NotAStudy: it is one, and the study isn't locked.
    """
    if connection.exec_driver_sql("SELECT has_table_privilege('public.study', 'SELECT')").scalar_one():
        return False
    shown = connection.exec_driver_sql(f"SELECT count(*) FROM {FIGURES}.study").scalar_one()  # noqa: S608 - our own name
    if not shown:
        raise NotAStudy("The study isn't locked: this login sees it from its lock on (`ramris study lock DIR`)")
    return True


def older(version: int) -> StudyError:
    """What is said of a record whose schema isn't this program's yet; 0 is one that says none."""
    if version < FIRST_SCHEMA:
        return RecordDamaged(f"The record on the server says that it has schema {version}; none was made")
    return SchemaOlder(
        f"The record on the server has schema {version}, this program writes {SCHEMA_VERSION}: `ramris study "
        "upgrade DIR` brings it there, once for all coordinators, who need this version then"
    )


def check_encoding(connection: Connection) -> None:
    """Refuse a database that can't hold every text.

    Raises:
        StudyError: its encoding isn't UTF-8.
    """
    found = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if found != _ENCODING:
        raise StudyError(f"The database has the encoding {found}; make it with ENCODING '{_ENCODING}'")


def schema_version(connection: Connection) -> int | None:
    """Of the record in a database; None where it holds no tables of ours, 0 where it doesn't say."""
    if connection.exec_driver_sql(f"SELECT to_regclass('public.{VERSION}')").scalar_one() is None:
        return None
    found = connection.exec_driver_sql(f"SELECT version_num FROM public.{VERSION}").scalars().all()  # noqa: S608 - ours
    return int(found[0]) if len(found) == 1 and str(found[0]).isdigit() else 0
