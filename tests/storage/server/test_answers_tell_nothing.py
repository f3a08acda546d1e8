"""Answers of the server's functions to a reader: somebody else's copy and none at all are the same words and work.

Work is counted, not timed: calls of functions, looks into tables and rows that were touched, as PostgreSQL's own
statistics have them (https://www.postgresql.org/docs/15/monitoring-stats.html).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from storage.errors import ServerRefused
from tests.builders.editions import a_trial, handed
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.studies import changed, record

NOBODYS = "0123456789abcdef" * 2
PATIENCE_S = 60
# the eight that a reader may call; of `my_copies` there is nothing to ask for
CALLS = {
    "my_files": "SELECT * FROM ramris.my_files('{}')",
    "my_piece": "SELECT ramris.my_piece('{}', 'study.db', 0)",
    "my_head": "SELECT ramris.my_head('{}')",
    "my_rows": "SELECT * FROM ramris.my_rows('{}', 'event', 0)",
    "my_beside": "SELECT * FROM ramris.my_beside('{}')",
    "send": "SELECT ramris.send('{}', '{{event}}', '{{a}}', '{{b}}', ARRAY['{{\"seq\": 1}}'], '{{NULL}}')",
    "keep": "SELECT ramris.keep('{}', '{{bookmark}}', '{{C1}}', '{{x}}')",
}
_TABLES = (
    "SELECT relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del "
    "FROM pg_stat_user_tables WHERE schemaname = 'ramris' ORDER BY relname"
)
_FUNCTIONS = "SELECT funcname, calls FROM pg_stat_user_functions WHERE schemaname = 'ramris' ORDER BY funcname"


@pytest.fixture(scope="module")
def two(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, dict[str, str]]]:
    """A server with copies of two readers who have sent, and each one's token; it counts calls of functions."""
    folder, cases = a_trial(tmp_path_factory.mktemp("two") / "study")
    with hub(postgresql) as meeting:
        tokens = {}
        for reader in ("ES", "MO"):
            copy = handed(folder, reader, reader)
            meeting.put(folder, copy)
            record(copy, cases[reader][0].case, changed("1 ERO CAP", "3"), reader=reader)
            meeting.send(copy, reader)
            with meeting.connect(reader) as server:
                tokens[reader] = server.rows("SELECT ramris.my_copies()")[0][0]
        with postgresql.connect() as admin:
            admin.execute(f"ALTER DATABASE {meeting.database} SET track_functions = 'all'".encode())
        yield meeting, tokens


def _counted(admin: psycopg.Connection[Any]) -> list[tuple[object, ...]]:
    admin.execute("SELECT pg_stat_clear_snapshot()")
    return [*admin.execute(_TABLES).fetchall(), *admin.execute(_FUNCTIONS).fetchall()]


def _asked(meeting: Hub, statement: str) -> tuple[str, str, dict[str, tuple[int, ...]]]:
    """As ES: with which SQLSTATE and which words it is refused, and what work that was."""
    with meeting.postgresql.connect(meeting.database) as admin:
        before = {str(row[0]): row[1:] for row in _counted(admin)}
        with meeting.connect("ES") as server, pytest.raises(ServerRefused) as refused:
            server.rows(statement)
        # what a session has done is counted when it has ended
        login, end = meeting.logins["ES"].name, time.monotonic() + PATIENCE_S
        while admin.execute("SELECT 1 FROM pg_stat_activity WHERE usename = %s", [login]).fetchall():
            assert time.monotonic() < end
        after = {str(row[0]): row[1:] for row in _counted(admin)}
    zeros: tuple[Any, ...] = (0,) * 7
    work = {
        name: tuple(int(now or 0) - int(then or 0) for now, then in zip(row, before.get(name, zeros), strict=False))  # type: ignore[call-overload] # numbers, but for the name
        for name, row in after.items()
    }
    return refused.value.code, str(refused.value), {name: row for name, row in work.items() if any(row)}


@pytest.mark.parametrize("call", sorted(CALLS))
def test_another_readers_copy_and_none_at_all_are_refused_by_the_same_words_and_the_same_work(
    call: str, two: tuple[Hub, dict[str, str]]
) -> None:
    meeting, tokens = two

    theirs = _asked(meeting, CALLS[call].format(tokens["MO"]))
    nobodys = _asked(meeting, CALLS[call].format(NOBODYS))

    assert theirs[0] == nobodys[0] == "RM001"
    assert theirs[1] == nobodys[1]
    assert theirs[2] == nobodys[2]
    # it was counted at all: who asks is looked up once, and the copies of whoever asks are gone through
    assert theirs[2]["me"] == (1,)
    assert any(theirs[2]["copy"])


def test_a_reader_may_call_eight_functions_and_no_other(two: tuple[Hub, dict[str, str]]) -> None:
    meeting, _ = two
    query = (
        "SELECT proname FROM pg_proc WHERE pronamespace = 'ramris'::regnamespace "
        "AND has_function_privilege('ramris_reader', oid, 'EXECUTE') ORDER BY proname"
    )
    with meeting.postgresql.connect(meeting.database) as admin:
        may = {str(name) for (name,) in admin.execute(query).fetchall()}

    assert may == {*CALLS, "my_copies"}
