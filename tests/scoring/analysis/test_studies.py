"""Several exports in one analysis: parts of a study, studies of a trial, and what clashes is named."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scoring.analysis.analyse import analyse
from scoring.analysis.cohort import Cohort
from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.plan import load_plan, shipped_plan, shipped_plan_text
from scoring.analysis.shape import as_json
from scoring.analysis.words import as_text
from tests.builders.analysed import a_cohort, analysed
from tests.builders.trial_cohort import Row, write_cohort, write_export

KEY = ("S001", "1", "1", "MRII")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_cohort(tmp_path)
    return tmp_path


def _totals(folder: Path) -> list[Row]:
    with (folder / "export/totals.csv").open(newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def _clinical(folder: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with (folder / "clinical.csv").open(newline="") as file:
        rows = [change(dict(row)) for row in csv.DictReader(file)]
    with (folder / "clinical.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _at(cohort: Cohort, subject: str, code: str) -> float:
    (row,) = [number for number, item in enumerate(cohort.enrolments) if subject in item.subjects]
    return float(cohort.at_visit(code, 1)[row])


def _half(row: Row) -> bool:
    return int(str(row["subject_id"])[1:]) <= 42


def test_two_parts_of_one_study_are_the_whole_study(folder: Path) -> None:
    whole = analysed(folder)
    rows = _totals(folder)
    write_export(folder / "one", [row for row in rows if _half(row)], head="2", study="abc")
    write_export(folder / "two", [row for row in rows if not _half(row)], head="3", study="abc")

    parts = analyse(a_cohort(folder, exports=("one", "two")), level=0.95)

    assert as_json(parts, shipped_plan()) == as_json(whole, shipped_plan())


def test_what_stands_in_both_parts_counts_once_and_two_values_are_refused(folder: Path) -> None:
    rows = _totals(folder)
    write_export(folder / "one", rows, head="2", study="abc")
    shutil.copytree(folder / "one", folder / "copy")
    assert a_cohort(folder, exports=("one", "copy")).repeats == 10

    (scored,) = [row for row in rows if (row["subject_id"], row["round"], row["visit_num"], row["total"]) == KEY]
    scored["strict"] = str(int(str(scored["strict"])) + 1)
    write_export(folder / "later", rows, head="3", study="abc")
    with pytest.raises(AnalysisRefused, match="one and later say two things of S001, read by R1 in round 1"):
        a_cohort(folder, exports=("one", "later"))


def test_codes_that_two_studies_have_are_refused_until_the_file_says_whose_they_are(folder: Path) -> None:
    rows = _totals(folder)
    second = [dict(row, subject_id=f"S{int(str(row['subject_id'])[1:]) - 42:03}") for row in rows if not _half(row)]
    write_export(folder / "north", [row for row in rows if _half(row)], study="abc")
    write_export(folder / "south", second, head="2", study="def")

    with pytest.raises(AnalysisRefused, match=r"S0.*: in north and in south, which are two studies .* subject_id_2"):
        a_cohort(folder, exports=("north", "south"))

    def told(row: dict[str, str]) -> dict[str, str]:
        number = int(row["subject_id"][1:])
        code = {"subject_id": row["subject_id"], "subject_id_2": ""}
        return row | (code if number <= 42 else {"subject_id": "", "subject_id_2": f"S{number - 42:03}"})

    whole = analysed(folder)
    _clinical(folder, told)
    cohort = a_cohort(folder, exports=("north", "south"))
    assert cohort.without_clinical == ()
    assert analyse(cohort, level=0.95).models == whole.models


def test_totals_of_another_scheme_stand_beside_those_of_the_first(folder: Path) -> None:
    radiographs = [
        dict(row, subject_id=f"X{str(row['subject_id'])[1:]}", reader_id="R7", total="XERO", total_max=280)
        for row in _totals(folder)
        if row["total"] == "EROTOT" and row["round"] == "1"
    ]
    write_export(folder / "xray", radiographs, head="2", study="def")
    _clinical(folder, lambda row: row | {"subject_id_2": f"X{row['subject_id'][1:]}"})
    text = shipped_plan_text().replace('total = "sharp-vdh:EROTOT"', 'total = "XERO"', 1)

    cohort = a_cohort(folder, load_plan(text, "plan.toml"), exports=("export", "xray"))

    assert cohort.readers == ("R1", "R7")
    assert _at(cohort, "S001", "xray_erosion") == _at(cohort, "S001", "EROTOT")


def test_one_enrolment_in_two_studies_of_one_scheme_is_refused(folder: Path) -> None:
    rows = [dict(row, subject_id=f"T{str(row['subject_id'])[1:]}") for row in _totals(folder)]
    write_export(folder / "again", rows, head="2", study="def")
    _clinical(folder, lambda row: row | {"subject_id_2": f"T{row['subject_id'][1:]}"})

    with pytest.raises(AnalysisRefused, match="is S001 in one study, T001 in another, and both have"):
        a_cohort(folder, exports=("export", "again"))


def test_an_enrolment_of_the_export_is_joined_by_its_number(folder: Path) -> None:
    rows = [dict(row, enrolment="1") for row in _totals(folder)]
    for row in rows:
        number = int(str(row["subject_id"])[1:])
        if number > 80:
            row |= {"subject_id": f"S{number - 80:03}", "enrolment": "2", "visit_num": int(str(row["visit_num"])) + 2}
    whole = analysed(folder)
    write_export(folder / "export", rows)

    def told(row: dict[str, str]) -> dict[str, str]:
        number = int(row["subject_id"][1:])
        return row | {
            "subject_id": f"S{number - 80 if number > 80 else number:03}",
            "enrolment": "2" if number > 80 else "1",
            "person_id": "",
        }

    _clinical(folder, told)
    found = analysed(folder)

    assert (found.flow.people, found.flow.enrolments) == (80, 84)
    assert found.models[0].coefficients == whole.models[0].coefficients
    _clinical(folder, lambda row: {name: cell for name, cell in row.items() if name != "enrolment"})
    with pytest.raises(AnalysisRefused, match="row 82: subject_id 'S001' stands in row 2 too"):
        a_cohort(folder)


def test_readers_who_share_a_study_are_named_together_and_may_not_overlap(folder: Path) -> None:
    rows = _totals(folder)
    write_export(folder / "export", [row if _half(row) else dict(row, reader_id="R2") for row in rows])
    with pytest.raises(AnalysisRefused, match=r"several readers are in the export export: say .* --reader R1 or R2"):
        a_cohort(folder)

    assert a_cohort(folder, readers=("R1", "R2")).without_clinical == ()

    write_export(folder / "export", [*rows, *(dict(row, reader_id="R2") for row in rows if not _half(row))])
    with pytest.raises(AnalysisRefused, match=r"was read by R1 and by R2: name one of them"):
        a_cohort(folder, readers=("R1", "R2"))


def test_without_a_named_reader_the_primary_readings_count_and_repeats_by_who_read_first(folder: Path) -> None:
    whole = a_cohort(folder)
    rows = _totals(folder)
    # two readers share the first readings, the second one reads all of the first one's again, for agreement
    shared = [dict(row, reader_id="R1" if _half(row) else "R2", read_purpose="PRIMARY") for row in rows]
    other = [dict(row, reader_id="R2", read_purpose="INTER", strict="0") for row in rows if _half(row)]
    write_export(folder / "export", [*shared, *other])

    cohort = a_cohort(folder)

    assert cohort.readers == ("R1", "R2")
    assert np.array_equal(cohort.change("TENTOT"), whole.change("TENTOT"), equal_nan=True)
    assert cohort.sdc == whole.sdc
    assert a_cohort(folder, readers=["R2"]).readers == ("R2",)


def test_both_scans_of_a_person_read_again_alone_are_no_repeat_of_a_change(folder: Path) -> None:
    rows = _totals(folder)
    pairs = [row | {"case_code": f"{row['subject_id']}-{row['round']}"} for row in rows]
    alone = [
        row | {"case_code": f"{row['case_code']}-{row['visit_num']}"} if row["round"] == "2" else row for row in pairs
    ]
    write_export(folder / "pairs", pairs, head="2", study="abc")
    write_export(folder / "alone", alone, head="2", study="abc")

    as_pairs, as_scans = (a_cohort(folder, exports=(name,)) for name in ("pairs", "alone"))
    told = as_text(analyse(as_scans, level=0.95), shipped_plan())

    assert (as_pairs.repeats, as_pairs.pairs_again, len(as_pairs.sdc) > 0) == (10, 10, True)
    # both scans of ten people: twenty readings were done again
    assert (as_scans.repeats, as_scans.pairs_again, as_scans.sdc) == (20, 0, {})
    assert "Read again without a change: 20 (scans alone" in told
    assert "smallest detectable change" not in told
