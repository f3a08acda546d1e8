"""Sending: what is read in a copy reaches the server once, whatever happens, and comes home as if carried by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import ServerRefused
from storage.recovery.merge import merge
from storage.server import published
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
