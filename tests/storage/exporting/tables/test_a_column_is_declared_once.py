"""A column is declared in one place: planted there, it stands in every file that speaks of columns, with its cells."""

from __future__ import annotations

import csv
import json
import re
import runpy
from pathlib import Path

import pytest

from scoring.schemes.scheme import Feature
from storage.exporting.export import export_study
from storage.exporting.rows import parts, scores, wide
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.tables.columns import CodeList, Column, Part, code, integer
from storage.exporting.tables.dictionary import REDCAP_HEADER
from storage.exporting.writing import LONG_TABLES, REDCAP_FILE, Wish
from tests.builders.studies import an_assigned_study, changed, record

TISSUES = CodeList("tissue", (("BONE", "Bone, and what is in it"), ("SOFT", "Joint lining and sheaths")))
LONG = ("readings", "scores", "totals", "changes", "places", "comments")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An export with two planted columns: one of codes in scores.csv, one of numbers in every row of a reading."""
    of_scale, of_scheme = scores.scale_part, parts.provenance_part

    def with_tissue() -> Part[Feature]:
        tissue = code("tissue", "What is scored", _tissue, TISSUES, length=4)
        return Part((*of_scale().columns, tissue))

    def with_length(sheet: Sheet) -> Part[ReadingRecord]:
        length: Column[ReadingRecord] = integer("length", "Letters of the case's code", _length, minimum=1, maximum=9)
        return Part((length, *of_scheme(sheet).columns))

    monkeypatch.setattr(scores, "scale_part", with_tissue)
    for filled in (*LONG_TABLES, wide.wide):
        monkeypatch.setitem(filled.__globals__, "provenance_part", with_length)
    study, (case,) = an_assigned_study(tmp_path / "trial")
    record(study, case, changed("1 OST CAP", "OT:cast"))
    return export_study(study, tmp_path / "out", Wish(wide=True)).out


def _tissue(feature: Feature) -> str:
    return "BONE" if feature.code in {"OST", "ERO"} else "SOFT"


def _length(item: ReadingRecord) -> int:
    return len(item.case)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def test_it_has_its_cells_in_each_row_and_all_others_stay_where_they_were(out: Path) -> None:
    rows = _rows(out / "scores.csv")

    assert {(row["feature"], row["tissue"]) for row in rows} == {
        ("SYN", "SOFT"),
        ("TEN", "SOFT"),
        ("OST", "BONE"),
        ("ERO", "BONE"),
    }
    assert {row["grade_step"] for row in rows} == {"1"}
    assert {row["scheme_id"] for row in rows} == {"ramris-wrist"}
    for name in (*(name for name in LONG if name != "places"), "wide"):
        assert {row["length"] for row in _rows(out / f"{name}.csv")} == {str(len(rows[0]["case_code"]))}, name


def test_it_is_described_in_the_dictionary_and_its_codes_are_listed(out: Path) -> None:
    described = {(row["file"], row["name"]): row for row in _rows(out / "data_dictionary.csv")}
    codes = [(row["code"], row["label"]) for row in _rows(out / "codelists.csv") if row["codelist"] == "tissue"]

    tissue = described["scores.csv", "tissue"]
    assert (tissue["type"], tissue["allowed"], tissue["codelist"], tissue["may_be_empty"], tissue["meaning"]) == (
        "code",
        "BONE; SOFT",
        "tissue",
        "NO",
        "What is scored",
    )
    assert codes == list(TISSUES.entries)
    for name in (*LONG, "wide"):
        assert described[f"{name}.csv", "length"]["allowed"] == "1 to 9"


def test_it_is_a_field_of_the_data_package_with_its_rules(out: Path) -> None:
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    fields = {
        (resource["name"], field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }

    assert fields["scores", "tissue"]["constraints"] == {"required": True, "enum": ["BONE", "SOFT"]}
    for name in (*LONG, "wide"):
        assert fields[name, "length"]["type"] == "integer"
        assert fields[name, "length"]["constraints"] == {"required": True, "minimum": 1, "maximum": 9}


def test_each_import_script_gives_it_its_type(out: Path) -> None:
    read = runpy.run_path(str(out / "import.py"))["load"]()
    r, sas = ((out / name).read_text("utf-8") for name in ("import.R", "import.sas"))

    assert list(read["scores"]["tissue"].cat.categories) == ["BONE", "SOFT"]
    assert {str(read[name]["length"].dtype) for name in (*LONG, "wide")} == {"Int64"}
    assert re.search(r'tissue = c\(\s*"BONE", "SOFT"\s*\)', r)
    assert r.count('length = "integer"') == len(LONG) + 1
    assert "    tissue $tissue_f." in sas
    assert sas.count("    length = 'Letters of the case''s code'") == len(LONG) + 1


def test_one_of_the_wide_file_is_a_variable_for_redcap(out: Path) -> None:
    with (out / REDCAP_FILE).open(encoding="utf-8", newline="") as lines:
        fields = {row[REDCAP_HEADER[0]]: row for row in csv.DictReader(lines)}

    length = fields["length"]
    assert (length["Field Label"], length["Text Validation Min"], length["Text Validation Max"]) == (
        "Letters of the case's code",
        "1",
        "9",
    )
