"""Order single on a study that has lived: every scan alone, through all that a study goes through, to its export."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.errors import StudyError
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.recovery.merge import merge
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import finished_repeats
from storage.worklists.taking_back import ALL_UNREAD, Which
from tests.builders.editions import handed, sign
from tests.builders.studies import a_subject, as_it_is, read_whole, with_files, with_secret_of_tests

PEOPLE = 4


def _visits(folder: Path) -> dict[str, tuple[str, str]]:
    """Case -> (subject, visits)."""
    with closing(sqlite3.connect(folder / "study.db")) as plain:
        rows = plain.execute("SELECT code, subject, visits FROM reading_case").fetchall()
    return {code: (subject, visits) for code, subject, visits in rows}


def _open_cases(folder: Path, reader: str) -> list[str]:
    with ReaderStudy.open(folder, reader) as door:
        return [item.case for item in door.worklist() if item.status != "signed"]


def _rows(out: Path, file: str) -> list[dict[str, str]]:
    with (out / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_a_study_of_single_scans_goes_from_hand_over_to_a_locked_export(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    CoordinatorStudy.create(folder, order="single").close()
    with_secret_of_tests(folder)
    with CoordinatorStudy.open(folder) as study:
        for number in range(1, PEOPLE + 1):
            study.replace_subject(a_subject(f"S{number:03}"))
        mine = [item.case for item in study.assign("ES", seed=1)]
        theirs = [item.case for item in study.assign("MO", seed=2)]
        study.assign("GO", seed=3)
    with_files(folder)
    shows = _visits(folder)
    second = {code: visits == "[2]" for code, (_, visits) in shows.items()}

    # read at home and away: the two differ at the second scan of S001 alone
    copy = handed(folder, "copy", "MO")
    for case in mine:
        read_whole(folder, case, {"1 ERO CAP": "4" if second[case] else "1"})
        sign(folder, case)
    for case in theirs:
        differs = second[case] and shows[case][0] == "S001"
        read_whole(copy, case, {"1 ERO CAP": "9" if differs else "4" if second[case] else "1"}, "MO")
        sign(copy, case, "MO")
    merge(folder, [copy])
    assert {(item.subject, item.key.visit) for item in disagreements(folder, ("ES", "MO"), "1")} == {("S001", 2)}

    # a third gets that scan; who never read leaves
    with CoordinatorStudy.open(folder) as study:
        (settled,) = study.adjudicate("CO", ("ES", "MO"), "1", seed=4)
        one = next(
            case for case, (subject, _) in shows.items() if subject == "S002" and case in _open_cases(folder, "GO")
        )
        assert study.take_back("GO", Which(cases=frozenset({one})), "too many").cases == (one,)
        assert study.retire("GO", "left").begun == 0
    read_whole(folder, settled.case, {"1 ERO CAP": "4"}, "CO")
    sign(folder, settled.case, "CO")

    # scans of both visits are read again, one of the first readings is reopened meanwhile, and a visit is excluded
    with CoordinatorStudy.open(folder) as study:
        with pytest.raises(StudyError, match="no pair"):
            study.reread("ES", 1, seed=5, unit="pair")
        again = study.reread("ES", 2 * PEOPLE, seed=5, unit="scan")
        first = next(case for case in mine if shows[case][0] == again[0].subject and not second[case])
        study.reopen(first, "a wrong wrist was scored")
    sign(folder, first)
    for item in again:
        read_whole(folder, item.case, {"1 ERO CAP": "4" if item.visits == (2,) else "1"})
        sign(folder, item.case)
    with CoordinatorStudy.open(folder) as study:
        study.exclude("S004", 2, "", "moved")
    repeats = finished_repeats(folder, "ES").pairs
    assert sorted(pair.scan or 0 for pair in repeats) == [1] * PEOPLE + [2] * (PEOPLE - 1)

    with CoordinatorStudy.open(folder) as study:
        study.lock()
    export_study(folder, tmp_path / "out")
    audit(folder)

    firsts = [row for row in _rows(tmp_path / "out", "readings") if row["read_purpose"] == "PRIMARY"]
    assert {(row["reader_id"], row["chronology"]) for row in firsts} == {("ES", "SINGLE")}
    assert len(firsts) == 2 * PEOPLE
    changed = [
        row
        for row in _rows(tmp_path / "out", "changes")
        if (row["feature"], row["site"], row["read_purpose"]) == ("ERO", "CAP", "PRIMARY") and row["change"]
    ]
    # three people's change is of two scans that were read apart; the fourth has lost the second one
    assert sorted((row["subject_id"], row["change"]) for row in changed) == [(f"S00{n}", "3") for n in (1, 2, 3)]
    again_rows = [row for row in _rows(tmp_path / "out", "changes") if row["read_purpose"] == "INTRA_REPEAT"]
    assert {row["change"] for row in again_rows} == {""}


def test_what_is_left_of_a_single_study_goes_out_again_after_a_merge(tmp_path: Path) -> None:
    folder = tmp_path / "trial"
    CoordinatorStudy.create(folder, order="single").close()
    with_secret_of_tests(folder)
    with CoordinatorStudy.open(folder) as study:
        study.replace_subject(a_subject("S001"))
        study.replace_subject(a_subject("S002"))
        cases = [item.case for item in study.assign("ES", seed=1)]
    with_files(folder)
    copy = handed(folder, "copy")
    read_whole(copy, cases[0])
    sign(copy, cases[0])
    merge(folder, [copy])

    (second,) = hand_over(folder, tmp_path / "again", as_it_is, "ES")

    assert second.cases == 3
    assert set(_open_cases(tmp_path / "again", "ES")) == set(cases) - {cases[0]}
    with CoordinatorStudy.open(folder) as study:
        taken = study.take_back("ES", ALL_UNREAD, "another reader")
        assert set(taken.cases) == set(cases) - {cases[0]}
        assert len(study.give_back("ES", ALL_UNREAD, "after all").cases) == 3
    audit(folder)
