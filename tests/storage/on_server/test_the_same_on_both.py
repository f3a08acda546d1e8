"""The same rows give the same hashes, digests, order and refusals in study.db and on a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from scoring.values import replace
from storage.database import server_tables
from storage.database import study_schema as tables
from storage.database.engine import Store, create_file
from storage.database.server_store import ServerStore
from storage.files.layout import KIND
from storage.index import index_tables
from storage.record import chain
from storage.records import SubjectRecord, VisitRecord
from tests.builders.studies import a_stack

if TYPE_CHECKING:
    from storage.records import SeriesRecord

# by hand: printf 'ramris record of study %s' | sha256sum, and so on (docs/record.md)
TOKEN = "0123456789abcdef"  # noqa: S105 - of a study, as each has one
HEAD = "89a1294c030ffb09a531866ea0b2f9f93f4d8c522d706b8593ae81cc930dc909"
# of study.db before a record could lie on a server: an audit of a study that exists holds its index against this
DIGEST = "91caabdb3f7c7f4c380a66d1e38f6d0c6f55f5362ef5c3faaca100abe3fd94b4"
# as code points sort, which is how Python and SQLite do
CODES = ["S-2", "S1", "S10", "SA", "S_1", "Z", "a", "s1", "Ä"]


@pytest.fixture(params=["study.db", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty record in each."""
    if request.param == "study.db":
        made = create_file(tmp_path / "study.db", KIND)
    else:
        made = ServerStore(request.getfixturevalue("address"))
        with made.laying_down() as connection:
            server_tables.lay_down(connection)
    with made.writing() as connection:
        for values in (
            insert(tables.study).values(
                id=1,
                token=TOKEN,
                chronology="known",
                scheme_id="x",
                scheme_toml="",
                scheme_sha256="",
                created_at_utc="",
            ),
            insert(tables.reader).values(id="ES"),
            insert(tables.subject).values(code="S001"),
            insert(tables.draw).values(id=1, reader="ES", round=1, seed=2**62, at_utc=""),
            insert(tables.reading_case).values(code="AAAAA", reader="ES", subject="S001", round=1, position=1, draw=1),
        ):
            connection.execute(values)
    yield made
    made.close()


def odd(stack: SeriesRecord) -> SeriesRecord:
    """With what two databases could hold in two ways: no sign of zero, 33 bits, yes and no, many digits."""
    return replace(
        stack,
        orientation=(1.0, -0.0, 1e-17, 0.1 + 0.2, 1 / 3, 0.0),
        minimum=-(2**31),
        maximum=2**32 - 1,
        inverted=True,
        window_low=-0.0,
        window_high=4294967295.0,
    )


def test_an_index_has_one_digest(store: Store) -> None:
    subject = SubjectRecord("S001", (VisitRecord(1, (odd(a_stack("A")),)), VisitRecord(2, (a_stack("B"),))))

    with store.writing() as connection:
        index_tables.replace(connection, subject)
    with store.reading() as connection:
        assert index_tables.digest(connection, "S001") == DIGEST
        found = index_tables.visits_of(connection, "S001")

    assert found == subject.visits


def an_event(seq: int, previous: str) -> dict[str, object]:
    """A row of the record with its hash."""
    row: dict[str, object] = {
        "seq": seq,
        "at_utc": "2026-05-01T10:00:00.000Z",
        "reader": "ES",
        "case": "AAAAA",
        "visit": 1,
        "feature": "ERO",
        "site": "CAP",
        "before": "",
        "after": "3",
        "source": "enter",
        "scheme_sha256": "0" * 64,
        "previous_hash": previous,
        "role": "reader",
    }
    return row | {"hash": chain.seal(row)}


def test_a_chain_has_one_head(store: Store) -> None:
    first = an_event(1, chain.first_hash(TOKEN, "event"))

    with store.writing() as connection:
        connection.execute(insert(tables.event), first)
        chain.check_stands(connection, tables.event, first)
    with store.reading() as connection:
        head = chain.head(connection)

    assert head == chain.Head(1, 0, HEAD)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET after = '9'",
        "DELETE FROM event",
        "UPDATE reading_case SET subject = 'S002'",
        "DELETE FROM reading_case",
        "INSERT INTO subject VALUES ('S001')",
        "INSERT INTO reader (id) VALUES (NULL)",
        "INSERT INTO case_progress VALUES ('ZZZZZ', 0, NULL)",
        "UPDATE study SET id = 2",
    ],
)
def test_what_one_refuses_the_other_refuses(store: Store, statement: str) -> None:
    with store.writing() as connection:
        connection.execute(insert(tables.event), an_event(1, chain.first_hash(TOKEN, "event")))

    with pytest.raises(IntegrityError):
        _done(store, statement)


def _done(store: Store, statement: str) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql(statement)


def test_a_number_that_does_not_follow_and_an_answer_to_a_signed_case_are_refused(store: Store) -> None:
    with pytest.raises(IntegrityError, match="numbers follow without a gap"):
        _added(store, an_event(2, "0" * 64))
    signed = {"seq": 1, "at_utc": "", "kind": "signed", "role": "reader", "case": "AAAAA", "detail": "{}"}
    links = {"after_event": 0, "event_hash": "", "previous_hash": "", "hash": ""}
    with store.writing() as connection:
        connection.execute(insert(tables.act), signed | links)

    with pytest.raises(IntegrityError, match="the case is signed: its answers stand"):
        _added(store, an_event(1, "0" * 64))


def _added(store: Store, event: dict[str, object]) -> None:
    with store.writing() as connection:
        connection.execute(insert(tables.event), event)


def test_texts_sort_by_code_points(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(insert(tables.subject), [{"code": code} for code in reversed(CODES)])
    with store.reading() as connection:
        found = connection.execute(select(tables.subject.c.code).order_by(tables.subject.c.code)).scalars().all()

    assert [code for code in found if code != "S001"] == sorted(CODES)
