"""Whatever UIDs come again at another visit, no series ever takes a slice of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.dicom_files import a_series, a_slice, a_visit, written
from tests.builders.studies import changed
from workstation.intake.deidentify.blind import Disguise
from workstation.intake.findings import Level
from workstation.intake.importing.importer import import_folders
from workstation.intake.writing import images_folder

LATER = "20240510"
OF_FOLLOW_UP = 3000


def _a_visit(folder: Path, visit: int, reused: frozenset[str], *, count: int = 4) -> Path:
    """One series. reused: those of its UIDs that are the same at both visits; follow-up is brighter than baseline."""
    uids = {name: f"1.2.{0 if name in reused else visit}" for name in ("study", "series", "slice", "frame")}
    for number in range(count):
        dataset = a_slice(
            f"{uids['slice']}.9.{number}",
            f"{uids['series']}.1",
            # half-way between those of the other visit
            z_mm=2.0 * number + visit - 1,
            seed=visit * 100 + number,
            StudyInstanceUID=f"{uids['study']}.5",
            FrameOfReferenceUID=f"{uids['frame']}.7",
            StudyDate="20240105" if visit == 1 else LATER,
        )
        dataset.PixelData = (dataset.pixel_array // 4 + OF_FOLLOW_UP * (visit - 1)).tobytes()
        written(dataset, folder / f"{visit}-{number}.dcm")
    return folder


def _visits(study: CoordinatorStudy) -> list[tuple[SeriesRecord, ...]]:
    (subject,) = study.subjects()
    return [visit.series for visit in subject.visits]


def _mixed(study: CoordinatorStudy) -> list[str]:
    """Series that hold slices of both visits."""
    found = []
    for subject in study.subjects():
        for visit in subject.visits:
            for series in visit.series:
                bright = {
                    bool(images_folder.stored(study.images, series, item).min() >= OF_FOLLOW_UP)
                    for item in series.slices
                }
                found += [series.code] if len(bright) > 1 or bright != {visit.number > 1} else []
    return found


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(
    "reused",
    [{"series"}, {"series", "frame"}, {"study"}, {"study", "series"}, {"study", "series", "frame"}],
    ids=lambda names: "+".join(sorted(names)),
)
def test_each_visit_keeps_its_own_slices_whatever_uid_comes_again(
    study: CoordinatorStudy, tmp_path: Path, reused: set[str], together: bool
) -> None:
    folders = [_a_visit(tmp_path / str(visit), visit, frozenset(reused)) for visit in (1, 2)]

    for paths in [folders] if together else [[folder] for folder in folders]:
        import_folders(study, paths)

    assert [[len(series.slices) for series in visit] for visit in _visits(study)] == [[4], [4]]
    assert _mixed(study) == []


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("reused", [{"slice"}, {"slice", "series"}, {"slice", "series", "study", "frame"}])
def test_images_under_uids_of_another_visit_are_refused_by_name_and_never_added_to_it(
    study: CoordinatorStudy, tmp_path: Path, reused: set[str], together: bool
) -> None:
    # follow-up has two slices more than there are UIDs at baseline
    folders = [_a_visit(tmp_path / str(visit), visit, frozenset(reused), count=2 + 2 * visit) for visit in (1, 2)]

    reports = [import_folders(study, paths) for paths in ([folders] if together else [[item] for item in folders])]

    told = [item.text for item in reports[-1].findings if item.level is Level.ERROR]
    assert any("SOPInstanceUID" in text for text in told), told
    assert _mixed(study) == []


def test_a_follow_up_under_the_series_uids_of_a_graded_baseline_is_a_visit_of_its_own(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "one", "1.2.3")
    import_folders(study, [tmp_path / "one"])
    before = _visits(study)
    case = study.assign("anna", seed=1)[0].case
    with ReaderStudy.open(study.path, "anna") as room:
        room.record(case, [changed("1 OST CAP", "1")], "enter")
    a_visit(tmp_path / "two", "1.2.4", StudyDate=LATER, FrameOfReferenceUID="")
    for file in (tmp_path / "two").iterdir():
        # 1.2.4.x becomes 1.2.3.x in SeriesInstanceUID alone
        raw = file.read_bytes()
        tag = b"\x20\x00\x0e\x00UI"
        at = raw.index(tag) + len(tag) + 2
        file.write_bytes(raw[:at] + raw[at : at + 8].replace(b"1.2.4", b"1.2.3") + raw[at + 8 :])

    report = import_folders(study, [tmp_path / "two"])

    assert _visits(study)[0] == before[0]
    assert [len(series.slices) for series in _visits(study)[1]] == [3] * 7
    assert not [item for item in report.findings if item.level is Level.ERROR]


def test_importing_such_a_pair_again_changes_nothing(study: CoordinatorStudy, tmp_path: Path) -> None:
    folders = [_a_visit(tmp_path / str(visit), visit, frozenset({"series", "study"})) for visit in (1, 2)]
    import_folders(study, folders)
    before = study.subjects()

    import_folders(study, folders[1:])
    import_folders(study, folders[:1])

    assert study.subjects() == before


def test_a_series_that_an_older_program_named_by_its_uid_alone_goes_on_under_that_name(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, rest = a_series(tmp_path / "in", count=6)[:3], tmp_path / "rest"
    rest.mkdir()
    plain = Disguise.code
    with monkeypatch.context() as patch:
        # ("series", subject, study, series, ...) as it was then
        patch.setattr(Disguise, "code", lambda self, *parts: plain(self, *(part for part in parts if part != "1.2.3")))
        import_folders(study, first)
    for file in sorted((tmp_path / "in").iterdir())[3:]:
        file.rename(rest / file.name)

    import_folders(study, [rest])

    assert [[len(series.slices) for series in visit] for visit in _visits(study)] == [[6]]
