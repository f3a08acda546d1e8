"""A damaged file gives up every row that proves itself, and what can't be joined is named, never guessed."""

from __future__ import annotations

import io
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.errors import RamrisError
from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from storage.audit.verification import audit
from storage.database.pages import rows
from storage.errors import StudyExists
from storage.recovery.backup import back_up
from storage.recovery.salvage import salvage
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, answer, changed, key, read_whole, record
from workstation.cli import main

PAGE = 4096


@pytest.fixture(scope="module")
def read_study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A whole study with 172 answers: each site twice."""
    folder, (case,) = an_assigned_study(tmp_path_factory.mktemp("read") / "trial")
    with ReaderStudy.open(folder, "ES") as study:
        keys = keys_in_reading_order(study.scheme)
        for before, after in ((None, "1"), ("1", "2")):
            for at in keys:
                old = None if before is None else answer(before)
                study.record(case, [AnswerChanged(at, old, answer(after))], "room")
    return folder, case


@pytest.fixture
def trial(read_study: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    shutil.copytree(read_study[0], tmp_path / "trial")
    return tmp_path / "trial", read_study[1]


def _pages_of(folder: Path, table: str) -> list[int]:
    """The leaf pages of a table, by where its rows are found."""
    content = (folder / "study.db").read_bytes()
    connection = sqlite3.connect(folder / "study.db")
    hashes = [row[0] for row in connection.execute(f"SELECT hash FROM {table} ORDER BY seq")]  # noqa: S608 - our names
    connection.close()
    return sorted({content.index(digest.encode()) // PAGE for digest in hashes})


def _spoil(folder: Path, pages: list[int]) -> None:
    content = bytearray((folder / "study.db").read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = b"\x55" * PAGE
    (folder / "study.db").write_bytes(content)


def test_every_kind_of_value_is_read_from_the_pages_as_sqlite_wrote_it(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "some.db")
    connection.execute("CREATE TABLE some (id INTEGER PRIMARY KEY, a, b, c)")
    values = [0, 1, -1, 127, -32768, 2**31, -(2**62), 0.5, None, "", "é" * 3, "x" * 20_000, b"\x00\xff" * 40]
    wanted = {number: (value, value, "end") for number, value in enumerate(values, start=1)}
    connection.executemany("INSERT INTO some VALUES (?, ?, ?, ?)", [(number, *row) for number, row in wanted.items()])
    connection.commit()
    connection.close()

    found = dict(rows((tmp_path / "some.db").read_bytes()))

    assert {number: row[1:] for number, row in found.items() if len(row) == 4 and row[3] == "end"} == wanted


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=3000), size=st.sampled_from([512, 1024]))
def test_no_bytes_at_all_stop_the_reader_of_pages(content: bytes, size: int) -> None:
    header = b"SQLite format 3\x00" + size.to_bytes(2, "big") + bytes(82)

    list(rows(header + b"\x0d" + content + bytes(size)))


def test_with_the_tree_above_it_gone_every_answer_comes_over(trial: tuple[Path, str], tmp_path: Path) -> None:
    folder, case = trial
    connection = sqlite3.connect(folder / "study.db")
    roots = [
        row[0] - 1
        for row in connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name IN ('event', 'ix_event_answer', 'sqlite_autoindex_event_1')"
        )
    ]
    connection.close()
    _spoil(folder, roots)
    with pytest.raises(RamrisError):
        audit(folder)

    found = salvage(folder, tmp_path / "new")

    assert (found.answers, found.beyond, found.doubts) == (172, 0, "")
    assert audit(tmp_path / "new").events == 172
    with ReaderStudy.open(tmp_path / "new", "ES") as study:
        reading = study.reading(case)
    assert set(reading.answers.values()) == {answer("2")}
    assert len(reading.answers) == 86


def test_a_gap_is_filled_from_a_backup(trial: tuple[Path, str], tmp_path: Path) -> None:
    folder, case = trial
    back_up(folder)
    record(folder, case, changed("1 ERO CAP", "7", "2"))
    _spoil(folder, _pages_of(folder, "event")[1:4])

    found = salvage(folder, tmp_path / "new")

    assert (found.answers, found.beyond, found.doubts) == (173, 0, "")
    with ReaderStudy.open(tmp_path / "new", "ES") as study:
        assert study.reading(case).answer(key("1 ERO CAP")) == answer("7")


def test_answers_behind_a_gap_are_listed_to_be_entered_again(
    trial: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, case = trial
    pages = _pages_of(folder, "event")
    _spoil(folder, [pages[len(pages) // 2]])

    assert main(["study", "salvage", str(folder), str(tmp_path / "new")]) == 1

    told = capsys.readouterr().out
    assert "enter them again" in told
    lines = (tmp_path / "new" / "enter-again-ES.csv").read_text(encoding="utf-8")
    assert lines.startswith(f"case,visit,feature,site,grade\n{case},")
    kept = audit(tmp_path / "new").events
    assert 0 < kept < 172
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    assert main(["enter", str(tmp_path / "new"), "--reader", "ES"]) == 0
    assert audit(tmp_path / "new").events > kept


def test_the_damaged_study_is_only_read_and_its_vault_stays(trial: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = trial
    _spoil(folder, _pages_of(folder, "event")[:1])
    before = {file.name: file.read_bytes() for file in folder.glob("*.db*")}

    salvage(folder, tmp_path / "new")

    assert {file.name: file.read_bytes() for file in folder.glob("*.db*")} == before
    assert not (tmp_path / "new" / "vault.db").exists()
    with pytest.raises(StudyExists):
        salvage(folder, tmp_path / "new")


def test_a_forged_row_proves_nothing_and_does_not_come_over(trial: tuple[Path, str], tmp_path: Path) -> None:
    folder, case = trial
    connection = sqlite3.connect(folder / "study.db")
    (digest,) = connection.execute("SELECT hash FROM event WHERE seq = 172").fetchone()
    connection.close()
    content = (folder / "study.db").read_bytes()
    place = content.index(digest.encode())
    (folder / "study.db").write_bytes(content[:place] + b"0" * 64 + content[place + 64 :])

    found = salvage(folder, tmp_path / "new")

    assert (found.answers, found.doubts) == (171, "")
    assert case


def test_the_audit_of_a_salvaged_study_tells_of_it(
    trial: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    salvage(trial[0], tmp_path / "new")

    assert main(["audit", str(tmp_path / "new")]) == 0
    assert "Salvaged from a damaged file on " in capsys.readouterr().out


def test_a_study_with_cases_signed_reopened_changed_and_signed_again_comes_over_whole(tmp_path: Path) -> None:
    """In the order of tables the acts would go in first, and the guard of a signed case then refuses its answers."""
    folder, (signed, amended, parked) = an_assigned_study(tmp_path / "trial", subjects=3)
    asked = {"no-contrast-synovitis": "as seen", "no-contrast-tenosynovitis": "as seen"}
    for case in (signed, amended):
        read_whole(folder, case)
        with ReaderStudy.open(folder, "ES") as study:
            study.sign(case, asked)
    with CoordinatorStudy.open(folder) as coordinator:
        coordinator.reopen(amended, "the sides were mixed up")
    record(folder, amended, changed("2 ERO CAP", "3", "0"))
    with ReaderStudy.open(folder, "ES") as study:
        study.sign(amended, asked)
        study.park(parked, "PAIR")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    found = salvage(folder, tmp_path / "new")

    assert (found.answers, found.beyond, found.doubts) == (86 + 86 + 1, 0, "")
    assert audit(tmp_path / "new").events == 86 + 86 + 1
    with ReaderStudy.open(tmp_path / "new", "ES") as study:
        assert [item.status for item in study.worklist()] == ["signed", "signed", "parked"]
        assert study.reading(amended).answers[key("2 ERO CAP")] == answer("3")
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
