"""The clinical file: what is read from it, and how a mistake in it is named."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scoring.analysis.clinical_csv import read_clinical
from scoring.analysis.disease_activity import das28
from scoring.analysis.errors import AnalysisRefused
from scoring.analysis.plan import shipped_plan

HEADING = "subject_id,person_id,group,age,sex,duration_years,anti_ccp,das28crp_v1,das28crp_v2\n"
GOOD = "S001,P01,MTX,50,F,3.5,POS,4.5,2.5\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        (HEADING, "no row"),
        (HEADING.replace("group,", "") + GOOD.replace("MTX,", ""), "row 1: column group is missing"),
        (HEADING.replace("age", "sex"), "row 1: column 'sex' stands there twice"),
        (HEADING + GOOD.replace("50", "fifty"), "row 2, column age: 'fifty' is not a number"),
        (HEADING + GOOD.replace("50", "500"), "row 2, column age: '500' can't be: 0 to 120"),
        (HEADING + GOOD.replace(",F,", ",W,"), "row 2, column sex: 'W' is none of F, M"),
        (HEADING + GOOD.replace("MTX", ""), "row 2, column group: it is empty"),
        (HEADING + GOOD + GOOD, "row 3: subject_id 'S001' stands in row 2 too"),
        (HEADING + GOOD.replace("4.5,", ""), "row 2 has 8 cells where the heading has 9"),
        (HEADING.replace("_v2", "_v3") + GOOD, "row 1: column das28crp_v2 is missing beside das28crp"),
        (HEADING + GOOD + GOOD.replace("S001", "S081").replace(",F,", ",M,"), "rows 2 and 3 are one person, 'P01'"),
        (HEADING + GOOD.replace("3.5", '"3,5"'), "column das28crp_v1: '4.5' has a decimal point, and other numbers"),
        (HEADING.replace("age", "tjc28_v1,tjc28_v2") + GOOD.replace("50", "2.5,1"), "'2.5' can't be: it is a count"),
    ],
)
def test_a_wrong_clinical_file_is_named_with_row_and_column(tmp_path: Path, text: str, says: str) -> None:
    place = tmp_path / "clinical.csv"
    place.write_text(text, "utf-8")

    with pytest.raises(AnalysisRefused) as refused:
        read_clinical(place, shipped_plan())

    assert str(refused.value).startswith("clinical.csv: ")
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("separator", "sign", "said"), [(";", ",", ""), ("\t", ".", ""), (";", ".", "sep=;\r\n")])
def test_semicolons_tabs_and_decimal_commas_are_read(tmp_path: Path, separator: str, sign: str, said: str) -> None:
    place = tmp_path / "clinical.csv"
    place.write_text(said + (HEADING + GOOD.replace(".", "#")).replace(",", separator).replace("#", sign), "utf-8")

    (item,) = read_clinical(place, shipped_plan()).enrolments

    assert item.values["das28crp"] == (4.5, 2.5)
    assert item.values["sex"] == (0.0, 0.0)
    assert item.row == (3 if said else 2)


def test_components_make_the_same_disease_activity_as_the_formula(tmp_path: Path) -> None:
    place = tmp_path / "clinical.csv"
    names = [f"{name}_v{visit}" for visit in (1, 2) for name in ("tjc28", "sjc28", "crp_mg_l", "global_mm")]
    place.write_text(f"subject_id,group,{','.join(names)}\nS001,A,4,9,10,50,0,0,0,\n", "utf-8")

    found = read_clinical(place, shipped_plan())

    (item,) = found.enrolments
    given = {"tjc28": 4.0, "sjc28": 9.0, "crp_mg_l": 10.0, "global_mm": 50.0}
    assert item.values["das28crp"][0] == das28("das28crp", given)
    assert item.values["das28crp3"] == (das28("das28crp3", given), das28("das28crp3", dict.fromkeys(given, 0.0)))
    assert math.isnan(item.values["das28crp"][1])
    assert item.person == "S001"
    assert not {"das28esr", "age"} & found.variables


def test_a_column_that_no_variable_is_read_from_is_told(tmp_path: Path) -> None:
    place = tmp_path / "clinical.csv"
    place.write_text(HEADING.replace("age", "aeg") + GOOD, "utf-8")

    found = read_clinical(place, shipped_plan())

    assert found.unused == ("aeg",)
    assert "age" not in found.variables


def test_a_patients_number_stands_for_the_code_where_the_export_has_identities(tmp_path: Path) -> None:
    place = tmp_path / "clinical.csv"
    place.write_text("subject_id,enrolment,group\nWR-0042,1,A\nWR-0042,2,B\nS002,1,A\nWR-0099,1,A\n", "utf-8")
    numbers = {"WR-0042": frozenset({"S001"}), "WR-0077": frozenset({"S003", "S004"})}

    found = read_clinical(place, shipped_plan(), studies=[numbers])

    assert [(item.subjects, item.person) for item in found.enrolments] == [
        (("S001",), "S001"),
        (("S001",), "S001"),
        (("S002",), "S002"),
        # nobody with that number was scanned
        (("WR-0099",), "WR-0099"),
    ]
    typed = ["S002", "WR-0042", "WR-0099", "WR-0077"]
    assert found.people_named(typed, [numbers]) == ("S002", "S001", "WR-0099", "WR-0077")
    place.write_text("subject_id,group\nWR-0077,A\n", "utf-8")
    with pytest.raises(AnalysisRefused, match=r"row 2, column subject_id: the patient's number is of S003 and S004"):
        read_clinical(place, shipped_plan(), studies=[numbers])


def test_a_letter_in_another_encoding_is_named_by_the_byte_that_an_editor_counts(tmp_path: Path) -> None:
    place = tmp_path / "clinical.csv"
    # the third byte, counted from 1
    place.write_bytes(b"ag\xe9,group\n1,A\n")

    with pytest.raises(AnalysisRefused, match="byte 3 is not UTF-8: save the table as CSV in UTF-8"):
        read_clinical(place, shipped_plan())
