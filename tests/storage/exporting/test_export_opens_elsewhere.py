"""Files beside the tables are true: the data package validates, and each script gives the types it promises."""

from __future__ import annotations

import csv
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scoring.schemes.load import shipped_scheme
from storage.exporting.exchange import PACKAGE_FILE
from storage.exporting.export import export_study
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.wide import wide
from storage.exporting.tables.columns import Column, Kind, Table
from storage.exporting.tables.dictionary import CODELISTS, DICTIONARY
from storage.exporting.tables.visits import VisitNames
from storage.exporting.writing import LONG_TABLES, REDCAP_FILE, Wish
from tests.builders.studies import an_assigned_study, changed, read_whole, record

SCHEME = shipped_scheme()
SHEET = Sheet(SCHEME, "KNOWN", VisitNames(ordered=True), [])
TABLES = tuple(filled(SHEET)[0] for filled in (*LONG_TABLES, wide))
WORDS = 'Gips, "alt" ßé漢'


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases: one complete with every kind of answer, one begun, one not."""
    folder = tmp_path_factory.mktemp("export")
    study, cases = an_assigned_study(folder / "trial", subjects=3)
    read_whole(study, cases[0], {"1 SYN RC": "SQ", "2 OST CAP": f"OT:{WORDS}", "1 ERO RAD": "10", "2 ERO RAD": "NC"})
    record(study, cases[1], changed("1 TEN E1", "2"))
    export_study(study, folder / "out", Wish(wide=True, excel=True))
    return folder / "out"


def _rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_data_package_is_valid_with_its_keys_ranges_sizes_and_digests(out: Path) -> None:
    # frictionless reads every table by its schema: types, enums, ranges, keys, foreign keys, bytes, SHA-256
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", PACKAGE_FILE, "--json"],
        cwd=out,
        capture_output=True,
        text=True,
        check=False,
    )

    report = json.loads(done.stdout)
    assert report["valid"], report["tasks"]
    assert {task["name"] for task in report["tasks"]} == {table.name for table in (*TABLES, DICTIONARY, CODELISTS)}


def test_the_package_says_which_record_and_scheme_it_is_of_and_never_when_it_was_made(out: Path) -> None:
    package = json.loads((out / PACKAGE_FILE).read_text("utf-8"))

    last = max(row["last_entry_utc"] for row in _rows(out, "scores"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["created"] == package["ramris"]["record"]["head_utc"] == last
    assert package["ramris"]["record"]["events"] == 87
    assert re.fullmatch(r"[0-9a-f]{64}", package["ramris"]["record"]["head_sha256"])
    assert package["ramris"]["scheme"]["sha256"] == SCHEME.sha256


def test_every_table_names_its_key_and_every_row_belongs_to_a_reading(out: Path) -> None:
    package = json.loads((out / PACKAGE_FILE).read_text("utf-8"))

    schemas = {item["name"]: item["schema"] for item in package["resources"]}
    assert {name: schema["primaryKey"] for name, schema in schemas.items()} == {
        "readings": ["case_code"],
        "scores": ["case_code", "visit", "feature", "site"],
        "totals": ["case_code", "visit", "total"],
        "changes": ["case_code", "measure", "total_rule"],
        "places": ["case_code", "visit", "feature", "site"],
        "comments": ["case_code", "visit", "feature", "site"],
        "wide": ["case_code"],
        "data_dictionary": ["file", "name"],
        "codelists": ["codelist", "code"],
    }
    to_readings = [{"fields": ["case_code"], "reference": {"resource": "readings", "fields": ["case_code"]}}]
    assert {name for name, schema in schemas.items() if schema.get("foreignKeys") == to_readings} == {
        "scores",
        "totals",
        "changes",
        "places",
        "comments",
    }


def test_a_row_without_its_reading_makes_the_package_invalid(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "broken")
    readings = tmp_path / "broken" / "readings.csv"
    lines = readings.read_bytes().splitlines(keepends=True)
    readings.write_bytes(b"".join(lines[:1] + lines[2:]))

    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", PACKAGE_FILE, "--json"],
        cwd=tmp_path / "broken",
        capture_output=True,
        text=True,
        check=False,
    )

    report = json.loads(done.stdout)
    kinds = {error["type"] for task in report["tasks"] for error in task["errors"]}
    assert not report["valid"]
    assert {"foreign-key", "hash-count", "byte-count"} <= kinds


def test_every_file_beside_the_package_is_named_in_it(out: Path) -> None:
    package = json.loads((out / PACKAGE_FILE).read_text("utf-8"))

    named = {item["path"] for item in (*package["resources"], *package["ramris"]["other_files"])}
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert found == {*named, PACKAGE_FILE}


def _pandas_type(column: Column[Any]) -> str:
    if column.factor:
        return "category"
    types = {Kind.INTEGER: "Int64", Kind.NUMBER: "Float64", Kind.DATETIME: "datetime64[us, UTC]"}
    return types.get(column.kind, "string")


def test_pandas_reads_every_table_with_its_types(out: Path) -> None:
    read: dict[str, Any] = runpy.run_path(str(out / "import.py"))["load"]()

    assert list(read) == [table.name for table in TABLES]
    for table in TABLES:
        frame = read[table.name]
        assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
            column.name: _pandas_type(column) for column in table.columns
        }
        assert len(frame) == len(_rows(out, table.name))
    scores = read["scores"].set_index(["visit", "feature", "site"])
    assert scores.loc[("V1", "ERO", "RAD"), "score"].max() == 10
    assert read["scores"]["score"].isna().sum() == sum(not row["score"] for row in _rows(out, "scores"))
    assert read["comments"]["comment"].tolist() == [WORDS]


_R_TYPES = {Kind.CODE: "character", Kind.TEXT: "character", Kind.INTEGER: "integer", Kind.NUMBER: "numeric"}
_R_REPORT = """
options(warn = 2)
source("import.R")
for (name in names(ramris)) {
  table <- ramris[[name]]
  for (column in names(table)) cat(name, column, class(table[[column]])[1], sum(is.na(table[[column]])), "\\n")
}
cat(utf8ToInt(ramris$comments$comment), "\\n")
"""


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_r_reads_every_table_with_its_types_and_without_a_warning(out: Path, locale: str) -> None:
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", _R_REPORT],
        cwd=out,
        env={**os.environ, "LC_ALL": locale},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    *lines, letters = done.stdout.splitlines()
    found = [tuple(line.split()) for line in lines]
    assert found == [
        (
            table.name,
            column.name,
            "POSIXct" if column.kind is Kind.DATETIME else "factor" if column.factor else _R_TYPES[column.kind],
            str(sum(not row[column.name] for row in _rows(out, table.name))),
        )
        for table in TABLES
        for column in table.columns
    ]
    assert "".join(chr(int(number)) for number in letters.split()) == WORDS


def _sas_step(script: str, table: Table) -> dict[str, list[str]]:
    """Statement -> its items, of the DATA step of a table."""
    (step,) = re.findall(rf"^data work\.{table.name};\n(.*?)^run;$", script, flags=re.MULTILINE | re.DOTALL)
    statements = re.findall(r"^  (\w+)\n(.*?);$", step, flags=re.MULTILINE | re.DOTALL)
    return {word: [line.strip() for line in body.splitlines()] for word, body in statements}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_sas_step_takes_the_columns_in_order_and_long_enough(out: Path, table: Table) -> None:
    # SAS can't be run here: its steps are held against the tables and the cells instead
    step = _sas_step((out / "import.sas").read_text("utf-8"), table)

    names = [column.name for column in table.columns]
    assert step["input"] == names
    lengths = dict(line.split() for line in step["length"])
    informats = dict(line.split() for line in step["informat"])
    assert list(lengths) == list(informats) == names
    rows = _rows(out, table.name)
    for column in table.columns:
        if column.kind in {Kind.CODE, Kind.TEXT}:
            size = int(lengths[column.name].removeprefix("$"))
            assert max((len(row[column.name].encode()) for row in rows), default=0) <= size
            assert informats[column.name] == f"${size}."
        else:
            assert lengths[column.name] == "8"
            assert informats[column.name] == ("e8601dz35." if column.kind is Kind.DATETIME else "best32.")


def test_sas_names_labels_and_formats_keep_to_what_sas_allows(out: Path) -> None:
    script = (out / "import.sas").read_text("utf-8")

    declared = set(re.findall(r"^  value \$(\w+)$", script, flags=re.MULTILINE))
    for table in TABLES:
        step = _sas_step(script, table)
        used = {line.split()[1] for line in step["format"]} - {"e8601dz24.3"}
        assert {name.removeprefix("$").removesuffix(".") for name in used} <= declared
        assert all(re.fullmatch(r"[a-z_][a-z0-9_]{0,31}", name) for name in step["input"])
        assert all(len(line.partition(" = ")[2]) <= 256 + 2 for line in step["label"])
    assert all(len(name) <= 31 and not name[-1].isdigit() for name in declared)
    assert script.count("'") % 2 == 0


def test_the_redcap_dictionary_has_redcaps_columns_and_a_field_for_every_variable(out: Path) -> None:
    with (out / REDCAP_FILE).open(encoding="utf-8", newline="") as file:
        header, *fields = list(csv.reader(file))

    # the 18 columns as REDCap's own "Data Dictionary" download has them
    assert len(header) == 18
    assert (header[0], header[5], header[7], header[17]) == (
        "Variable / Field Name",
        "Choices, Calculations, OR Slider Labels",
        "Text Validation Type OR Show Slider Number",
        "Field Annotation",
    )
    names = [field[0] for field in fields]
    assert names == list(TABLES[-1].header)
    assert names[0] == "case_code"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) and "__" not in name for name in names)
    for field in fields:
        assert field[3] in {"text", "dropdown"}
        assert field[7] in {"", "integer", "number"}
        choices = [choice.partition(", ") for choice in field[5].split(" | ")] if field[5] else []
        assert (field[3] == "dropdown") is bool(choices)
        assert all(re.fullmatch(r"[A-Za-z0-9_]+", code) and label for code, _, label in choices)


def test_every_cell_of_the_wide_file_is_one_that_its_redcap_field_takes(out: Path) -> None:
    with (out / REDCAP_FILE).open(encoding="utf-8", newline="") as file:
        fields = {field["Variable / Field Name"]: field for field in csv.DictReader(file)}

    for row in _rows(out, "wide"):
        for name, cell in row.items():
            choices = fields[name]["Choices, Calculations, OR Slider Labels"]
            low, high = fields[name]["Text Validation Min"], fields[name]["Text Validation Max"]
            if cell and choices:
                assert cell in {choice.partition(", ")[0] for choice in choices.split(" | ")}
            elif cell and low and high:
                assert float(low) <= float(cell) <= float(high)
