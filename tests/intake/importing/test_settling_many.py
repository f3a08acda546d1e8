"""Many series that were held back are settled for one reason: each is in the log, their files are read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.image import imread

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.vault.choices import UNDO, Deed, not_taken_back
from tests.builders.burned_text import a_named_series
from tests.builders.studies import changed
from workstation.cli import main
from workstation.errors import UsageRefused
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import Progress

WHY = "a side marker, no name"


@pytest.fixture
def three(study: CoordinatorStudy, tmp_path: Path) -> CoordinatorStudy:
    """A study in which three series of two people wait."""
    for number, person in (("1", "P1"), ("2", "P1"), ("3", "P2")):
        uids = {"PatientID": person, "PatientName": f"Roe^{person}", "StudyInstanceUID": f"1.2.{person[1]}"}
        a_named_series(tmp_path / "in" / person, f"1.2.3.{number}", **uids)
    import_folders(study, [tmp_path / "in"])
    return study


def _held(study: CoordinatorStudy) -> list[str]:
    return [item.series for item in study.vault.choices.held()]


def _inside(study: CoordinatorStudy) -> set[str]:
    return {item.code for subject in study.subjects() for visit in subject.visits for item in visit.series}


def test_many_are_released_at_once_and_each_has_its_row_in_the_log(three: CoordinatorStudy) -> None:
    told: list[Progress] = []
    codes = _held(three)

    outcome = Chooser(three, "J. Smit", told.append, lambda: False).settle_many(codes, Deed.RELEASE, WHY)

    assert outcome.said == "3 of 3 series released and in the study now"
    assert not outcome.open
    assert _inside(three) == set(codes)
    assert [(row.series, row.who, row.why) for row in three.vault.choices.log()] == [
        (code, "J. Smit", WHY) for code in codes
    ]
    # 12 files, read in one go
    assert {progress.total for progress in told if progress.total} == {12}


def test_many_are_refused_and_all_of_it_is_taken_back(three: CoordinatorStudy) -> None:
    chooser = Chooser(three, "J. Smit", lambda _: None, lambda: False)
    codes = _held(three)

    assert chooser.settle_many(codes[:2], Deed.REFUSE, WHY).said == "2 of 2 series stay outside the study"
    chooser.settle_many(codes[2:], Deed.RELEASE, WHY)
    assert _inside(three) == {codes[2]}
    assert chooser.settle_many(codes, UNDO, "looked again").said == "the answer about 3 of 3 series taken back"

    assert _inside(three) == set()
    assert sorted(_held(three)) == sorted(codes)
    assert not_taken_back(three.vault.choices.log()) == ()
    # found again by the search, not only remembered
    assert all("text-like" in item.why[0] for item in three.vault.choices.held())


def test_those_whose_subject_has_been_read_are_named_and_the_others_done(three: CoordinatorStudy) -> None:
    codes = _held(three)
    owners = {item.code: item.subject for item in three.vault.series()}
    chooser = Chooser(three, "J. Smit", lambda _: None, lambda: False)
    alone = next(code for code in codes if [owners[one] for one in codes].count(owners[code]) == 1)
    pair = [code for code in codes if code != alone]
    chooser.settle_many(pair[:1], Deed.RELEASE, WHY)
    (case,) = three.assign("ES")
    with ReaderStudy.open(three.path, "ES") as reader:
        reader.record(case.case, [changed("1 ERO CAP", "3")], "room")

    outcome = chooser.settle_many([pair[1], alone], Deed.RELEASE, WHY)

    assert outcome.open
    assert outcome.said.startswith("1 of 2 series released and in the study now. text:")
    assert f"{owners[pair[1]]} has been read" in outcome.said
    assert alone in _inside(three)


def test_scans_that_are_gone_are_told_and_those_of_others_come_in(three: CoordinatorStudy, tmp_path: Path) -> None:
    for file in (tmp_path / "in" / "P2").iterdir():
        file.unlink()

    outcome = Chooser(three, "J. Smit", lambda _: None, lambda: False).settle_many(_held(three), Deed.RELEASE, WHY)

    assert outcome.said == (
        "2 of 3 series released and in the study now. the scans of 1 aren't all read yet: import their folder again"
    )
    assert outcome.open


def test_the_command_shows_all_that_wait_and_releases_them_together(
    three: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial, codes, out = str(three.path), _held(three), tmp_path / "looks"
    three.close()

    assert main(["study", "release", trial, "--all", "--look", str(out)]) == 0
    assert "3 pictures are in" in capsys.readouterr().out
    assert sorted(file.stem for file in out.iterdir()) == sorted(codes)
    assert out.stat().st_mode & 0o077 == 0
    pictures = [imread(file) for file in out.iterdir()]
    assert all(picture[..., 0].std() > 0 for picture in pictures)

    assert main(["study", "release", trial, *codes[:2], "--why", WHY, "--who", "J. Smit"]) == 0
    assert "2 of 2 series released and in the study now" in capsys.readouterr().out
    assert main(["study", "release", trial, "--all", "--why", WHY]) == 0
    with CoordinatorStudy.open(Path(trial)) as study:
        assert _held(study) == []
        assert _inside(study) == set(codes)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--why", WHY], "one or more SERIES, or --all"),
        (["--all"], "give --why TEXT"),
        (["AAAA", "--look", "{out}"], "isn't held back"),
        (["--all", "--look", "{study}/looks"], "not inside the study folder"),
        (["--all", "--look", "{here}"], "exists already"),
    ],
)
def test_pictures_are_refused_where_readers_would_get_them(
    three: CoordinatorStudy, tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], says: str
) -> None:
    folders = {"out": tmp_path / "looks", "study": three.path, "here": tmp_path}
    three.close()

    assert main(["study", "release", str(three.path), *(part.format(**folders) for part in given)]) == 2

    assert says in capsys.readouterr().err
    assert not (tmp_path / "looks").exists()


def test_nothing_else_than_release_refuse_and_undo_is_for_many(three: CoordinatorStudy) -> None:
    with pytest.raises(UsageRefused, match="release, refuse or undo"):
        Chooser(three, "J. Smit", lambda _: None, lambda: False).settle_many(_held(three), Deed.BLANK, WHY)
