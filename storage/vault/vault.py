"""Vault of a study: identities, dates, source files. The coordinator's side alone may import this.

No value here shows an identity in its repr, so none gets into a log or a traceback by accident.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from scoring.values import replace
from storage.database.engine import BUSY_TIMEOUT_MS, Store, check_opened, closed_on_failure, create_file, open_file
from storage.database.own_schema import check_schema
from storage.errors import NotAStudy, NotSaved, StudyError
from storage.files.atomic import write_whole
from storage.files.layout import VAULT_FILE, FileKind
from storage.record.chain import Head
from storage.record.vault_ends import VaultEnd
from storage.vault import schema as tables
from storage.vault import sealed_file, vault_backups, vault_chain, vault_passphrase, vault_secret
from storage.vault.borders_seen import Borders
from storage.vault.choices import Choices
from storage.vault.imports_told import Imports
from storage.vault.labels import EnrolmentLabels
from storage.vault.sealed_store import SealedStore
from storage.vault.vault_audit import VaultAudit, audit_vault

_KIND: Final = FileKind(VAULT_FILE, tables.APPLICATION_ID, tables.SCHEMA_VERSION, "vault")
_MENDING: Final = "`ramris study restore-vault` puts its last copy back; tell who keeps the study"


@dataclass(frozen=True, slots=True)
class Person:
    """One person. identity_key: the identity that finds the person again; attributes: DICOM keyword -> text."""

    subject: str
    identity_key: str = field(repr=False)
    attributes: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class VisitIdentity:
    """The date (as the scanner wrote it) and the original Study Instance UIDs of a visit."""

    subject: str
    number: int
    date: str = field(repr=False)
    study_uids: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SeriesIdentity:
    """What a series was before, and why it was taken for what it is.

    facts: what the protocol check compares, plain values by name; empty where an older program imported it.
    examination: the number of that which it was part of, 0 where that isn't known.
    """

    code: str
    subject: str
    visit: int
    series_uid: str = field(repr=False)
    description: str = field(repr=False)
    reasons: tuple[str, ...]
    series_time: str = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    examination: int = 0


@dataclass(frozen=True, slots=True)
class Examination:
    """One study of a scanner as it came: original UIDs, the code of the identity it came under, its day, its facts.

    day: YYYYMMDD, "" unknown. facts: plain values, see the table.
    """

    number: int
    person: str
    study_uids: tuple[str, ...] = field(repr=False)
    day: str = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a slice came from. `sha256` is that of the source file; one file may have given many slices.

    stamp: size, times and number of the file when it was read, so that an untouched one isn't read again; "" unknown.
    """

    path: str = field(repr=False)
    sop_uid: str = field(repr=False)
    series_code: str
    slice_uid: str
    sha256: str
    stamp: str = ""


class Vault:
    """The open vault.db of a study."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # where the record stood when it was last looked at: each change of the vault is bound to it
        self.record_head: Head | None = None
        store.around_writing = lambda connection: vault_chain.chained(connection, self.record_head)
        self.choices = Choices(store)
        self.borders = Borders(store)
        self.imports = Imports(store)
        self.labels = EnrolmentLabels(store)
        with store.reading() as connection:
            check_schema(connection, VAULT_FILE, tables.metadata, tables.TRIGGERS, _MENDING)
            found = connection.exec_driver_sql("SELECT value FROM secret LIMIT 2").scalars().all()
        self.secret = vault_secret.sole(found, _MENDING)

    @classmethod
    def create(cls, folder: Path) -> Vault:
        """A new vault with a new secret in that folder."""
        store = create_file(folder / VAULT_FILE, _KIND)
        store.around_writing = lambda connection: vault_chain.chained(connection, None)
        with store.writing() as connection:
            connection.execute(insert(tables.secret).values(id=1, value=vault_secret.new()))
        return cls(store)

    @classmethod
    def open(cls, folder: Path, study: str = "", *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Vault:
        """The vault of the study in that folder; asks for its passphrase where it has one.

        Args:
            folder: of the study.
            study: its token, which a sealed vault is bound to.
            busy_timeout_ms: how long to wait for another program.

        Raises:
            VaultLocked: no passphrase was given, or another one.
            StudyError: as `engine.open_file` refuses.
        """
        path = folder / VAULT_FILE
        if not path.exists():
            raise NotAStudy(
                f"{VAULT_FILE} isn't here. In a reader's copy it never is; a folder that is joined to a record gets it "
                "from the first coordinator's; where it was lost, `ramris study restore-vault DIR` puts its last copy "
                "back"
            )
        kind = replace(_KIND, keep_elsewhere=lambda _: vault_backups.keep(folder, study)) if study else _KIND
        if not sealed_file.is_sealed(path):
            with closed_on_failure(open_file(path, kind, busy_timeout_ms=busy_timeout_ms)) as store:
                return cls(store)
        image, key = sealed_file.opened(path, vault_passphrase.given(), study)
        with closed_on_failure(SealedStore(path, image, key)) as store:
            check_opened(store, kind)
            return cls(store)

    @property
    def sealed(self) -> bool:
        """Whether it is under a passphrase."""
        return isinstance(self._store, SealedStore)

    def lock(self, passphrase: str, study: str) -> None:
        """Put the vault of a study under a passphrase, in place of the one it has, if any; the vault is then closed.

        Raises:
            StudyError: the passphrase is too short.
            NotSaved: it can't be written; the vault stays as it was.
        """
        key = sealed_file.SealKey.new(passphrase, study)
        path = self._store.path
        image = self._store.image if isinstance(self._store, SealedStore) else _plain_image(path)
        was_plain = not self.sealed
        self.close()
        with _told_as_not_locked(path.name), _wiped_after(path if was_plain else None):
            sealed_file.write(path, image, key)

    def unlock(self) -> None:
        """Take the passphrase away; the vault is then closed.

        Raises:
            StudyError: there is none.
            NotSaved: it can't be written; the vault stays as it was.
        """
        if not isinstance(self._store, SealedStore):
            raise StudyError(f"{VAULT_FILE} has no passphrase; `ramris study lock-vault` gives it one")
        image, path = self._store.image, self._store.path
        self.close()
        with _told_as_not_locked(path.name):
            write_whole(path, image)

    def end(self) -> VaultEnd:
        """Where its own chain ends."""
        with self._store.reading() as connection:
            return vault_chain.end(connection)

    def audit(self, record: Connection) -> VaultAudit:
        """Hold it against its own chain, and that against the record of its study."""
        with self._store.reading() as connection:
            return audit_vault(connection, record)

    def adopt(self) -> VaultEnd:
        """Take all rows as they stand: a change that says the digest of each. Where the chain ends then.

        Raises:
            NotSaved: the disk didn't take it.
        """
        with self._store.writing() as connection:
            vault_chain.append(connection, vault_chain.digests(connection), self.record_head, whole=True)
        return self.end()

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def people(self) -> tuple[Person, ...]:
        """Everyone, by subject code."""
        rows = self._rows(tables.person, tables.person.c.subject)
        return tuple(Person(**row) for row in rows)

    def visits(self, subject: str) -> tuple[VisitIdentity, ...]:
        """The visits of a subject, by number."""
        rows = self._rows(tables.visit, tables.visit.c.number)
        return tuple(
            VisitIdentity(**(row | {"study_uids": tuple(row["study_uids"])}))
            for row in rows
            if row["subject"] == subject
        )

    def all_visits(self) -> tuple[VisitIdentity, ...]:
        """The visits of everyone, by subject and number."""
        rows = self._rows(tables.visit, tables.visit.c.subject, tables.visit.c.number)
        return tuple(VisitIdentity(**(row | {"study_uids": tuple(row["study_uids"])})) for row in rows)

    def series(self) -> tuple[SeriesIdentity, ...]:
        """Every series, by code."""
        rows = self._rows(tables.series, tables.series.c.code)
        return tuple(SeriesIdentity(**(row | {"reasons": tuple(row["reasons"])})) for row in rows)

    def examinations(self) -> tuple[Examination, ...]:
        """Every examination, by number."""
        rows = self._rows(tables.examination, tables.examination.c.number)
        return tuple(Examination(**(row | {"study_uids": tuple(row["study_uids"])})) for row in rows)

    def sources(self, subject: str | None = None) -> tuple[Source, ...]:
        """Every slice's source, or those of one subject, by path."""
        source, series = tables.source.c, tables.series.c
        query = select(tables.source).order_by(source.path, source.slice_uid)
        if subject is not None:
            query = query.where(source.series_code.in_(select(series.code).where(series.subject == subject)))
        with self._store.reading() as connection:
            return tuple(Source(**row) for row in connection.execute(query).mappings())

    def has_sop(self, sop_uid: str) -> bool:
        """Whether a slice came from an image of that SOPInstanceUID."""
        query = select(tables.source.c.slice_uid).where(tables.source.c.sop_uid == sop_uid).limit(1)
        with self._store.reading() as connection:
            return connection.execute(query).first() is not None

    def series_of_slices(self, uids: Iterable[str]) -> frozenset[str]:
        """The series that have one of these slices."""
        source = tables.source.c
        query = select(source.series_code).where(source.slice_uid.in_(list(uids))).distinct()
        with self._store.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def a_path_of_each_series(self) -> tuple[tuple[str, str], ...]:
        """(series, the first path of its files) of every series, by code."""
        source = tables.source.c
        query = select(source.series_code, func.min(source.path)).group_by(source.series_code)
        with self._store.reading() as connection:
            return tuple((row[0], row[1]) for row in connection.execute(query.order_by(source.series_code)))

    def save(
        self,
        people: Sequence[Person],
        visits: Sequence[VisitIdentity],
        series: Sequence[SeriesIdentity],
        sources: Sequence[Source],
        examinations: Sequence[Examination] = (),
    ) -> None:
        """Insert or replace all of these in one transaction.

        Raises:
            StudyError: a person is here already under another subject code.
            NotSaved: the disk didn't take it.
        """
        with self._store.writing() as connection:
            for item in people:
                _refuse_second_code(connection, item)
            _put(connection, tables.person, map(_row, people))
            _put(connection, tables.examination, map(_row, examinations))
            _put(connection, tables.visit, map(_row, visits))
            _put(connection, tables.series, map(_row, series))
            _put(connection, tables.source, map(_row, sources))

    def rearrange(
        self, subjects: Sequence[str], visits: Sequence[VisitIdentity], series: Sequence[SeriesIdentity]
    ) -> None:
        """Put these visits in place of all that the subjects had, and the series where they belong now. Once, or not.

        Raises:
            NotSaved: the disk didn't take it.
        """
        with self._store.writing() as connection:
            connection.execute(delete(tables.visit).where(tables.visit.c.subject.in_(subjects)))
            _put(connection, tables.visit, map(_row, visits))
            _put(connection, tables.series, map(_row, series))
            # what was said of unchanged trees names subjects that may be others now
            connection.execute(delete(tables.tree))

    def roots(self) -> tuple[str, ...]:
        """The folders that were imported, in the order of their first import."""
        return tuple(row["path"] for row in self._rows(tables.root, tables.root.c.position))

    def add_root(self, path: str) -> None:
        """Remember an imported folder; once is enough."""
        position = select(func.coalesce(func.max(tables.root.c.position), 0) + 1).scalar_subquery()
        with self._store.writing() as connection:
            connection.execute(insert(tables.root).values(position=position, path=path).on_conflict_do_nothing())

    def tree(self, digest: str) -> Mapping[str, Any] | None:
        """What was said of an imported tree when its listing had that digest, None when it never had."""
        query = select(tables.tree.c.report).where(tables.tree.c.digest == digest)
        with self._store.reading() as connection:
            report: Mapping[str, Any] | None = connection.execute(query).scalar_one_or_none()
            return report

    def remember_tree(self, digest: str, report: Mapping[str, Any]) -> None:
        """Keep what was said of a tree."""
        with self._store.writing() as connection:
            _put(connection, tables.tree, [{"digest": digest, "report": dict(report)}])

    def _rows(self, table: Table, *order: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - columns of any type
        with self._store.reading() as connection:
            return [dict(row) for row in connection.execute(select(table).order_by(*order)).mappings()]


def _refuse_second_code(connection: Connection, item: Person) -> None:
    query = select(tables.person.c.subject).where(tables.person.c.identity_key == item.identity_key)
    known = connection.execute(query).scalar_one_or_none()
    if known not in {None, item.subject}:
        raise StudyError(
            f"subject {item.subject}: this person is in the study already, as {known}; add the scans to {known}"
        )


def _plain_image(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        return connection.serialize()


@contextmanager
def _wiped_after(path: Path | None) -> Iterator[None]:
    """Overwrite the file that another one takes the place of: its name goes, its bytes would stay for a while."""
    if path is None:
        yield
        return
    with path.open("r+b") as old:
        yield
        old.write(bytes(os.fstat(old.fileno()).st_size))
        old.flush()
        os.fsync(old.fileno())
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


@contextmanager
def _told_as_not_locked(name: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or "it can't be read"
        refusal = NotSaved(f"Not saved: {name}: {why}. It is as it was; free some space, or make the folder writable")
    else:
        return
    raise refusal


def _row(item: Person | VisitIdentity | SeriesIdentity | Source | Examination) -> dict[str, Any]:
    # not asdict, which copies every value deeply
    return {part.name: getattr(item, part.name) for part in fields(item)}


def _put(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if not found:
        return
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    others = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), found)
