"""A reader whose id was a typing error is called otherwise: for a reason, undone, before and after the first grade."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.errors import StudyError, UnknownReader
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.allotting import ALL
from storage.worklists.taking_back import ALL_UNREAD
from storage.worklists.who_reads import who_reads
from tests.builders.studies import an_assigned_study, as_it_is, changed, read_whole, record, with_files


@pytest.fixture
def trial(tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """Two cases of R11, who was to be R1."""
    folder, cases = an_assigned_study(tmp_path / "trial", reader="R11", subjects=2)
    return with_files(folder), cases


def _rename(folder: Path, reader: str = "R11", name: str = "R1") -> None:
    with CoordinatorStudy.open(folder) as study:
        study.rename_reader(reader, name, "a typing error")


def _exported(folder: Path, out: Path) -> list[dict[str, str]]:
    export_study(folder, out)
    with (out / "readings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("begun", [False, True], ids=["before the first grade", "after it"])
def test_whoever_was_renamed_reads_on_under_the_new_name_and_under_the_old_one(
    begun: bool, trial: tuple[Path, tuple[str, ...]]
) -> None:
    folder, cases = trial
    if begun:
        record(folder, cases[0], changed("1 ERO CAP", "3"), reader="R11")
    _rename(folder)

    for name in ("R1", "R11"):
        with ReaderStudy.open(folder, name) as door:
            assert {item.case for item in door.worklist()} == set(cases)
            assert door.reader == "R11"
    assert audit(folder).events == int(begun)


def test_the_board_the_glance_and_the_start_window_show_the_new_name(trial: tuple[Path, tuple[str, ...]]) -> None:
    folder, _ = trial
    _rename(folder)

    with CoordinatorStudy.open(folder) as study:
        assert [(line.reader, line.purpose) for line in study.board()] == [("R1", "PRIMARY")]
        assert [item.reader for item in study.overview().readers] == ["R1"]
    found = who_reads(folder)
    assert found is not None
    assert found.readers == ("R1",)


def test_exports_say_the_new_name_and_the_id_on_the_record(trial: tuple[Path, tuple[str, ...]], tmp_path: Path) -> None:
    folder, cases = trial
    record(folder, cases[0], changed("1 ERO CAP", "3"), reader="R11")
    _rename(folder)

    rows = _exported(folder, tmp_path / "out")

    assert {(row["reader_id"], row["reader_id_on_record"], row["read_purpose"]) for row in rows} == {
        ("R1", "R11", "PRIMARY")
    }


def test_what_was_given_can_be_taken_back_read_again_and_added_to_by_the_new_name(
    trial: tuple[Path, tuple[str, ...]],
) -> None:
    folder, cases = trial
    read_whole(folder, cases[0], reader="R11")
    _rename(folder)

    with CoordinatorStudy.open(folder) as study:
        assert study.take_back("R1", ALL_UNREAD, "later").reader == "R1"
        assert study.give("R1", ALL).reader == "R1"
        assert len(study.reread("R1", 1)) == 1
        study.retire("R1", "left")
        study.bring_back("R1", "came back")
        # nobody new came of it
        assert [line.reader for line in study.board()] == ["R1"]


def test_it_is_undone(trial: tuple[Path, tuple[str, ...]], tmp_path: Path) -> None:
    folder, cases = trial
    record(folder, cases[0], changed("1 ERO CAP", "3"), reader="R11")
    _rename(folder)

    with CoordinatorStudy.open(folder) as study:
        assert study.take_name_back("R1", "it was right") == "R11"
        assert [line.reader for line in study.board()] == ["R11"]

    assert {row["reader_id"] for row in _exported(folder, tmp_path / "out")} == {"R11"}
    with pytest.raises(UnknownReader):
        ReaderStudy.open(folder, "R1")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("R2", "R2 is another reader"),
        ("r2", "r2 is another reader"),
        ("R11", "is called R11 already"),
        ("NA", "missing value"),
        ("a b", "1 to 32 letters"),
        ("", "1 to 32 letters"),
    ],
)
def test_a_name_that_another_reader_has_or_that_tables_spoil_is_refused(
    name: str, says: str, trial: tuple[Path, tuple[str, ...]]
) -> None:
    folder, _ = trial
    with CoordinatorStudy.open(folder) as study:
        study.assign("R2", seed=2)
        with pytest.raises(StudyError, match=says):
            study.rename_reader("R11", name, "a typing error")
        with pytest.raises(StudyError, match="reason"):
            study.rename_reader("R11", "R1", " ")


def test_nobody_new_gets_the_name_of_a_renamed_reader(trial: tuple[Path, tuple[str, ...]]) -> None:
    folder, cases = trial
    _rename(folder)

    with CoordinatorStudy.open(folder) as study:
        # both are the one reader, who has these already
        for name in ("R1", "R11"):
            assert {item.case for item in study.assign(name)} == set(cases)
        study.assign("R2", seed=2)
        with pytest.raises(StudyError, match="R1 is another reader"):
            study.rename_reader("R2", "R1", "a typing error")


def test_a_copy_from_before_merges_back_and_one_from_after_opens_by_the_new_name(
    trial: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> None:
    folder, cases = trial
    hand_over(folder, tmp_path / "before", as_it_is)
    _rename(folder)
    done = hand_over(folder, tmp_path / "after", as_it_is, "R1")
    record(tmp_path / "before", cases[0], changed("1 ERO CAP", "3"), reader="R11")
    record(tmp_path / "after", cases[1], changed("1 ERO CAP", "2"), reader="R1")

    merge(folder, [tmp_path / "before", tmp_path / "after"])

    assert [item.reader for item in done] == ["R1"]
    assert "The reader is R1." in (tmp_path / "after" / "README.txt").read_text(encoding="utf-8")
    assert "R11" not in (tmp_path / "after" / "README.txt").read_text(encoding="utf-8")
    with ReaderStudy.open(folder, "R1") as door:
        assert all(door.reading(case).answers for case in cases)
    audit(folder)


def test_a_readers_copy_says_nothing_of_the_names_of_others(
    trial: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> None:
    folder, _ = trial
    with CoordinatorStudy.open(folder) as study:
        study.assign("R22", seed=2)
    _rename(folder)
    _rename(folder, "R22", "SECOND-READER")

    hand_over(folder, tmp_path / "copies", as_it_is)

    assert sorted(path.name for path in (tmp_path / "copies").iterdir()) == ["R1", "SECOND-READER"]
    assert b"SECOND-READER" not in (tmp_path / "copies" / "R1" / "study.db").read_bytes()


def test_the_id_on_the_record_is_a_name_to_go_back_to(trial: tuple[Path, tuple[str, ...]]) -> None:
    """Typed the other way round: it said that R1 is called R11 already."""
    folder, _ = trial
    _rename(folder)
    _rename(folder, "R1", "R11")

    with CoordinatorStudy.open(folder) as study:
        assert dict(study.design().called) == {}
    with pytest.raises(StudyError, match="R11 is called R11 already"):
        _rename(folder, "R11", "R11")
