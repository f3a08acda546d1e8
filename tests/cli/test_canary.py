"""The sample's identity is in every text tag, file and folder name. A reader can reach it nowhere; the vault has it."""

import re
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, ramris

CANARY = "VEXHOLLOW"
# DICOM text is ASCII or UTF-8; SQLite and Qt could hold UTF-16
SPELLINGS = tuple(
    word.encode(code)
    for word in (CANARY, CANARY.lower(), CANARY.title())
    for code in ("utf-8", "utf-16-le", "utf-16-be")
)


def leaks(folder: Path) -> list[Path]:
    """Files below a folder that hold the canary in their bytes or their name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [
        path
        for path in files
        if CANARY.lower() in str(path.relative_to(folder)).lower()
        or any(spelling in path.read_bytes() for spelling in SPELLINGS)
    ]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pair imported, assigned, graded a little and exported."""
    study = tmp_path_factory.mktemp("canary") / "trial"
    for command in (
        ("study", "create", study),
        ("study", "add", study, ROOT / "sample_dicom"),
        ("study", "assign", study, "--reader", "R1", "--seed", "1"),
        ("export", study, study.parent / "out"),
    ):
        assert ramris(*command).returncode == 0
    return study


@pytest.mark.case(94)
def test_the_canary_sings_in_the_sample_and_in_the_vault(study: Path) -> None:
    files = [
        path for path in (ROOT / "sample_dicom").rglob("*") if path.is_file() and path.parent.name != "sample_dicom"
    ]

    assert len(files) > 200
    assert all(CANARY in str(path.relative_to(ROOT)).upper() for path in files)
    assert leaks(study) == [study / "vault.db"]


@pytest.mark.case(102)
def test_the_exports_hold_nothing_of_it(study: Path) -> None:
    assert leaks(study.parent / "out") == []


@pytest.mark.case(93)
def test_no_date_of_the_scanner_is_in_the_readers_files(study: Path) -> None:
    from pydicom import dcmread  # noqa: PLC0415 - a judge for this one test

    dates = {
        str(dcmread(path, stop_before_pixels=True).StudyDate)
        for path in (ROOT / "sample_dicom").rglob("*")
        if path.is_file() and path.suffix not in {".csv", ".json", ".md"}
    }
    assert len(dates) == 2

    for path in [study / "study.db", *(study / "images").rglob("*.dcm")]:
        head = path.read_bytes() if path.suffix == ".db" else path.read_bytes()[:4096]
        # UIDs of ours hold any eight digits by chance
        head = re.sub(rb"2\.25\.\d{30,39}", b"", head)
        assert not [date for date in dates if date.encode() in head], path
