"""The report of a small study: what it says, that it says it the same way each time, and that the PDF is vectors."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication

from scoring.comparison.grades import At
from scoring.schemes.scheme import FeatureCode
from storage.errors import StudyError
from storage.study.coordinator import CoordinatorStudy
from storage.study.repeats import coordinators_readings
from tests.builders.cohort import a_read_study
from tests.builders.studies import an_assigned_study
from workstation.app.printing.reports import write_report
from workstation.errors import UsageRefused
from workstation.reporting.content import Report
from workstation.reporting.gathering import report_of
from workstation.reporting.page import page, plots

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven subjects read by R1 and R2; R1 has read four again. Some sites have no grade."""
    folder = tmp_path_factory.mktemp("report") / "trial"
    return a_read_study(folder, subjects=7, repeats=4, readers=("R1", "R2"), missing=0.01)


@pytest.fixture(scope="module")
def report(trial: Path) -> Report:
    return report_of(coordinators_readings(trial), "trial", 0.95)


def _nothing_is_open() -> None:
    """All cases of the study are read, so nothing goes on the record."""


@pytest.fixture(scope="module")
def html(trial: Path) -> str:
    out = trial.parent / "first.html"
    write_report(trial, out, 0.95, seen=_nothing_is_open)
    return out.read_text("utf-8")


@pytest.fixture(scope="module")
def pdf(trial: Path, qapp: QApplication) -> Path:  # noqa: ARG001 - printing would make one that tests of windows can't use
    out = trial.parent / "first.pdf"
    write_report(trial, out, 0.95, seen=_nothing_is_open)
    return out


def test_it_says_who_read_what_under_which_rules(report: Report, html: str) -> None:
    made = report.provenance

    assert [(row.reader, row.given, row.read, row.repeats_drawn, row.repeats_read) for row in report.readers] == [
        ("R1", 7, 7, 4, 4),
        ("R2", 7, 7, 0, 0),
    ]
    for fact in (made.scheme.sha256, made.head, "known: baseline first", "4 cases read twice", "R1, R2"):
        assert fact in html


def test_the_flow_counts_pairs_by_total_as_the_grades_do(report: Report) -> None:
    (of_r1, _) = report.changes
    synovitis = of_r1.flow[0]

    graded = of_r1.grades.of_feature(FeatureCode("SYN"), At.BASELINE)[:, 0]
    by_hand = sum(all(value == value for value in row) for row in graded.tolist())  # noqa: PLR0124 - nan isn't itself
    assert graded.shape == (7, 3)
    assert synovitis.baseline == by_hand
    assert synovitis.both <= min(synovitis.baseline, synovitis.follow_up)


def test_every_table_and_figure_has_its_number_and_says_n_where_it_counts(html: str) -> None:
    numbers = re.findall(r"<b>(Table|Figure) (\d+)\.</b>", html)

    for kind in ("Table", "Figure"):
        given = [int(number) for named, number in numbers if named == kind]
        assert given == list(range(1, len(given) + 1))
    # one of the repeats, one of the two readers, three of each reader's change; then one reading by the other and
    # agreement of repeats and of readers, a control chart of each reader, times by case and by feature, grades
    assert sum(kind == "Figure" for kind, _ in numbers) == 1 + 1 + 2 * 3 + 2 * 2 + 2 + 2 + 1
    assert html.count("<svg") == 17


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(html: str) -> None:
    elsewhere = [found for found in re.findall(r'(?:src|href)="([^"#][^"]*)"', html) if not found.startswith("#")]

    # points of figures are inside the page
    assert all(found.startswith("data:text/csv;base64,") for found in elsewhere)
    assert "<script" not in html
    assert "@import" not in html
    assert "url(http" not in html


def test_small_samples_and_single_sites_carry_their_warnings(html: str) -> None:
    assert "is under 15: intervals are wide" in html
    assert "Single sites agree far less than totals. Kappa is low where most grades are 0" in html


def test_the_same_record_gives_the_same_bytes(trial: Path, pdf: Path, html: str, tmp_path: Path) -> None:
    for kind, first in (("html", html.encode()), ("pdf", pdf.read_bytes())):
        again = tmp_path / f"again.{kind}"
        write_report(trial, again, 0.95, seen=_nothing_is_open)

        assert again.read_bytes() == first, kind


def test_the_pdf_has_every_caption_and_no_pixels(pdf: Path, html: str) -> None:
    content = pdf.read_bytes()

    assert content.startswith(b"%PDF-")
    assert b"/Subtype /Image" not in content
    if shutil.which("pdftotext") is None:
        return
    said = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True, timeout=60).stdout.decode()
    for kind, number in re.findall(r"<b>(Table|Figure) (\d+)\.</b>", html):
        assert f"{kind} {number}." in said
    assert "Appendix: each site by itself" in said


@pytest.mark.case(102)
def test_the_pages_own_data_are_a_title_the_programs_and_a_fixed_date_alone(pdf: Path, html: str) -> None:
    content = pdf.read_bytes()
    (described,) = re.findall(rb"\n1 0 obj\n<<\n(.*?)\n>>\nendobj", content, flags=re.DOTALL)
    (metadata,) = re.findall(rb"<x:xmpmeta.*?</x:xmpmeta>", content, flags=re.DOTALL)

    title, qt, date = "trial: agreement and change", f"Qt {qVersion()}", "1980-01-01T00:00:00+00:00"
    assert _pdf_values(described) == {
        "Title": title, "Creator": "ramris", "Author": "", "Producer": qt,
        "CreationDate": "D:19800101000000Z", "ModDate": "D:19800101000000Z",
    }  # fmt: skip
    elements = list(ET.fromstring(metadata).iter())  # noqa: S314 - made a moment ago, by us
    said = {text for element in elements for text in (*element.attrib.values(), element.text or "") if text.strip()}
    assert {text for text in said if not text.startswith("uuid:")} == {
        "ramris", title, qt, date, "False", "x-default", "1", "default",
    }  # fmt: skip
    assert re.findall(r"<meta[^>]*>", html) == [
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
    ]


def _pdf_values(dictionary: bytes) -> dict[str, str]:
    """Texts of a PDF's dictionary by their names."""
    found = re.findall(rb"/(\w+) \(((?:[^\\)]|\\.)*)\)", dictionary, flags=re.DOTALL)
    return {name.decode(): text.decode("utf-16" if text.startswith(b"\xfe\xff") else "ascii") for name, text in found}


@pytest.mark.case(102)
def test_a_report_made_by_somebody_somewhere_names_neither(trial: Path, tmp_path: Path) -> None:
    # a word that stands in no 4 MB by chance; a host can't be named by everybody, so the test above is without one
    home = tmp_path / "QuokkaZebra"
    home.mkdir()
    people = dict.fromkeys(("USER", "LOGNAME", "LNAME", "USERNAME", "HOSTNAME", "COMPUTERNAME"), "QuokkaZebra")
    out = home / "report.pdf"
    done = subprocess.run(
        [sys.executable, "-m", "workstation", "agreement", str(trial), "--report", str(out)],
        cwd=ROOT,
        env={**os.environ, **people, "HOME": str(home), "USERPROFILE": str(home)},
        capture_output=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr

    contents = [content.lower() for content in _opened(out.read_bytes())]
    assert len(contents) > 10, "it has streams, and they were opened"
    for content in contents:
        for code in ("utf-8", "utf-16-be"):
            assert "quokkazebra".encode(code) not in content


def _opened(pdf: bytes) -> Iterator[bytes]:
    """The file as it lies on disk, and each of its streams without its compression."""
    yield pdf
    for stream in re.findall(rb"/FlateDecode.*?>>\nstream\r?\n(.*?)\nendstream", pdf, flags=re.DOTALL):
        yield zlib.decompressobj().decompress(stream)


def test_an_unfinished_study_is_reported_as_not_final(tmp_path: Path) -> None:
    folder = a_read_study(tmp_path / "trial", subjects=3)
    with CoordinatorStudy.open(folder) as study:
        study.assign("R2")

    found = report_of(coordinators_readings(folder), "trial", 0.95)

    assert "<b>Not final.</b> 3 of the assigned readings lack answers" in page(found, plots(found))


def test_without_a_complete_reading_there_is_nothing_to_report(tmp_path: Path) -> None:
    folder, _ = an_assigned_study(tmp_path / "trial")

    with pytest.raises(StudyError, match="No case is read completely yet"):
        write_report(folder, tmp_path / "report.html", 0.95, seen=_nothing_is_open)


@pytest.mark.parametrize(("place", "says"), [("report.docx", r"\.html or \.pdf"), ("trial/report.pdf", "not inside")])
def test_a_place_that_is_wrong_is_refused(trial: Path, place: str, says: str) -> None:
    with pytest.raises(UsageRefused, match=says):
        write_report(trial, trial.parent / place, 0.95, seen=_nothing_is_open)
