"""Posting while a room is open: a killed server loses nothing and doubles nothing, and the line tells the truth."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storage.apart.image_list import read_list
from storage.apart.setting_apart import Apart
from storage.audit.verification import audit
from storage.handover.hand_over import hand_over
from storage.server.coming_home import bring_home
from storage.study.reader import ReaderStudy
from tests.builders.editions import READERS, a_trial, handed, rows
from tests.builders.servers.delay import delayed
from tests.builders.servers.hub import Hub, hub
from tests.builders.servers.postgresql import PostgreSQL
from tests.builders.servers.typed import typed
from tests.builders.studies import as_it_is, changed, record
from workstation.app.servers import copies_here
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.app.servers.posting import Posting

PATIENCE_S = 30
KILLS, ANSWERS = 5, 4
SITES = ("CAP", "HAM", "LUN", "SCA", "TRD", "PIS")


@pytest.fixture
def meeting_place(postgresql: PostgreSQL) -> Iterator[Hub]:
    """A server where copies meet."""
    with hub(postgresql, READERS[:1]) as made:
        yield made


def _wait(until: Callable[[], bool], said: Callable[[], str] = str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not until():
        assert time.monotonic() < end, said()
        time.sleep(0.02)


def test_a_server_that_is_killed_again_and_again_loses_and_doubles_nothing(
    meeting_place: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.app.servers.posting._BACKOFF_S", (0.05,))
    folder, cases = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    meeting_place.put(folder, copy)
    case, stands = cases["ES"][0].case, dict[str, str]()
    # over 40 ms of network, so that kills fall into the midst of a sending
    with delayed(meeting_place.postgresql.port, 0.02) as port:
        posting = Posting((copy,), meeting_place.address("ES", port), meeting_place.logins["ES"].password, 0)
        posting.start()
        with ReaderStudy.open(copy, "ES") as study:
            study.when_saved(posting.saved)
            _wait(lambda: posting.line() == "all sent")
            for kill in range(KILLS):
                for number in range(ANSWERS):
                    site = SITES[(kill * ANSWERS + number) % len(SITES)]
                    study.record(case, [changed(f"1 ERO {site}", str(kill + 1), stands.get(site, ""))], "room")
                    stands[site] = str(kill + 1)
                    time.sleep(0.03 * number)
                meeting_place.postgresql.kill()
                study.record(case, [changed("2 ERO CAP", str(kill + 1), str(kill or ""))], "room")
                _wait(lambda: "not sent, offline since" in posting.line(), posting.line)
                meeting_place.postgresql.start()
                _wait(lambda: posting.line() == "all sent")
        assert posting.finish() == ""

    with meeting_place.connect() as server:
        there = server.rows("SELECT seq, hash FROM ramris.received WHERE chain = 'event' ORDER BY seq")
        home = bring_home(folder, server)
    assert there == rows(copy, "SELECT seq, hash FROM event ORDER BY seq")
    assert len(there) == KILLS * (ANSWERS + 1)
    assert [item.answers for item in home.merged] == [KILLS * (ANSWERS + 1)]
    assert audit(folder).events == KILLS * (ANSWERS + 1)


def test_without_a_connection_what_is_left_is_counted_and_told_at_the_end(meeting_place: Hub, tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    meeting_place.put(folder, copy)
    with delayed(meeting_place.postgresql.port, 0) as port:
        address = meeting_place.address("ES", port)
    # nobody listens there any more
    posting = Posting((copy,), address, meeting_place.logins["ES"].password, 0)
    posting.start()
    _wait(lambda: "offline since" in posting.line())
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))

    assert "aren't sent yet" in posting.finish()
    assert meeting_place.send(copy) == 1


def test_a_record_that_was_read_on_elsewhere_is_told_of_and_not_sent(meeting_place: Hub, tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    meeting_place.put(folder, copy)
    other = tmp_path / "other"
    other.mkdir()
    (other / "study.db").write_bytes((copy / "study.db").read_bytes())
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    meeting_place.send(copy)
    record(other, cases["ES"][0].case, changed("1 ERO CAP", "4"))

    posting = Posting((other,), meeting_place.address("ES"), meeting_place.logins["ES"].password, 0)
    posting.start()
    _wait(lambda: bool(posting.why_not))
    assert posting.line() == "not sent any more"
    assert "tell your coordinator" in posting.finish()


def test_a_copy_from_the_server_knows_where_its_images_lie_and_fetches_them_by_the_servers_address(
    meeting_place: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAMRIS_DATA", str(tmp_path / "data"))
    monkeypatch.setenv(DATABASE_VARIABLE, meeting_place.logins["ES"].password)
    folder, _ = a_trial(tmp_path / "study")
    copy = tmp_path / "es"
    hand_over(folder, copy, as_it_is, "ES", apart=Apart(tmp_path / "web", str(tmp_path / "web")))
    meeting_place.put(folder, copy)
    with delayed(meeting_place.postgresql.port, 0) as port:
        url = meeting_place.address("ES", port).name
        early = typed("fetch", url)
        assert (early.exit_code, "fetches it first" in early.stderr) == (2, True)
        here = copies_here.fetched(meeting_place.address("ES", port), meeting_place.logins["ES"].password, None)

    done = typed("fetch", url)

    assert done.exit_code == 0
    assert {path.name for path in here.folder.rglob("*.dcm")} == {Path(name).name for name in read_list(copy).files}


def test_a_copy_is_fetched_with_what_was_sent_and_opens_without_a_connection_later(
    meeting_place: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAMRIS_DATA", str(tmp_path / "data"))
    folder, cases = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    meeting_place.put(folder, copy)
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    meeting_place.send(copy)

    def fetched(port: int) -> copies_here.Here:
        return copies_here.fetched(meeting_place.address("ES", port), meeting_place.logins["ES"].password, copy)

    with delayed(meeting_place.postgresql.port, 0) as port:
        here = fetched(port)
        assert (here.reader, here.told, here.older) == ("ES", "", ())
        assert rows(here.folder, "SELECT * FROM event") == rows(copy, "SELECT * FROM event")
        assert {path.name for path in here.folder.iterdir()} == {"study.db", "images", "sent-to.json"}
        assert {path.name for path in here.folder.rglob("*.dcm")} == {path.name for path in copy.rglob("*.dcm")}
        # a reader whose machine was lost goes on here
        record(here.folder, cases["ES"][0].case, changed("1 ERO HAM", "4"))
    offline = fetched(port)

    assert offline.folder == here.folder
    assert "is sent later" in offline.told
    assert copies_here.sent_to(here.folder) == here.address
    for path in (tmp_path / "data").rglob("*"):
        assert not path.is_file() or meeting_place.logins["ES"].password.encode() not in path.read_bytes()


def test_a_fault_of_the_program_ends_the_sending_and_is_told(
    meeting_place: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    seen: list[object] = []
    monkeypatch.setattr("threading.excepthook", seen.append)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("storage.server.connecting.Server.connect", broken)
    posting = Posting((copy,), meeting_place.address("ES"), meeting_place.logins["ES"].password, 0)
    posting.start()
    assert "by a fault of the program itself" in posting.finish()
    assert len(seen) == 1


def test_without_a_password_nothing_is_sent_until_the_right_one_is_given(meeting_place: Hub, tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    meeting_place.put(folder, copy)
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "3"))
    posting = Posting((copy,), meeting_place.address("ES"), None, 0)
    posting.start()
    assert posting.wants_password
    assert posting.line() == "not sent: password"

    posting.take_password("another one", keep=False)
    _wait(lambda: posting.wants_password, posting.line)
    assert posting.why_not == ""
    posting.take_password(meeting_place.logins["ES"].password, keep=False)

    _wait(lambda: posting.line() == "all sent", posting.line)
    assert posting.finish() == ""


def test_a_room_that_is_closed_without_the_password_says_what_becomes_of_the_answers(
    meeting_place: Hub, tmp_path: Path
) -> None:
    folder, _ = a_trial(tmp_path / "study")
    copy = handed(folder, "es")
    posting = Posting((copy,), meeting_place.address("ES"), None, 0)
    posting.start()

    assert "wasn't given. It is kept on this disk" in posting.finish()
