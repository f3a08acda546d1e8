"""A reader's chain that the server's administrator or a coordinator wrote anew, with hashes that fit: who finds it.

No row of the forged record is wrong by itself: it was written by this program, in the copy that was handed over. The
reader's own machine finds it, and whoever has the head that a reader was shown at signing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import ServerRefused, StudyError
from storage.recovery.merge import merge
from storage.server.coming_home import bring_home
from tests.builders.editions import Trial, handed, sign
from tests.builders.servers.hub import Hub
from tests.builders.studies import changed, read_whole, record


@pytest.fixture
def written_anew(meeting: Hub, trial: Trial) -> tuple[Path, Path, str]:
    """The study, the reader's copy, the head that the reader was shown at signing; the server has another record."""
    return _written_anew(meeting, trial, merged_before=False)


def _written_anew(meeting: Hub, trial: Trial, *, merged_before: bool) -> tuple[Path, Path, str]:
    """Read, signed and sent by the reader; then the administrator takes all that came away, past the guards, and sends
    what was graded and signed in the copy as it was handed over.
    """
    folder, cases = trial
    copy, case = handed(folder, "es"), cases["ES"][0].case
    forged = Path(shutil.copytree(copy, copy.with_name("forged")))
    meeting.put(folder, copy)
    with meeting.postgresql.connect(meeting.database) as admin:
        admin.execute("CREATE TABLE public.before AS TABLE ramris.head")
        read_whole(copy, case)
        head = sign(copy, case)
        meeting.send(copy)
        if merged_before:
            with meeting.connect() as server:
                assert [item.answers for item in bring_home(folder, server).merged] == [86]
        admin.execute("SET session_replication_role = replica")
        admin.execute("ALTER TABLE ramris.received DISABLE TRIGGER USER; ALTER TABLE ramris.head DISABLE TRIGGER USER")
        admin.execute("DELETE FROM ramris.received; DELETE FROM ramris.head")
        admin.execute("INSERT INTO ramris.head TABLE public.before")
    read_whole(forged, case)
    record(forged, case, changed("1 ERO CAP", "9", before="0"))
    sign(forged, case)
    assert meeting.send(forged) == 86 + 1 + 1
    return folder, copy, head


def test_the_readers_machine_finds_it_when_it_is_next_opened_also_with_nothing_to_send(
    meeting: Hub, written_anew: tuple[Path, Path, str]
) -> None:
    _, copy, _ = written_anew

    with pytest.raises(ServerRefused, match="aren't the same record"):
        meeting.send(copy)


def test_the_head_that_the_reader_was_shown_isnt_in_the_study_that_it_was_merged_into(
    meeting: Hub, written_anew: tuple[Path, Path, str]
) -> None:
    folder, _, head = written_anew
    with meeting.connect() as server:
        home = bring_home(folder, server)
    # nothing in it is wrong by itself
    assert [item.answers for item in home.merged] == [87]

    assert audit(folder, head).contains is False


def test_the_copy_itself_carried_home_is_refused_by_a_study_that_has_another_record_of_it(
    meeting: Hub, written_anew: tuple[Path, Path, str]
) -> None:
    folder, copy, _ = written_anew
    with meeting.connect() as server:
        bring_home(folder, server)
    before = audit(folder)

    with pytest.raises(StudyError, match="row 1"):
        merge(folder, [copy])

    assert audit(folder) == before


def test_what_was_merged_before_it_was_written_anew_stands_and_the_other_record_is_refused(
    meeting: Hub, trial: Trial
) -> None:
    folder, _, head = _written_anew(meeting, trial, merged_before=True)
    before = audit(folder)

    with meeting.connect() as server:
        home = bring_home(folder, server)

    assert home.merged == ()
    assert [reader for reader, _ in home.refused] == ["ES"]
    assert audit(folder) == before
    assert audit(folder, head).contains is True
