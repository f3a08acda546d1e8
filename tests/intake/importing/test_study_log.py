"""Log of a study for the trial master file: what came, what was set aside, who decided what; by codes alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.choices import TOLD, About
from storage.vault.identity_words import NamesSomebody
from tests.builders.dicom_files import a_series, a_visit
from tests.builders.studies import read_whole
from workstation.cli import main
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.giving import Anyway, assign_settled
from workstation.intake.importing.importer import import_folders
from workstation.intake.importing.study_log import DECIDED, HIDDEN_WORDS

JANE: dict[str, Any] = {"PatientID": "4711-88", "PatientName": "Vexhollow^Marrow", "PatientBirthDate": "19600101"}


@pytest.fixture
def lived(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """Imported twice, decided, accepted, taken back, assigned anyway, read, signed, reopened, read again."""
    scans = tmp_path / "Vexhollow-disc"
    a_visit(scans / "one", "1.2.1", StudyDate="20240105", **JANE)
    a_visit(scans / "two", "1.2.2", StudyDate="20250105", **JANE)
    (scans / "letter.txt").write_text("Dear Mrs Vexhollow")
    import_folders(study, [scans])
    a_series(scans / "three", "1.2.1.50", StudyInstanceUID="1.2.1", FrameOfReferenceUID="1.2.1.99", **JANE)
    import_folders(study, [scans])
    chooser = Chooser(study, "J. Smit", lambda _: None, lambda: False)
    chooser.decide("side:S001", "L", "Mrs Vexhollow's form says so")
    chooser.take_back("side:S001", "a slip")
    found = next(item for item in check_report(study).findings if item.code == "coverage")
    chooser.decide(found.id, "accept", "a small phantom")
    (case, *_) = assign_settled(study, "ES", anyway=Anyway("J. Smit", "as the site wants")).cases
    read_whole(study.path, case.case)
    with ReaderStudy.open(study.path, "ES") as reader:
        asked = {item.id: "seen" for item in reader.signing_sheet(case.case).findings}
        reader.sign(case.case, asked)
    study.reopen(case.case, "a slice came late")
    study.reread("ES", 1)
    return study


def test_the_log_says_what_happened_in_its_order(lived: CoordinatorStudy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", "log", str(lived.path), "--json"]) == 0

    lines = json.loads(capsys.readouterr().out)["log"]
    told = [line["what"] for line in lines]
    assert [line["at_utc"] for line in lines] == sorted(line["at_utc"] for line in lines)
    assert told[0] == "study made"
    assert told.count("scans added") == 2
    for what in (
        "set aside",
        "which wrist",
        "which wrist: taken back",
        "finding accepted",
        "cases given to a reader",
        "case signed",
        "signed case reopened",
    ):
        assert what in told, what
    (first, second) = [line for line in lines if line["what"] == "scans added"]
    assert first["about"] == second["about"] == "S001"
    assert first["told"] == "delivery 1: 43 files seen, 42 of them in the study"
    assert "a small phantom" in [line["why"] for line in lines]
    assert {line["who"] for line in lines} >= {"J. Smit", "ES", "coordinator"}


@pytest.mark.case(102)
def test_no_name_no_folder_and_no_date_of_a_scan_is_in_it(
    lived: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, page = tmp_path / "log.csv", tmp_path / "log.html"

    assert main(["study", "log", str(lived.path), "--csv", str(table), "--html", str(page)]) == 0
    main(["study", "log", str(lived.path)])

    for text in (table.read_text("utf-8"), page.read_text("utf-8"), capsys.readouterr().out):
        for word in ("vexhollow", "marrow", "4711-88", "disc", "20240105", "2024-01-05", "letter.txt"):
            assert word not in text.lower(), word
        assert HIDDEN_WORDS in text


def test_the_table_has_a_row_for_each_line_and_cannot_compute(lived: CoordinatorStudy, tmp_path: Path) -> None:
    found = next(item for item in check_report(lived).unsettled if item.code == "series-twice")
    Chooser(lived, "=1+1", lambda _: None, lambda: False).decide(found.id, "accept", "@SUM(A1)")

    main(["study", "log", str(lived.path), "--csv", str(tmp_path / "log.csv")])

    with (tmp_path / "log.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["at_utc", "what", "about", "told", "who", "why"]
    assert rows[-1][-2:] == ["'=1+1", "'@SUM(A1)"]


def test_whatever_stands_in_a_reason_is_text_on_the_page(lived: CoordinatorStudy, tmp_path: Path) -> None:
    found = next(item for item in check_report(lived).unsettled if item.code == "series-twice")
    Chooser(lived, "J. Smit", lambda _: None, lambda: False).decide(found.id, "accept", "<script>alert(1)</script>")

    main(["study", "log", str(lived.path), "--html", str(tmp_path / "log.html")])

    page = (tmp_path / "log.html").read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_without_the_vault_the_record_speaks_alone(lived: CoordinatorStudy, capsys: pytest.CaptureFixture[str]) -> None:
    lived.close()
    (lived.path / "vault.db").rename(lived.path.parent / "vault.db")

    assert main(["study", "log", str(lived.path), "--json"]) == 0

    told = {line["what"] for line in json.loads(capsys.readouterr().out)["log"]}
    assert "case signed" in told
    assert "scans added" not in told


def test_it_is_not_written_into_the_folder_that_readers_get(lived: CoordinatorStudy) -> None:
    assert main(["study", "log", str(lived.path), "--html", str(lived.path / "log.html")]) == 2
    assert not (lived.path / "log.html").exists()


def test_a_reason_on_the_record_can_name_nobody_at_all(lived: CoordinatorStudy) -> None:
    with pytest.raises(NamesSomebody):
        lived.lock(why="Vexhollow asked for it", incomplete=True)


def test_every_sort_of_decision_has_its_words() -> None:
    assert set(DECIDED) == set(About) - set(TOLD)


def test_folders_of_deliveries_are_told_when_they_are_asked_for_and_never_else(
    lived: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "Vexhollow-disc")

    assert main(["study", "log", str(lived.path)]) == 0
    assert "Vexhollow" not in capsys.readouterr().out
    assert main(["study", "log", str(lived.path), "--folders"]) == 0
    assert f"delivery 1 ({folder})" in capsys.readouterr().out
    (lived.path / "vault.db").rename(tmp_path / "vault.db")
    assert main(["study", "log", str(lived.path), "--folders"]) == 2
    assert "vault.db isn't here" in capsys.readouterr().err
