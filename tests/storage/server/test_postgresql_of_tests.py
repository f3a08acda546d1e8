"""The PostgreSQL that tests run against is as strict as a sponsor's."""

from __future__ import annotations

import psycopg
import pytest

from tests.builders.servers.postgresql import HOST, PASSWORD, PostgreSQL


def test_it_is_killed_and_starts_again_with_what_was_committed(postgresql: PostgreSQL) -> None:
    with postgresql.database() as name:
        with postgresql.connect(name) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('here')")
            postgresql.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        postgresql.start()

        with postgresql.connect(name) as connection:
            assert connection.execute("SELECT word FROM kept").fetchall() == [("here",)]


def test_it_lets_nobody_in_without_tls_or_a_password(postgresql: PostgreSQL) -> None:
    where = f"host={HOST} port={postgresql.port} dbname=postgres user=administrator"

    for wrong in ("sslmode=disable", "password=wrong"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"password='{PASSWORD}' {where} {wrong}")
