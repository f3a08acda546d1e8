"""Each block is one transaction from its first moment, and the driver adds none of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from storage.database.engine import Store
from storage.record.study_file import open_study_file
from tests.builders.studies import an_assigned_study


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder, _ = an_assigned_study(tmp_path / "trial")
    opened, _ = open_study_file(folder)
    yield opened
    opened.close()


def test_a_writer_has_the_lock_before_it_reads_so_no_two_start_from_one_answer(store: Store) -> None:
    other = sqlite3.connect(store.path, timeout=0, isolation_level=None)

    with store.writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")

    other.execute("BEGIN IMMEDIATE")
    other.close()


@pytest.mark.case(85)
def test_what_is_read_in_one_block_is_one_state_of_the_file(store: Store) -> None:
    other = sqlite3.connect(store.path, timeout=0, isolation_level=None)

    with store.reading() as connection:
        count = "SELECT count(*) FROM subject"
        before = connection.exec_driver_sql(count).scalar_one()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO subject (code) VALUES ('S999')")
        assert connection.exec_driver_sql(count).scalar_one() == before

    other.execute("INSERT INTO subject (code) VALUES ('S999')")
    other.close()


def test_the_driver_begins_nothing_by_itself(store: Store) -> None:
    with store.reading() as connection:
        driver = connection.connection.dbapi_connection

        assert isinstance(driver, sqlite3.Connection)
        assert driver.isolation_level is None
        assert driver.in_transaction


def test_a_block_that_fails_leaves_nothing_and_the_next_one_is_taken(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            connection.exec_driver_sql("INSERT INTO subject (code) VALUES ('S998')")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - raised right here
        fail()

    with store.writing() as connection:
        codes = connection.exec_driver_sql("SELECT code FROM subject").scalars().all()
    assert codes == ["S001"]


def test_another_thread_may_write_while_the_first_waits_its_turn(store: Store) -> None:
    def write() -> None:
        with store.writing() as connection:
            connection.exec_driver_sql("INSERT INTO subject (code) VALUES ('S997')")

    thread = Thread(target=write)
    with store.reading() as connection:
        thread.start()
        assert connection.exec_driver_sql("SELECT count(*) FROM subject").scalar_one() == 1
    thread.join()

    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM subject").scalar_one() == 2


def test_a_closed_store_may_be_closed_again(store: Store) -> None:
    store.close()
    store.close()
