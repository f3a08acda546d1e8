"""A study with MR and radiographs of the same people: who comes in, at which visit, and what each reader is shown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pydicom
import pytest

from scoring.schemes.folder import shipped_folder
from scoring.schemes.modalities import MR, XR
from storage.audit.verification import audit
from storage.handover.hand_over import hand_over
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from storage.worklists.allotting import ALL
from tests.builders.dicom_files import a_visit
from tests.builders.studies import as_it_is
from tests.intake.radiograph_files import a_radiograph, saved
from workstation.errors import UsageRefused
from workstation.intake.deidentify.blanking import regions_of
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.gathering import NOT_READ
from workstation.intake.importing.importer import import_folders
from workstation.phantom.radiographs.write import write_alone

SVDH = "sharp-vdh"
WHO: dict[str, Any] = {"PatientName": "Test^Person", "PatientBirthDate": "19600203"}
VIEWS = (("HAND", "R", "PA"), ("HAND", "L", "PA"), ("FOOT", "R", "AP"), ("FOOT", "L", "AP"))


def films(folder: Path, person: str, day: str, study: str) -> Path:
    """Four radiographs of a visit."""
    words = {"R": "right", "L": "left"}
    return saved(
        folder / f"{person}-{day}",
        *(
            a_radiograph(
                f"{study}.{number}",
                "CR" if number % 2 else "DX",
                PatientID=person,
                StudyInstanceUID=study,
                StudyDate=day,
                BodyPartExamined=part,
                ViewPosition=view,
                Laterality=side,
                SeriesDescription=f"{part.lower()} {words[side]}",
            )
            for number, (part, side, view) in enumerate(VIEWS, start=1)
        ),
    )


@pytest.fixture
def both(tmp_path: Path) -> Iterator[CoordinatorStudy]:
    """A study read by two schemes, empty."""
    with CoordinatorStudy.create(tmp_path / "study") as opened:
        opened.add_scheme(shipped_folder(SVDH), "as published")
        yield opened


def mr(folder: Path, person: str, day: str, study: str) -> Path:
    """The seven series of a visit."""
    out = folder / f"{person}-{day}-mr"
    a_visit(out, study, **WHO, PatientID=person, StudyDate=day)
    return out


def kinds(study: CoordinatorStudy, subject: str) -> dict[int, list[str]]:
    found = study.subject(subject)
    assert found is not None
    return {visit.number: [f"{item.kind} {item.plane}" for item in visit.series] for visit in found.visits}


FILMS = ["RHAND PA", "LHAND PA", "RFOOT AP", "LFOOT AP"]
MR_SERIES = 7


def test_without_a_scheme_that_reads_them_radiographs_stay_outside_and_say_why(tmp_path: Path) -> None:
    scans = films(tmp_path / "in", "P01", "20010310", "1.5.1")
    with CoordinatorStudy.create(tmp_path / "study") as study:
        report = import_folders(study, [scans])

        assert [(item.what, item.why, item.count) for item in report.set_aside] == [("radiograph", NOT_READ, 4)]
        assert study.subject_codes() == ()


def test_an_unchanged_folder_is_read_again_once_a_scheme_reads_its_radiographs(tmp_path: Path) -> None:
    mr(tmp_path / "in", "P01", "20010310", "1.4.1")
    films(tmp_path / "in", "P01", "20010310", "1.5.1")
    with CoordinatorStudy.create(tmp_path / "study") as study:
        import_folders(study, [tmp_path / "in"])
        assert len(kinds(study, "S001")[1]) == MR_SERIES

        study.add_scheme(shipped_folder(SVDH), "as published")
        import_folders(study, [tmp_path / "in"])

        assert kinds(study, "S001")[1][MR_SERIES:] == FILMS


def test_radiographs_of_some_days_before_are_of_the_same_visit_and_nothing_is_asked(
    both: CoordinatorStudy, tmp_path: Path
) -> None:
    for day, film_day, root in (("20010310", "20010306", 1), ("20010712", "20010730", 2)):
        mr(tmp_path / "in", "P01", day, f"1.4.{root}")
        films(tmp_path / "in", "P01", film_day, f"1.5.{root}")

    import_folders(both, [tmp_path / "in"])

    assert {visit: len(found) for visit, found in kinds(both, "S001").items()} == {1: 11, 2: 11}
    report = check_report(both)
    assert [item for item in report.decisions if item.question] == []
    assert not report.holding()


def test_hands_on_one_day_and_feet_on_another_are_one_visit(both: CoordinatorStudy, tmp_path: Path) -> None:
    for number, (part, view, day) in enumerate((("HAND", "PA", "20010310"), ("FOOT", "AP", "20010314")), start=1):
        said = {"BodyPartExamined": part, "ViewPosition": view, "SeriesDescription": f"{part.lower()} right"}
        saved(
            tmp_path / "in" / part,
            a_radiograph(f"1.5.{number}", StudyInstanceUID=f"1.5.9{number}", StudyDate=day, **said),
        )

    import_folders(both, [tmp_path / "in"])

    assert kinds(both, "S001") == {1: ["RHAND PA", "RFOOT AP"]}


def test_who_has_one_modality_alone_is_given_to_its_reader_alone_and_told(
    both: CoordinatorStudy, tmp_path: Path
) -> None:
    for root, day in enumerate(("20010310", "20010712"), start=1):
        mr(tmp_path / "in", "P01", day, f"1.4.{root}")
        films(tmp_path / "in", "P02", day, f"1.5.{root}")
        mr(tmp_path / "in", "P03", day, f"1.6.{root}")
        films(tmp_path / "in", "P03", day, f"1.7.{root}")
    import_folders(both, [tmp_path / "in"])
    by_number = {str(one.attributes["PatientID"]): one.subject for one in both.vault.people()}

    mri = both.give("AD", ALL, 1).cases
    films_read = both.give("ND", ALL, 1, scheme=SVDH).cases

    assert {item.subject for item in mri} == {by_number["P01"], by_number["P03"]}
    assert {item.subject for item in films_read} == {by_number["P02"], by_number["P03"]}
    told = {
        (item.subject, item.visit, item.facts)
        for item in check_report(both).findings
        if item.code == "modality-missing"
    }
    assert told == {(by_number["P01"], 1, ("XR",)), (by_number["P01"], 2, ("XR",))} | {
        (by_number["P02"], 1, ("MR",)), (by_number["P02"], 2, ("MR",)),
    }  # fmt: skip


@pytest.fixture
def given(both: CoordinatorStudy, tmp_path: Path) -> Path:
    """One person with both, given to a reader of each; closed."""
    for root, day in enumerate(("20010310", "20010712"), start=1):
        mr(tmp_path / "in", "P01", day, f"1.4.{root}")
        films(tmp_path / "in", "P01", day, f"1.5.{root}")
    import_folders(both, [tmp_path / "in"])
    both.give("AD", ALL, 1)
    both.give("ND", ALL, 1, scheme=SVDH)
    return both.path


def planes_shown(folder: Path, reader: str) -> set[str]:
    with ReaderStudy.open(folder, reader) as door:
        (case,) = door.worklist()
        return {series.plane for visit in door.case(case.case).visits for series in visit.series}


def test_each_reader_is_shown_the_images_of_the_own_scheme_alone(given: Path, tmp_path: Path) -> None:
    hand_over(given, tmp_path / "out", as_it_is)

    for folder in ({"AD": given, "ND": given}, {name: tmp_path / "out" / name for name in ("AD", "ND")}):
        assert planes_shown(folder["AD"], "AD") <= set(MR.planes)
        assert planes_shown(folder["ND"], "ND") == {"PA", "AP"}
        assert not planes_shown(folder["AD"], "AD") & set(XR.planes)


def test_a_readers_copy_holds_no_file_of_the_other_modality(given: Path, tmp_path: Path) -> None:
    hand_over(given, tmp_path / "out", as_it_is)

    for reader, modality, count in (("AD", "MR", 2 * MR_SERIES * 3), ("ND", "CR", 8)):
        files = [pydicom.dcmread(file) for file in (tmp_path / "out" / reader / "images").rglob("*.dcm")]
        assert ({ds.Modality for ds in files}, len(files)) == ({modality}, count)


def test_a_blinded_radiograph_has_size_and_pixels_and_nothing_of_who_or_when(given: Path) -> None:
    allowed = {
        "AccessionNumber", "BitsAllocated", "BitsStored", "BodyPartExamined", "Columns", "DeidentificationMethod",
        "HighBit", "ImageType", "ImagerPixelSpacing", "InstanceNumber", "Laterality", "Manufacturer", "Modality",
        "PatientBirthDate", "PatientID", "PatientIdentityRemoved", "PatientName", "PatientSex",
        "PhotometricInterpretation", "PixelData", "PixelRepresentation", "PixelSpacing", "ReferringPhysicianName",
        "Rows", "SOPClassUID", "SOPInstanceUID", "SamplesPerPixel", "SeriesInstanceUID", "SeriesNumber", "StudyDate",
        "StudyID", "StudyInstanceUID", "StudyTime", "ViewPosition",
    }  # fmt: skip
    found = [pydicom.dcmread(file) for file in (given / "images").rglob("*.dcm")]
    for ds in (ds for ds in found if ds.Modality == "CR"):
        assert set(ds.dir()) == allowed
        for empty in ("PatientName", "PatientID", "PatientBirthDate", "StudyDate", "Laterality", "BodyPartExamined"):
            assert not ds.get(empty), empty
        assert str(ds.SOPInstanceUID).startswith("2.25.")
        assert [float(mm) for mm in ds.ImagerPixelSpacing] == [0.2, 0.2]


def test_what_the_window_shows_is_what_the_header_asks_for(both: CoordinatorStudy, tmp_path: Path) -> None:
    saved(tmp_path / "in", a_radiograph("1.5.1", WindowCenter=2048, WindowWidth=1001))

    import_folders(both, [tmp_path / "in"])

    found = both.subject("S001")
    assert found is not None
    (series,) = found.visits[0].series
    assert (series.window_low, series.window_high) == (1547.5, 2547.5)


def test_a_view_and_a_side_that_nothing_says_are_asked_and_answered(both: CoordinatorStudy, tmp_path: Path) -> None:
    said: dict[str, Any] = {"Laterality": None, "ViewPosition": None, "SeriesDescription": "Hand"}
    saved(tmp_path / "in", a_radiograph("1.5.1", **said))
    import_folders(both, [tmp_path / "in"])
    asked = {item.what.partition(":")[0]: item for item in check_report(both).decisions if item.question}
    assert set(asked) == {"kind", "plane"}
    coordinator = Chooser(both, "J. Smit", lambda _progress: None, lambda: False)

    coordinator.decide(asked["kind"].what, "LHAND", "by the form")
    coordinator.decide(asked["plane"].what, "PA", "as all are taken here")

    assert kinds(both, "S001") == {1: ["LHAND PA"]}
    assert [item for item in check_report(both).decisions if item.question] == []
    with pytest.raises(UsageRefused, match="HAND, RHAND, LHAND, FOOT, RFOOT, LFOOT, OTHER"):
        coordinator.decide(asked["kind"].what, "T1", "no")


def test_radiographs_that_come_when_the_mri_was_read_change_nothing_of_it(
    both: CoordinatorStudy, tmp_path: Path
) -> None:
    for root, day in enumerate(("20010310", "20010712"), start=1):
        mr(tmp_path / "in", "P01", day, f"1.4.{root}")
    import_folders(both, [tmp_path / "in"])
    both.give("AD", ALL, 1)
    hand_over(both.path, tmp_path / "out", as_it_is)
    shown = planes_shown(both.path, "AD")
    for root, day in enumerate(("20010310", "20010712"), start=1):
        films(tmp_path / "more", "P01", day, f"1.5.{root}")

    import_folders(both, [tmp_path / "more"])

    assert {visit: found[MR_SERIES:] for visit, found in kinds(both, "S001").items()} == {1: FILMS, 2: FILMS}
    assert planes_shown(both.path, "AD") == shown
    assert both.changed_since_handed() == ()
    with closing(sqlite3.connect(both.path / "study.db")) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)
    audit(both.path)


@pytest.mark.parametrize("answer", ["release", "blank"])
def test_a_radiograph_with_a_mark_waits_until_it_is_released_or_blacked_out(
    answer: str, both: CoordinatorStudy, tmp_path: Path
) -> None:
    film = a_radiograph("1.5.1")
    values = film.pixel_array.copy()
    # a letter's stem of 2 x 4 mm
    values[20:40, 10:20] = 4095
    film.PixelData = values.tobytes()
    saved(tmp_path / "in", film)
    report = import_folders(both, [tmp_path / "in"])
    ((held, _),) = report.held
    coordinator = Chooser(both, "J. Smit", lambda _progress: None, lambda: False)
    assert held.regions
    assert both.subject("S001") is None

    if answer == "release":
        coordinator.release(held.series, "it is the letter of the side")
    else:
        coordinator.blank(held.series, regions_of(held.regions), "initials")

    assert kinds(both, "S001") == {1: ["RHAND PA"]}
    (file,) = (both.path / "images").rglob("*.dcm")
    shown = pydicom.dcmread(file).pixel_array[20:40, 10:20]
    assert set(shown.ravel().tolist()) == ({4095} if answer == "release" else {0})


def test_bones_that_a_table_makes_one_value_are_no_letters(tmp_path: Path) -> None:
    # the synthetic left hands have a table for the eye in which the densest bone is white throughout
    write_alone(tmp_path / "films", seed=3, subjects=1, rows=2000, progress=lambda *_: None)
    with CoordinatorStudy.create(tmp_path / "trial", scheme_id="sharp-vdh") as study:
        import_folders(study, [tmp_path / "films"])

        assert study.vault.choices.held() == ()
        assert len(study.overview().series) == 8
