"""The charter of a read says what the design says, stamped with its hash, and follows each change of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from scoring.schemes.folder import shipped_folder
from storage.handover.hand_over import hand_over
from storage.study.charter_facts import charter
from storage.study.coordinator import CoordinatorStudy
from storage.worklists.allotting import ALL
from tests.builders.studies import a_study, as_it_is, read_whole, tamper, with_files
from workstation.cli import main
from workstation.reporting.charter_page import charter_page

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight subjects, one in four places a hidden repeat for ES; KJ reads for agreement; two re-reads after 30 days."""
    folder = a_study(tmp_path_factory.mktemp("made") / "trial", *(f"S{number:03}" for number in range(1, 9)))
    with CoordinatorStudy.open(folder) as study:
        study.set_design("reread_n", "2")
        study.set_design("reread_after_days", "30")
        first, second, *_ = study.assign("KJ", seed=11)
        study.set_design("repeat_every", "4")
        study.assign("ES", seed=12)
        study.set_design("primary", "ES")
    for case in (first.case, second.case):
        read_whole(folder, case, reader="KJ")
    with CoordinatorStudy.open(folder) as study:
        study.reread("KJ", n=2, seed=13, after_days=30)
    return folder


@pytest.fixture
def study(made: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "trial"))


def _words(folder: Path) -> str:
    html = charter_page(charter(folder))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("</style>")[2]))


def test_it_is_stamped_with_the_hash_of_the_design_and_the_head_of_the_record(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened:
        design = opened.design()
    words = _words(study)

    assert f"SHA-256 of the design {design.sha256}" in words
    head = charter(study).head
    assert f"Head of the record {head}" in words
    assert main(["audit", str(study), "--quick", "--head", head]) == 0


def test_it_says_who_reads_what_and_for_what(study: Path) -> None:
    words = _words(study)

    # first readings, re-reads, hidden repeats, adjudications, signed
    found = charter(study)
    repeats = next(item.cases for item in found.draws if item.reader == "ES" and item.round == 3)
    assert f"ES the study is scored by these readings 8 0 {repeats} 0 0 of {8 + repeats}" in words
    assert "KJ for agreement between readers 8 2 0 0 0 of 10" in words


def test_it_says_order_rules_re_reads_and_what_a_signature_means(study: Path) -> None:
    words = _words(study)

    assert "Baseline and follow-up are shown side by side, and the reader knows which is which" in words
    assert "2 of a reader's cases are drawn to be read again, 30 days later" in words
    assert "One in 4 places of each reader's list is a hidden repeat" in words
    assert "By the strict rule a total is missing" in words
    assert "I have read this case and confirm these scores as my own." in words
    assert "KJ re-reads 13 30 days 2 0" in words


def test_a_change_of_the_design_changes_the_stamp_and_is_listed_with_its_reason(study: Path) -> None:
    before = charter(study)
    with CoordinatorStudy.open(study) as opened:
        opened.set_design("reread_n", "3", "the interval was too wide")
    words = _words(study)

    assert before.sha256 != charter(study).sha256
    assert "the interval was too wide" in words
    assert "3 of a reader" in words


def test_it_is_written_as_a_page_or_on_paper(study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, begins in (("charter.html", b"<!DOCTYPE html>"), ("charter.pdf", b"%PDF")):
        assert main(["charter", str(study), str(tmp_path / name)]) == 0
        assert (tmp_path / name).read_bytes().startswith(begins)
    assert charter(study).sha256 in capsys.readouterr().out


@pytest.mark.parametrize(
    ("out", "told"), [("charter.txt", "the name ends in .html or .pdf"), ("trial/c.pdf", "not inside the study folder")]
)
def test_what_can_t_be_written_is_refused(
    out: str, told: str, study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["charter", str(study), str(tmp_path / out)]) == 2
    assert told in capsys.readouterr().err


def test_a_readers_copy_and_a_record_that_doesn_t_hold_have_no_charter(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_over(with_files(study), tmp_path / "copy", as_it_is, "ES")
    assert main(["charter", str(tmp_path / "copy"), str(tmp_path / "c.html")]) == 2
    assert "is a reader's copy" in capsys.readouterr().err
    tamper(study, "UPDATE design SET content = content || ' ' WHERE id = 1")
    assert main(["charter", str(study), str(tmp_path / "c.html")]) == 2
    assert not (tmp_path / "c.html").exists()


def test_a_further_scheme_is_told_with_its_readers_and_how_it_is_read(study: Path) -> None:
    with CoordinatorStudy.open(study) as opened:
        opened.add_scheme(shipped_folder("sharp-vdh"), "radiographs, as published", without_images=True)
        opened.give("ND", ALL, 1, scheme="sharp-vdh")

    words = _words(study)

    assert "also sharp-vdh 1.2.0" in words
    assert "without images, beside another viewer, by ND." in words
