"""Identities leave the vault only where they are asked for, with a reason that stays on the record."""

import json
import os
import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest

from storage.vault.vault import Person, Vault, VisitIdentity
from tests.builders.studies import an_assigned_study
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
