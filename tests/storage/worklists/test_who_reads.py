"""Readers of a study as an offer: as the file has them, and no word where it says nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage.audit.reader_copies import RECEIVED
from storage.files.layout import STUDY_FILE
from storage.worklists import who_reads as module
from storage.worklists.who_reads import WhoReads, who_reads
from tests.builders.editions import READERS, a_trial, handed


def test_a_study_tells_its_readers_and_a_copy_its_one(tmp_path: Path) -> None:
    folder, _ = a_trial(tmp_path / "trial")
    copy = handed(folder, "es")

    assert who_reads(folder) == WhoReads(READERS)
    assert who_reads(copy) == WhoReads(("ES",), is_copy=True)


def test_a_folder_without_a_study_is_none_and_one_that_cannot_be_read_offers_nobody(tmp_path: Path) -> None:
    folder, _ = a_trial(tmp_path / "trial")
    content = (folder / STUDY_FILE).read_bytes()
    (folder / STUDY_FILE).write_bytes(content[:100] + b"\xff" * 5000)

    assert who_reads(folder) == WhoReads()
    assert who_reads(tmp_path / "none") is None
    (folder / STUDY_FILE).write_bytes(b"words")
    assert who_reads(folder) is None


def test_looking_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    folder, _ = a_trial(tmp_path / "trial")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with sqlite3.connect(folder / STUDY_FILE, isolation_level=None) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        # somebody writes just now: the look doesn't wait for it
        assert who_reads(folder) == WhoReads()
        writer.execute("ROLLBACK")
    writer.close()

    assert who_reads(folder) == WhoReads(READERS)
    assert {path: path.read_bytes() for path in folder.iterdir() if path in before} == before


def test_the_act_that_tells_a_copy_is_the_one_that_handing_over_writes() -> None:
    assert f"'{RECEIVED}'" in module._IS_COPY
