"""Identities leave the vault only where they are asked for, with a reason that stays on the record."""

import csv
import json
import os
import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest

from scoring.design.enrolment_csv import parsed
from storage.study.coordinator import CoordinatorStudy
from storage.vault.vault import Person, Vault, VisitIdentity
from tests.builders.studies import a_subject, an_assigned_study
from tests.journeys.conftest import ramris

CANARY = "VEXHOLLOW^Marrow"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder, _ = an_assigned_study(tmp_path / "trial")
    vault = Vault.open(folder)
    person = Person("S001", "key", {"PatientName": CANARY, "PatientBirthDate": "19541006"})
    vault.save([person], [VisitIdentity("S001", 1, "20220726", ("1.2",))], [], [])
    vault.close()
    return folder


@pytest.mark.case(102)
def test_without_being_asked_no_identity_is_exported(study: Path, tmp_path: Path) -> None:
    done = ramris("export", study, tmp_path / "out", "--wide", "--excel", "--xlsx", "--json")

    assert done.returncode == 0, done.stderr
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert package["ramris"]["identities"] is False
    assert not [path for path in (tmp_path / "out").rglob("*.*") if b"VEXHOLLOW" in path.read_bytes()]
    with zipfile.ZipFile(tmp_path / "out" / "tables.xlsx") as book:
        assert not [name for name in book.namelist() if b"VEXHOLLOW" in book.read(name)]


def test_with_a_reason_they_are_exported_for_this_account_and_the_record_says_so(study: Path, tmp_path: Path) -> None:
    done = ramris("export", study, tmp_path / "out", "--with-identities", "--why", "dates for the analysis", "--json")

    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    assert (out / "identities.csv").read_bytes().decode() == (
        f"subject_id,keyword,value\r\nS001,PatientBirthDate,19541006\r\nS001,PatientName,{CANARY}\r\n"
    )
    assert (out / "visit_dates.csv").read_bytes().decode() == (
        "subject_id,visit,visit_num,visit_date\r\nS001,V1,1,2022-07-26\r\n"
    )
    assert os.name == "nt" or stat.S_IMODE((out / "identities.csv").stat().st_mode) == 0o600
    assert b"dates for the analysis" in (study / "study.db").read_bytes()
    assert b"VEXHOLLOW" not in (study / "study.db").read_bytes()
    assert ramris("audit", study).returncode == 0


def test_a_workbook_with_identities_is_for_this_account_too_and_a_birth_date_is_text_in_it(
    study: Path, tmp_path: Path
) -> None:
    done = ramris("export", study, tmp_path / "out", "--with-identities", "--why", "dates", "--xlsx")

    file = tmp_path / "out" / "tables.xlsx"
    sheet = openpyxl.load_workbook(file)["identities"]
    assert done.returncode == 0, done.stderr
    assert (sheet["C2"].value, sheet["C2"].data_type, sheet["C3"].value) == ("19541006", "s", CANARY)
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["--with-identities"], "--why TEXT"), (["--why", "curious"], "--with-identities")],
)
@pytest.mark.case(102)
def test_without_a_reason_nothing_is_written(study: Path, tmp_path: Path, arguments: list[str], says: str) -> None:
    refused = ramris("export", study, tmp_path / "out", *arguments)

    assert refused.returncode == 2
    assert says in refused.stderr
    assert not (tmp_path / "out").exists()


def test_a_readers_copy_has_no_identities_to_export(study: Path, tmp_path: Path) -> None:
    (study / "vault.db").unlink()

    refused = ramris("export", study, tmp_path / "out", "--with-identities", "--why", "curious")

    assert refused.returncode == 2
    assert "vault.db" in refused.stderr


def test_an_export_names_the_enrolment_and_tells_labels_with_identities_alone(study: Path, tmp_path: Path) -> None:
    with CoordinatorStudy.open(study) as coordinator:
        coordinator.replace_subject(a_subject("S001", visits=(1, 2, 3, 4)))
        rows = parsed("person,enrolment,visits,label\nS001,1,1+2,GROUP-ALPHA\nS001,2,3+4,GROUP-BETA\n")
        coordinator.set_enrolments(None, rows)
        coordinator.assign("ES", seed=1)

    plain = ramris("export", study, tmp_path / "plain", "--wide", "--xlsx")
    full = ramris("export", study, tmp_path / "full", "--with-identities", "--why", "groups")

    assert (plain.returncode, full.returncode) == (0, 0), plain.stderr + full.stderr
    with (tmp_path / "plain" / "totals.csv").open(encoding="utf-8", newline="") as file:
        told = {(row["subject_id"], row["enrolment"], row["visit_num"]) for row in csv.DictReader(file)}
    assert told == {("S001", "1", "1"), ("S001", "1", "2"), ("S001", "2", "1"), ("S001", "2", "2")}
    assert (tmp_path / "full" / "enrolments.csv").read_bytes().decode() == (
        "subject_id,enrolment,visits,label\r\nS001,1,1+2,GROUP-ALPHA\r\nS001,2,3+4,GROUP-BETA\r\n"
    )
    assert not [path for path in (tmp_path / "plain").rglob("*.*") if b"GROUP-" in path.read_bytes()]
    assert not (tmp_path / "plain" / "enrolments.csv").exists()
