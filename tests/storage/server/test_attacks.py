"""Attacks on the server by a reader's own login: each is refused, or stands among what remains in docs/server.md.

The numbers are those of a list that was tried against other designs too, where what is refused here was given.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from storage.database.server_address import address_of
from storage.errors import AddressRefused, ServerRefused
from storage.server.connecting import Server
from tests.builders.editions import a_trial, handed
from tests.builders.servers.certificates import authority
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import HOST, PostgreSQL
from tests.builders.studies import changed, record

DENIED, REFUSED_ROW = "42501", "RM001"
# each by its number: what is asked, and the SQLSTATE that it is refused with
ATTACKS = {
    "1: others' rows": ("SELECT count(*) FROM ramris.received", DENIED),
    "1b: others' copies": ("SELECT content FROM ramris.piece", DENIED),
    "2: who is who": ("SELECT reader FROM ramris.person", DENIED),
    "2b: how many cases another has": ("SELECT cases FROM ramris.copy", DENIED),
    "3: change": ("UPDATE ramris.received SET body = ''", DENIED),
    "3b: remove": ("DELETE FROM ramris.received", DENIED),
    "3c: empty": ("TRUNCATE ramris.received", DENIED),
    "4: a row with a number of one's own": (
        "INSERT INTO ramris.received VALUES ('{mine}', 'event', 999999, 'a', 'b', '{{}}', NULL, now(), 'x')",
        DENIED,
    ),
    "5: send into another's copy": ("SELECT ramris.send('{theirs}', NULL, NULL, NULL, NULL, NULL)", REFUSED_ROW),
    "5b: read another's copy": ("SELECT ramris.my_piece('{theirs}', 'study.db', 0)", REFUSED_ROW),
    "5j: the files of another's copy": ("SELECT * FROM ramris.my_files('{theirs}')", REFUSED_ROW),
    "5c: another's rows": ("SELECT * FROM ramris.my_rows('{theirs}', 'event', 0)", REFUSED_ROW),
    "5d: how far another is": ("SELECT ramris.my_head('{theirs}')", REFUSED_ROW),
    "5e: another's bookmarks": ("SELECT * FROM ramris.my_beside('{theirs}')", REFUSED_ROW),
    "5f: put a bookmark there": ("SELECT ramris.keep('{theirs}', '{{bookmark}}', '{{C1}}', '{{x}}')", REFUSED_ROW),
    "5g: a copy of one's own": ("SELECT ramris.put_piece('{mine}', 'study.db', 0, ''::bytea)", DENIED),
    "5h: who am I, as the functions see it": ("SELECT ramris.me()", DENIED),
    "6: a function of one's own": (
        "CREATE FUNCTION pg_temp.leak(text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        DENIED,
    ),
    "7: a plan that counts": ("EXPLAIN ANALYZE SELECT 1 FROM ramris.received", DENIED),
    "7b: rows by the catalogue": ("SELECT reltuples FROM pg_class WHERE relname = 'received'", DENIED),
    "7c: by its statistics": ("SELECT * FROM pg_stats", DENIED),
    "7d: by the counters": ("SELECT n_tup_ins FROM pg_stat_user_tables", DENIED),
    "7e: by size": ("SELECT pg_total_relation_size('ramris.received')", DENIED),
    "7f: by the database's size": ("SELECT pg_database_size(current_database())", DENIED),
    "7g: by a counter's function": ("SELECT pg_stat_get_tuples_inserted('ramris.received'::regclass)", DENIED),
    "9: who reads now": ("SELECT usename FROM pg_stat_activity", DENIED),
    "9b: who holds what": ("SELECT * FROM pg_locks", DENIED),
    "9c: everybody's names": ("SELECT rolname FROM pg_roles", DENIED),
    "9d: names by number": ("SELECT pg_get_userbyid(g) FROM generate_series(10, 20000) g", DENIED),
    "11: run a program": ("COPY (SELECT 1) TO PROGRAM 'id'", DENIED),
    "11b: read a file": ("SELECT pg_read_file('/etc/passwd')", DENIED),
    "11c: copy a table": ("COPY ramris.received TO STDOUT", DENIED),
    "12: a store of one's own": ("SELECT lo_create(0)", DENIED),
    "13: stop everybody": ("SELECT pg_advisory_lock(4711)", DENIED),
    "14: without row security": ("SET row_security = off; SELECT * FROM ramris.received", DENIED),
    "14b: be the owner": ("SET ROLE ramris_owner", DENIED),
    "14c: be another": ("SET SESSION AUTHORIZATION {other}", DENIED),
    "15: a table in front of a function": ("CREATE TEMP TABLE copy (token text)", DENIED),
    "15b: a schema in front": ("CREATE SCHEMA front", DENIED),
    "17: a block": ("DO $$ BEGIN END $$", DENIED),
    "18: a table": ("CREATE TABLE public.mine (x int)", "3F000 42501"),
    "19: transactions as a counter": ("SELECT txid_current()", DENIED),
    "19b: the same by age": ("SELECT age('3'::xid)", DENIED),
    "19c: the same by a snapshot": ("SELECT pg_current_snapshot()", DENIED),
    "21: how far the log is": ("SELECT pg_current_wal_lsn()", DENIED),
    "21b: write to the log": ("SELECT pg_logical_emit_message(false, 'x', 'y')", DENIED),
    "22: an extension": ("CREATE EXTENSION dblink", "3F000 42501 0A000 58P01"),
    "23: a whole row": ("SELECT received FROM ramris.received", DENIED),
    "24: change a function": ("CREATE OR REPLACE FUNCTION ramris.me() RETURNS text LANGUAGE sql AS 'SELECT 1'", DENIED),
    "24b: give oneself more": ("GRANT ramris_coordinator TO {self}", DENIED),
    "24c: a login more": ("CREATE ROLE another LOGIN", DENIED),
}  # fmt: skip
# works, and is told of in docs/server.md
REMAINS = {
    "9e: source of the functions": "SELECT prosrc FROM pg_proc WHERE proname = 'send'",
    "14d: a setting of one's own": "SELECT set_config('app.reader', 'MO', false)",
    "16: a notice": "NOTIFY board, 'MO has finished'",
    "20: names of databases": "SELECT datname FROM pg_database",
    "CPU": "SELECT count(*) FROM generate_series(1, 1000)",
}


@pytest.fixture(scope="module")
def attacked(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, dict[str, str]]]:
    """A server with copies of two readers of whom one has sent, and what an attacker is given of names to try."""
    folder, cases = a_trial(tmp_path_factory.mktemp("attacked") / "study")
    with hub(postgresql) as meeting:
        tokens = {}
        for reader in ("ES", "MO"):
            copy = handed(folder, reader, reader)
            meeting.put(folder, copy)
            record(copy, cases[reader][0].case, changed("1 ERO CAP", "3"), reader=reader)
            meeting.send(copy, reader)
            with meeting.connect(reader) as server:
                tokens[reader] = server.rows("SELECT ramris.my_copies()")[0][0]
        names = {reader: login.name for reader, login in meeting.logins.items()}
        yield (
            meeting,
            {"mine": tokens["ES"], "theirs": tokens["MO"], "other": names["MO"], "self": names["ES"]},
        )


def _plain(meeting: Hub, reader: str = "ES") -> psycopg.Connection[tuple[object, ...]]:
    """As psql would: nothing of the program in between."""
    login = meeting.logins[reader]
    return meeting.postgresql.connect(meeting.database, login.name, login.password)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused(attacked: tuple[Hub, dict[str, str]], attack: str) -> None:
    meeting, names = attacked
    statement, states = ATTACKS[attack]

    with _plain(meeting) as connection, pytest.raises(psycopg.Error) as refused:
        connection.execute(statement.format(**names).encode())

    assert refused.value.sqlstate in states.split()


@pytest.mark.parametrize("attack", REMAINS)
def test_what_remains_is_what_the_page_says(attacked: tuple[Hub, dict[str, str]], attack: str) -> None:
    with _plain(attacked[0]) as connection:
        connection.execute(REMAINS[attack].encode())


def test_14d_no_setting_makes_somebody_another(attacked: tuple[Hub, dict[str, str]]) -> None:
    meeting, names = attacked
    with _plain(meeting) as connection:
        connection.execute("SELECT set_config('app.reader', 'MO', false), set_config('role', session_user, false)")

        assert connection.execute("SELECT ramris.my_copies()").fetchall() == [(names["mine"],)]


def test_10b_another_s_copy_and_none_at_all_are_refused_in_the_same_words(attacked: tuple[Hub, dict[str, str]]) -> None:
    meeting, names = attacked
    said = set()
    with _plain(meeting) as connection:
        for token in (names["theirs"], "0" * 32):
            with pytest.raises(psycopg.Error) as refused:
                connection.execute("SELECT ramris.my_head(%s)", [token])
            said.add((refused.value.sqlstate, refused.value.diag.message_primary, refused.value.diag.context))

    assert len(said) == 1


def test_18_what_a_reader_is_given_of_the_server_is_of_the_own_copy_alone(attacked: tuple[Hub, dict[str, str]]) -> None:
    """Neither sizes nor counts of others: the same answers as on a server where nobody else is."""
    meeting, names = attacked
    with _plain(meeting) as connection:
        (token,) = connection.execute("SELECT ramris.my_copies()").fetchone() or ("",)
        files = connection.execute("SELECT name FROM ramris.my_files(%s)", [token]).fetchall()
        head = connection.execute("SELECT * FROM ramris.my_head(%s)", [token]).fetchone() or ()
        sent = connection.execute("SELECT body FROM ramris.my_rows(%s, 'event', 0)", [token]).fetchall()
        bookmarks = connection.execute("SELECT * FROM ramris.my_beside(%s)", [token]).fetchall()

    assert (token, head[0], len(sent)) == (names["mine"], 1, 1)
    assert files == [("study.db",)]
    assert names["theirs"] not in str([head, sent, bookmarks])
    assert '"MO"' not in str([head, sent, bookmarks])


def test_26_a_login_has_four_connections(attacked: tuple[Hub, dict[str, str]]) -> None:
    meeting, _ = attacked
    held = [_plain(meeting, "MO") for _ in range(4)]

    with pytest.raises(psycopg.OperationalError, match="too many connections"):
        _plain(meeting, "MO")

    for connection in held:
        connection.close()


def test_27_nothing_is_said_to_a_server_that_cannot_prove_itself(attacked: tuple[Hub, dict[str, str]]) -> None:
    meeting, _ = attacked
    login = meeting.logins["ES"]
    stranger = authority(meeting.postgresql.folder, "stranger")
    right = meeting.postgresql.url(meeting.database, login.name)
    # the certificate names localhost
    wrong = {
        address_of(right, stranger),
        address_of(right.replace(HOST, "127.0.0.1"), meeting.postgresql.ca),
        address_of(right),
    }

    for address in wrong:
        with pytest.raises(ServerRefused, match="couldn't prove that it is the right server"):
            Server.connect(address, login.password)
    with pytest.raises(ServerRefused, match="doesn't take this login with this password"):
        Server.connect(address_of(right, meeting.postgresql.ca), "another")


@pytest.mark.parametrize("less", ["disable", "allow", "prefer", "require", "verify-ca", ""])
def test_28_an_address_that_asks_for_less_than_a_proven_server_is_refused(less: str) -> None:
    with pytest.raises(AddressRefused, match="doesn't prove who it is"):
        address_of(f"postgresql://r1@{HOST}/study?sslmode={less}")


def test_30_who_holds_the_own_copy_open_holds_up_nobody_else(attacked: tuple[Hub, dict[str, str]]) -> None:
    meeting, names = attacked
    with _plain(meeting) as holder, meeting.connect("MO", deadline_s=2) as other:
        holder.execute("BEGIN")
        holder.execute("SELECT ramris.send(%s, '{}', '{}', '{}', '{}', '{}')", [names["mine"]])

        assert other.rows("SELECT events FROM ramris.send(%s, '{}', '{}', '{}', '{}', '{}')", [names["theirs"]]) == [
            (1,)
        ]


def test_row_level_security_stands_behind_a_grant_by_mistake(attacked: tuple[Hub, dict[str, str]]) -> None:
    meeting, _ = attacked
    with meeting.postgresql.connect(meeting.database) as admin:
        admin.execute("GRANT SELECT ON ALL TABLES IN SCHEMA ramris TO ramris_reader")
        tables = [name for (name,) in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'ramris'")]
        with _plain(meeting) as connection:
            found = [connection.execute(f"TABLE ramris.{name}".encode()).fetchall() for name in tables]
        admin.execute("REVOKE ALL ON ALL TABLES IN SCHEMA ramris FROM ramris_reader")

    assert len(tables) == 8
    assert not any(found)


@pytest.mark.parametrize("act", ["UPDATE {} SET token = token", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["received", "copy", "file", "piece"])
def test_not_even_a_superuser_changes_what_came_without_taking_the_guards_away(
    attacked: tuple[Hub, dict[str, str]], act: str, table: str
) -> None:
    meeting, _ = attacked
    with meeting.postgresql.connect(meeting.database) as admin:
        # under it plain triggers stay silent
        admin.execute("SET session_replication_role = replica")

        with pytest.raises(psycopg.Error) as refused:
            admin.execute(act.format(f"ramris.{table}").encode())

    assert refused.value.sqlstate == "RM000"
