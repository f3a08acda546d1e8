"""A spoiled page of study.db is refused, found by the audit, or does no harm: nobody reads on unaware."""

from __future__ import annotations

import io
import re
import sqlite3
import struct
import sys
from pathlib import Path

import pytest

from scoring.errors import RamrisError
from storage.audit.verification import audit
from storage.errors import RecordDamaged, StaleAnswer
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, changed, read_whole, record
from workstation.cli import main

PAGE, SECTOR = 4096, 512


@pytest.mark.case(80)
@pytest.mark.parametrize("rubbish", [bytes(PAGE), b"\x55" * PAGE], ids=["zeroed", "overwritten"])
def test_a_spoiled_page_is_refused_or_found_or_was_not_in_use(tmp_path: Path, rubbish: bytes) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    file = folder / "study.db"
    whole = file.read_bytes()
    with ReaderStudy.open(folder, "ES") as study:
        before = study.reading(case)

    found, told = 0, list[str]()
    for start in range(0, len(whole), PAGE):
        file.write_bytes(whole[:start] + rubbish + whole[start + PAGE :])
        try:
            with ReaderStudy.open(folder, "ES") as study:
                reading = study.reading(case)
        except RamrisError as refusal:
            # nobody writes into it, whatever is damaged
            assert file.read_bytes() == whole[:start] + rubbish + whole[start + PAGE :]
            told.append(str(refusal))
            continue
        try:
            audit(folder)
        except RecordDamaged:
            found += 1
        else:
            assert reading == before

    assert len(told) > len(whole) // PAGE * 0.8, (told, found)
    # page 1 is what tells a study from any other file
    assert [line for line in told[1:] if "ramris study restore" not in line] == []


@pytest.mark.case(80)
def test_grades_are_not_entered_into_a_damaged_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    file = folder / "study.db"
    content = bytearray(file.read_bytes())
    content[8 * PAGE : 9 * PAGE] = b"\x55" * PAGE
    file.write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{case},1,ERO,CAP,3\n".encode())))

    assert main(["enter", str(folder), "--reader", "ES"]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert "damaged" in told.err
    assert "`ramris study restore` brings back its last backup" in told.err
    assert file.read_bytes() == content


def test_a_grade_that_was_changed_in_an_index_alone_is_found(tmp_path: Path) -> None:
    # what a change is held against is read from a covering index: what it holds must be what the record holds
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    record(folder, case, changed("1 ERO CAP", "3"))
    file = folder / "study.db"
    content = file.read_bytes()
    # visit 1 and row 1 take no bytes of their own in a record of SQLite (sqlite.org/fileformat2.html, serial type 9)
    held, forged = f"{case}EROCAP3".encode(), f"{case}EROCAP7".encode()
    in_table, in_index = sorted(
        (match.start() for match in re.finditer(held, content)), key=lambda place: _is_index(content, place)
    )
    assert not _is_index(content, in_table)
    file.write_bytes(content[:in_index] + forged + content[in_index + len(held) :])
    with pytest.raises(StaleAnswer, match="is 7 on disk and was 3 here"):
        record(folder, case, changed("1 ERO CAP", "4", before="3"))

    with pytest.raises(RecordDamaged, match="ix_event_answer"):
        audit(folder)


def _is_index(content: bytes, place: int) -> bool:
    """Whether a place lies on a leaf page of an index: its first byte is 10, and 13 for a table."""
    return content[place // PAGE * PAGE] == 10


@pytest.mark.case(82)
def test_the_journal_of_another_study_is_refused_or_found_and_never_becomes_part_of_the_record(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    other, (theirs,) = an_assigned_study(tmp_path / "other")
    read_whole(other, theirs, {"1 ERO CAP": "9"})
    (folder / "study.db-journal").write_bytes(_hot_journal(other))

    with pytest.raises(RamrisError) as refusal:
        audit(folder)

    assert "ramris study restore" in str(refusal.value) or "row" in str(refusal.value)


def _hot_journal(folder: Path) -> bytes:
    """The journal of a study as a kill in mid-commit leaves it, with the pages as they were before one more answer.

    PERSIST keeps it, but for the 28 bytes of its header; those are written again: sqlite.org/fileformat2.html#rollback.
    """
    file = folder / "study.db"
    pages = file.stat().st_size // PAGE
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = persist")
    names = ", ".join(f'"{row[1]}"' for row in connection.execute("PRAGMA table_info(event)") if row[1] != "seq")
    last = "ORDER BY seq DESC LIMIT 1"
    connection.execute(f"INSERT INTO event (seq, {names}) SELECT seq + 1, {names} FROM event {last}")  # noqa: S608 - ours
    connection.close()
    content = (folder / "study.db-journal").read_bytes()
    count = (len(content) - SECTOR) // (PAGE + 8)
    _, first, checksum = struct.unpack_from(f">I{PAGE}sI", content, SECTOR)
    nonce = (checksum - sum(first[place] for place in range(PAGE - 200, 0, -200))) % 2**32
    header = struct.pack(">8sIIIII", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", count, nonce, pages, SECTOR, PAGE)
    return header + content[len(header) :]


@pytest.mark.case(82)
def test_its_own_journal_is_played_back_and_one_that_was_emptied_does_nothing(tmp_path: Path) -> None:
    folder, (case,) = an_assigned_study(tmp_path / "trial")
    read_whole(folder, case)
    (folder / "study.db-journal").write_bytes(_hot_journal(folder))

    assert audit(folder).events == 86

    (folder / "study.db-journal").unlink(missing_ok=True)
    assert audit(folder).events == 86
