"""Sending: what is read in a copy reaches the server once, whatever happens, and comes home as if carried by hand."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import ServerAway, ServerRefused
from storage.record.chain import canonical
from storage.recovery.merge import merge
from storage.server import published
from storage.server.coming_home import bring_home
from tests.builders.editions import Trial, handed, rows, sign
from tests.builders.servers.hub import Hub
from tests.builders.studies import changed, read_whole, record


def _made(meeting: Hub, folder: Path) -> Path:
    """The copy as the server has it, in a folder of its own."""
    folder.mkdir()
    with meeting.connect() as server:
        (token,) = published.everybodys(server)
        published.make(server, token, folder, whole=True)
    return folder


def test_a_copy_comes_home_by_the_server_as_it_would_by_hand(meeting: Hub, trial: Trial, tmp_path: Path) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    meeting.put(folder, copy)
    case = cases["ES"][0].case
    read_whole(copy, case)
    sign(copy, case)

    sent = meeting.send(copy)
    made = _made(meeting, tmp_path / "made")
    (merged,) = merge(folder, [made])

    assert sent == 86 + 1
    for table in ("event", "act", "grade_place", "reading_case", "case_progress", "reader"):
        assert rows(made, query := f"SELECT * FROM {table} ORDER BY 1") == rows(copy, query)  # noqa: S608 - of this test
    assert (merged.answers, merged.acts) == (86, 1)
    assert audit(folder).events == 86


def test_what_was_sent_is_not_sent_again_and_merging_twice_changes_nothing(
    meeting: Hub, trial: Trial, tmp_path: Path
) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    meeting.put(folder, copy)
    meeting.put(folder, copy)
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))

    assert (meeting.send(copy), meeting.send(copy)) == (1, 0)
    record(copy, cases["ES"][0].case, changed("1 ERO HAM", "4"))
    assert meeting.send(copy) == 1
    made = _made(meeting, tmp_path / "made")
    assert [merge(folder, [made])[0].answers for _ in range(2)] == [2, 0]


def test_a_record_that_was_written_anew_is_refused(meeting: Hub, trial: Trial, tmp_path: Path) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    meeting.put(folder, copy)
    other = tmp_path / "other"
    other.mkdir()
    (other / "study.db").write_bytes((copy / "study.db").read_bytes())
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    meeting.send(copy)
    record(other, cases["ES"][0].case, changed("1 ERO CAP", "4"))

    with pytest.raises(ServerRefused, match="aren't the same record"):
        meeting.send(other)


def test_a_row_that_no_copy_writes_is_refused_and_nothing_of_its_call_stays(meeting: Hub, trial: Trial) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    meeting.put(folder, copy)
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"), changed("1 ERO HAM", "4"))
    with closing(sqlite3.connect(copy / "study.db")) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM event ORDER BY seq")]
    one, two = ([row.pop(name) for name in ("previous_hash", "hash")] for row in found)
    body, next_body = (canonical({name: value for name, value in row.items() if value is not None}) for row in found)
    good = ("event", *one, body, None)
    worse = body.replace('"after":"3"', '"after":"2"')
    resealed = sha256(f"{one[0]}\n{worse}".encode()).hexdigest()

    with meeting.connect("ES") as server:
        (token,) = published.mine(server)

        def sent(*rows: tuple[str | None, ...]) -> str:
            """The code that it is refused with; "" where it isn't."""
            columns = [list(column) for column in zip(*rows, strict=True)]
            try:
                server.rows("SELECT ramris.send(%s, %s, %s, %s, %s, %s)", [token, *columns])
            except ServerRefused as error:
                return error.code
            return ""

        # another hash, another row under it, one missing, another chain, no JSON, other letters, a sighting too many
        assert sent(("event", one[0], "0" * 64, body, None)) == "RM004"
        assert sent(("event", *one, worse, None)) == "RM004"
        assert sent(("event", *two, next_body, None)) == "RM003"
        assert sent(("design", *one, body, None)) == "RM005"
        assert sent(("event", *one, "{", None)) == "22P02"
        assert sent(("event", *one, body.replace("CAP", "CÄP"), None)) == "RM005"
        assert sent(("event", *one, body, "{}")) == "RM004"
        assert sent(good, ("event", two[0], "0" * 64, next_body, None)) == "RM004"
        assert server.rows("SELECT * FROM ramris.my_rows(%s, 'event', 0)", [token]) == []
        # what stands isn't written anew, also not with a hash that fits
        assert sent(good) == ""
        assert sent(("event", one[0], resealed, worse, None)) == "RM002"
        assert sent(good) == ""


def test_rows_that_the_servers_administrator_changed_are_refused_at_home(meeting: Hub, trial: Trial) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    meeting.put(folder, copy)
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    meeting.send(copy)
    with meeting.postgresql.connect(meeting.database) as admin:
        admin.execute("ALTER TABLE ramris.received DISABLE TRIGGER never")
        admin.execute("""UPDATE ramris.received SET body = replace(body, '"after":"3"', '"after":"2"')""")

    with meeting.connect() as server:
        home = bring_home(folder, server)

    assert home.merged == ()
    ((reader, why),) = home.refused
    assert reader == "ES"
    assert "record row 1" in why
    assert audit(folder).events == 0


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be stopped here")
def test_a_server_that_hangs_is_given_up_after_the_deadline(meeting: Hub) -> None:
    with meeting.postgresql.connect() as admin, meeting.connect("ES", deadline_s=0.3) as server:
        server.rows("SELECT ramris.my_copies()")
        (hung,) = admin.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = %s", [meeting.logins["ES"].name]
        ).fetchone() or (0,)
        # the kernel goes on answering for it, so neither keepalives nor a timeout of the server's own end the wait
        os.kill(int(str(hung)), signal.SIGSTOP)
        try:
            with pytest.raises(ServerAway, match="doesn't answer now"):
                server.rows("SELECT ramris.my_copies()")
        finally:
            os.kill(int(str(hung)), signal.SIGCONT)
