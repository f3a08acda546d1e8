"""Look of the coordinator at a study: what is in it, with what waits among it."""

from __future__ import annotations

from pathlib import Path

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.burned_text import a_named_series
from tests.builders.dicom_files import a_series, a_visit
from tests.builders.studies import changed
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.importer import import_folders
from workstation.managing.looking import look
from workstation.managing.pictures import brightest, middle_slice
from workstation.managing.state import ReaderLine, SeriesLine, SeriesStatus


def _lines(study: CoordinatorStudy) -> dict[str, SeriesLine]:
    return {item.code: item for subject in look(study).subjects for item in subject.series}


def test_every_series_is_seen_with_its_number_of_slices_even_or_odd(study: CoordinatorStudy, tmp_path: Path) -> None:
    for number, count in enumerate((1, 2, 3, 6), start=1):
        a_series(tmp_path / "in", f"1.2.3.{number}", count=count)
    import_folders(study, [tmp_path / "in"])

    assert sorted(item.slices for item in _lines(study).values()) == [1, 2, 3, 6]


def test_a_visit_has_its_series_in_the_order_of_the_protocol(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_visit(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])

    managed = look(study)

    kinds = [(item.kind, item.plane) for item in managed.subjects[0].visits[0].series]
    assert kinds == [
        ("T1", "AX"),
        ("T1", "COR"),
        ("T2FS", "AX"),
        ("T2FS", "COR"),
        ("PD", "COR"),
        ("T1FSGD", "AX"),
        ("T1FSGD", "COR"),
    ]
    assert set(managed.wanted) == set(kinds)


def test_a_series_that_waits_stands_in_its_visit_with_the_reason_and_the_place_of_its_text(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in")
    a_named_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (held,) = study.vault.choices.held()

    line = _lines(study)[held.series]
    Chooser(study, "J. Smit", lambda _: None, lambda: False).refuse(held.series, "a name")

    assert (line.status, line.asks, line.held, line.regions) == (SeriesStatus.WAITS, True, held.why, held.regions)
    refused = _lines(study)[held.series]
    assert (refused.status, refused.asks) == (SeriesStatus.REFUSED, False)
    assert refused.reasons[0] == "refused by the coordinator: a name"


def test_an_unsure_series_asks_with_its_candidates_until_somebody_chose(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    # T1 with fat suppression and no word on contrast: an agent that nobody noted is the usual reason
    a_series(tmp_path / "in", ScanOptions="FS", SeriesDescription="wrist")
    import_folders(study, [tmp_path / "in"])
    ((code, line),) = _lines(study).items()

    Chooser(study, "J. Smit", lambda _: None, lambda: False).choose_kind(code, "T1FSGD", "contrast by the form")

    assert line.candidates == ("T1FSGD", "OTHER")
    assert line.asks
    assert "nothing says that contrast was given" in line.against
    chosen = _lines(study)[code]
    assert (chosen.kind, chosen.asks, chosen.chosen) == ("T1FSGD", False, True)


def test_who_reads_how_many_cases_and_which_subjects_were_read_is_seen(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (case,) = study.assign("ES")

    assert look(study).readers == (ReaderLine("ES", 1),)
    assert not look(study).subjects[0].read
    with ReaderStudy.open(study.path, "ES") as reader:
        reader.record(case.case, [changed("1 ERO CAP", "3")], "room")
    assert look(study).subjects[0].read


def test_the_picture_of_a_series_that_waits_shows_the_text_of_every_slice_and_leaves_nothing_on_disk(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_named_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (held,) = study.vault.choices.held()
    before = {file: file.stat().st_size for file in study.path.rglob("*") if file.is_file()}

    picture = brightest(study, held.series)

    assert picture is not None
    assert picture.shape == (128, 128)
    assert picture[6:14, 5:90].max() == 255
    assert {file: file.stat().st_size for file in study.path.rglob("*") if file.is_file()} == before


def test_without_its_files_a_series_has_no_picture_and_nothing_fails(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    a_named_series(tmp_path / "in")
    import_folders(study, [tmp_path / "in"])
    (held,) = study.vault.choices.held()
    (glance,) = study.overview().series
    shown = middle_slice(study.images, glance)
    (tmp_path / "in").rename(tmp_path / "gone")
    study.images.rename(tmp_path / "images")

    assert shown is not None
    assert shown.shape == (12, 10)
    assert brightest(study, held.series) is None
    assert middle_slice(study.images, glance) is None
