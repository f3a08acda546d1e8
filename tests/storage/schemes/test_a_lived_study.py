"""A study with two schemes that has lived: handed over, signed, read again, settled, excluded, restored, salvaged."""

from __future__ import annotations

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from scoring.schemes.folder import shipped_folder
from storage.audit.disagreements import disagreements
from storage.audit.verification import audit
from storage.exporting.export import export_study
from storage.handover.hand_over import hand_over
from storage.recovery.backup import back_up
from storage.recovery.merge import merge
from storage.recovery.restore import restore
from storage.recovery.salvage import salvage
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.study.repeats import coordinators_readings, finished_repeats
from storage.worklists.allotting import ALL
from tests.builders.editions import sign
from tests.builders.studies import a_study, as_it_is, read_whole, with_files

XRAY = "sharp-vdh"
PEOPLE = 3


def _read(folder: Path, reader: str, grades: dict[str, str] | None = None) -> list[str]:
    with ReaderStudy.open(folder, reader) as door:
        cases = [case.case for case in door.worklist() if case.answered < case.wanted]
    for case in cases:
        read_whole(folder, case, grades, reader)
    return cases


@pytest.fixture
def lived(tmp_path: Path) -> Path:
    """AD has the MRI, ND and N2 the radiographs; each read in a copy of their own, signed, and merged."""
    folder = with_files(a_study(tmp_path / "trial", *(f"S{number:03}" for number in range(1, PEOPLE + 1))))
    with CoordinatorStudy.open(folder) as study:
        study.assign("AD", 1)
        study.add_scheme(shipped_folder(XRAY), "radiographs as published", without_images=True)
        for reader in ("ND", "N2"):
            study.give(reader, ALL, 1, scheme=XRAY)
    hand_over(folder, tmp_path / "out", as_it_is)
    for reader, grades in (("AD", {}), ("ND", {"2 EROH R-IP1": "5"}), ("N2", {"2 EROH R-IP1": "2"})):
        copy = tmp_path / "out" / reader
        for case in _read(copy, reader, grades):
            sign(copy, case, reader)
        merge(folder, [copy])
    return folder


def test_the_record_of_all_readers_holds_together(lived: Path) -> None:
    # 3 people: 86 answers of RAMRIS once, 172 of Sharp/van der Heijde twice
    assert audit(lived).events == PEOPLE * (86 + 2 * 172)
    with CoordinatorStudy.open(lived) as study:
        assert [(line.reader, line.signed) for line in study.board()] == [("AD", 3), ("N2", 3), ("ND", 3)]


def test_radiographs_are_read_again_and_agree_with_themselves_alone(lived: Path) -> None:
    with CoordinatorStudy.open(lived) as study:
        study.reread("ND", 2, 3)
    _read(lived, "ND", {"2 EROH R-IP1": "4"})

    found = finished_repeats(lived, "ND")

    assert (found.scheme.id, len(found.pairs)) == (XRAY, 2)
    assert {item.reader for item in coordinators_readings(lived).readings} == {"AD"}
    audit(lived)


def test_a_third_reader_settles_what_two_readers_of_one_scheme_disagree_on(lived: Path) -> None:
    found = disagreements(lived, None, "1")
    assert {(item.readers, str(item.key.feature), item.difference) for item in found} == {
        (("N2", "ND"), "EROH", Decimal(3))
    }

    with CoordinatorStudy.open(lived) as study:
        assert len(study.adjudicate("TH", None, "1", 1)) == PEOPLE
    with ReaderStudy.open(lived, "TH") as door:
        assert door.scheme.id == XRAY
    _read(lived, "TH", {"2 EROH R-IP1": "3"})
    assert {item.settled and item.settled[0] for item in disagreements(lived, ("ND", "N2"), "1")} == {"TH"}
    audit(lived)


def test_final_values_are_of_each_scheme_by_itself(lived: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(lived) as study:
        study.set_design("final", "median", "as the protocol says")
        study.adjudicate("TH", None, "1", 1)
        waiting = study.third_readers_rates()
    _read(lived, "TH", {"2 EROH R-IP1": "3"})

    export_study(lived, tmp_path / "csv")

    with (tmp_path / "csv" / "final_sharp_vdh.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    # 172 sites of each of three people: 2, 5 and the third's 3 at one of them, whose median is 3; elsewhere both gave 0
    assert len(rows) == PEOPLE * 172
    assert Counter((row["final"], row["how"]) for row in rows) == {
        ("3", "MEDIAN"): PEOPLE,
        ("0", "AGREED"): PEOPLE * 171,
    }
    assert {(row["reader_1_id"], row["reader_2_id"], row["adjudicator_id"]) for row in rows} == {("N2", "ND", "TH")}
    # one reader alone has the MRI
    with (tmp_path / "csv" / "final.csv").open(encoding="utf-8", newline="") as lines:
        assert {(row["reader_1_id"], row["how"]) for row in csv.DictReader(lines)} == {("AD", "NOT_READ_BY_TWO")}
    with (tmp_path / "csv" / "final_totals_sharp_vdh.csv").open(encoding="utf-8", newline="") as lines:
        totals = {(row["visit"], row["total"]): row["strict"] for row in csv.DictReader(lines)}
    assert totals["V2", "EROTOT"] == "3"
    assert (waiting.cases, waiting.final, waiting.waits) == (
        2 * PEOPLE, 0, tuple(f"S{number:03} ({XRAY})" for number in range(1, PEOPLE + 1)),
    )  # fmt: skip
    with CoordinatorStudy.open(lived) as study:
        now = study.third_readers_rates()
    assert (now.final, now.waits, now.lacking) == (PEOPLE, (), ("S001", "S002", "S003"))
    assert [(one.reader, one.done) for one in now.readers] == [("N2", PEOPLE), ("ND", PEOPLE)]


def test_who_is_excluded_counts_for_neither_scheme(lived: Path) -> None:
    with CoordinatorStudy.open(lived) as study:
        study.exclude("S002", None, "", "withdrawn")

    for scheme in ("ramris-wrist", XRAY):
        assert {item.subject for item in coordinators_readings(lived, scheme=scheme).readings} == {"S001", "S003"}
    audit(lived)


def test_a_lock_counts_the_readings_of_all_schemes(lived: Path) -> None:
    with CoordinatorStudy.open(lived) as study:
        lock = study.lock()

    assert (lock.readings, lock.incomplete, lock.unsigned) == (9, 0, 0)
    audit(lived)


def test_a_backup_and_what_is_salvaged_have_both_schemes(lived: Path, tmp_path: Path) -> None:
    back_up(lived)
    (lived / "study.db").write_bytes(b"not a database" * 1000)
    restore(lived)
    assert audit(lived).events == PEOPLE * (86 + 2 * 172)

    salvage(lived, tmp_path / "saved")
    with ReaderStudy.open(tmp_path / "saved", "ND") as door:
        assert door.scheme.id == XRAY
