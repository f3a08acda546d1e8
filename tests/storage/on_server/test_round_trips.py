"""Round trips to a server: each costs what the network costs, so a transaction begins by one, whatever it sets."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import event

from storage.database import server_tables
from storage.database.server_store import ServerStore


def test_a_view_begins_by_one_trip_and_an_act_too_also_when_they_come_again(address: str) -> None:
    sent = list[str]()
    with closing(ServerStore(address)) as store:
        with store.laying_down() as connection:
            server_tables.lay_down(connection)
        event.listen(store._engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
        # more often than the driver waits before it prepares a statement
        for _ in range(8):
            sent.clear()
            with store.reading() as connection:
                assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "repeatable read"
            assert len(sent) == 2
            sent.clear()
            with store.writing() as connection:
                found = [
                    connection.exec_driver_sql(f"SHOW {name}").scalar_one()
                    for name in ("transaction_isolation", "synchronous_commit", "statement_timeout", "lock_timeout")
                ]
            assert found == ["read committed", "on", "1min", "5s"]
            # what it began by, what was asked here, and its end
            assert len(sent) == 1 + len(found) + 1
        with store.reading() as connection:
            # each act left its name behind
            assert connection.exec_driver_sql("SELECT count(*) FROM written").scalar_one() == 8
