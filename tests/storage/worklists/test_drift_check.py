"""A drift check from the design to the figures: hidden repeats on a reader's worklist that only a coordinator tells."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scoring.design.draws import LEAST_BETWEEN
from scoring.readings import rounds
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.exporting.export import export_study
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import finished_repeats
from tests.builders.studies import a_study, a_subject, answer, changed, key, read_whole, record
from workstation.cli import main


def _a_checked_study(folder: Path, subjects: int = 14, every: int = 4) -> tuple[Path, tuple[Assignment, ...]]:
    a_study(folder, *(f"S{number:03}" for number in range(1, subjects + 1)))
    with CoordinatorStudy.open(folder) as study:
        study.set_design("repeat_every", str(every))
        return folder, study.assign("ES", seed=3)


def _again(cases: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
    return tuple(item for item in cases if item.round == rounds.DRIFT)


def _first_of(cases: tuple[Assignment, ...], subject: str) -> Assignment:
    return next(item for item in cases if (item.subject, item.round) == (subject, rounds.FIRST))


def test_without_a_check_in_the_design_every_case_is_a_first_reading(tmp_path: Path) -> None:
    folder = a_study(tmp_path / "trial", *(f"S{number:03}" for number in range(1, 31)))

    with CoordinatorStudy.open(folder) as study:
        assert {item.round for item in study.assign("ES", seed=3)} == {rounds.FIRST}


def test_repeats_stand_on_the_worklist_far_behind_their_first_and_nothing_is_closed(tmp_path: Path) -> None:
    folder, cases = _a_checked_study(tmp_path / "trial")

    assert len(_again(cases)) >= 2
    for item in _again(cases):
        assert cases.index(item) - cases.index(_first_of(cases, item.subject)) > LEAST_BETWEEN
    with ReaderStudy.open(folder, "ES") as reader:
        assert tuple(entry.case for entry in reader.worklist()) == tuple(item.case for item in cases)
        for item in _again(cases):
            assert reader.case(item.case).visits == reader.case(_first_of(cases, item.subject).case).visits
    assert audit(folder).events == 0


def test_subjects_that_come_later_are_appended_with_repeats_of_earlier_ones_and_move_nothing(tmp_path: Path) -> None:
    folder, cases = _a_checked_study(tmp_path / "trial")
    with CoordinatorStudy.open(folder) as study:
        for number in range(15, 29):
            study.replace_subject(a_subject(f"S{number:03}"))

        more = study.assign("ES", seed=9)

    assert more[: len(cases)] == cases
    assert len(_again(more)) > len(_again(cases))
    assert len({item.subject for item in _again(more)}) == len(_again(more))


def test_a_subject_whose_repeat_waits_is_not_drawn_to_be_read_again(tmp_path: Path) -> None:
    folder, cases = _a_checked_study(tmp_path / "trial")
    repeat = _again(cases)[0]
    first = _first_of(cases, repeat.subject)
    read_whole(folder, first.case)

    with CoordinatorStudy.open(folder) as study:
        with pytest.raises(StudyError, match=r"shown by cases that aren't read yet \(1\); none is left"):
            study.reread("ES", 1, seed=1)
        read_whole(folder, repeat.case)
        (drawn,) = study.reread("ES", 1, seed=1)

    # once it is read again, both earlier readings are closed to the reader
    with ReaderStudy.open(folder, "ES") as reader:
        open_now = {entry.case for entry in reader.worklist()}
    assert drawn.case in open_now
    assert not {first.case, repeat.case} & open_now


def test_the_export_tells_a_hidden_repeat_from_a_first_reading_and_from_a_re_read(tmp_path: Path) -> None:
    folder, cases = _a_checked_study(tmp_path / "trial")

    export_study(folder, tmp_path / "out")

    with (tmp_path / "out" / "readings.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["case_code"]: (row["round"], row["read_purpose"]) for row in csv.DictReader(lines)}
    assert rows == {
        item.case: ("3", "INTRA_REPEAT") if item.round == rounds.DRIFT else ("1", "PRIMARY") for item in cases
    }


def test_pairs_come_in_the_order_of_the_repeats_and_the_one_begun_earlier_is_the_first(tmp_path: Path) -> None:
    folder, cases = _a_checked_study(tmp_path / "trial")
    one, other = _again(cases)[:2]
    # of the first of them the repeat is opened before the case that it repeats
    for item, grade in (
        (_first_of(cases, other.subject), "1"),
        (one, "2"),
        (_first_of(cases, one.subject), "3"),
        (other, "4"),
    ):
        read_whole(folder, item.case, {"1 ERO CAP": grade})

    found = finished_repeats(folder, "ES", rounds.DRIFT)

    at = key("1 ERO CAP")
    assert [(pair.subject, pair.first.answer(at), pair.repeat.answer(at)) for pair in found.pairs] == [
        (one.subject, answer("2"), answer("3")),
        (other.subject, answer("1"), answer("4")),
    ]


def test_the_commands_lay_down_list_and_compare_and_the_board_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = a_study(tmp_path / "trial", *(f"S{number:03}" for number in range(1, 15)))
    assert main(["study", "design", str(folder), "--set", "repeat_every=4"]) == 0
    assert "drift check      one case in 4 is a hidden repeat" in capsys.readouterr().out
    assert main(["study", "assign", str(folder), "--reader", "ES", "--seed", "3", "--json"]) == 0
    cases = tuple(Assignment(**item) for item in json.loads(capsys.readouterr().out)["cases"])
    assert main(["agreement", str(folder), "--drift", "--reader", "ES"]) == 2
    assert f"{len(_again(cases))} drawn, none of them finished" in capsys.readouterr().err
    for number, item in enumerate(_again(cases)):
        read_whole(folder, _first_of(cases, item.subject).case, {"1 ERO CAP": "2"})
        read_whole(folder, item.case, {"1 ERO CAP": str(number)})

    assert main(["agreement", str(folder), "--drift", "--why", "interim"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["agreement", str(folder), "--drift", "--why", "interim", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["repeats"]
    # repeat minus first, by hand: 0 - 2, 1 - 2, ...
    differences = [
        next(one["difference"] for one in item["differences"] if (one["total"], one["visit"]) == ("EROTOT", 1))
        for item in listed
    ]
    assert differences == [number - 2.0 for number in range(len(_again(cases)))]
    at = lines.index(
        "Repeats in the order in which they were read; repeat minus first of each total at visits 1 and 2:"
    )
    assert [line.split()[1] for line in lines[at + 2 :]] == [item.subject for item in _again(cases)]
    assert main(["study", "board", str(folder)]) == 0
    count = len(_again(cases))
    assert f"drift check: {count} of {count} hidden repeats read" in capsys.readouterr().out
    assert main(["agreement", str(folder), "--drift", "--inter"]) == 2


def test_the_design_held_by_a_case_says_that_a_check_was_on_and_a_change_later_needs_a_reason(tmp_path: Path) -> None:
    folder, cases = _a_checked_study(tmp_path / "trial")
    record(folder, cases[0].case, changed("1 ERO CAP", "3"))

    assert main(["study", "design", str(folder), "--set", "repeat_every=none"]) == 2
    assert main(["study", "design", str(folder), "--set", "repeat_every=none", "--why", "enough was seen"]) == 0
    assert audit(folder).events == 1
