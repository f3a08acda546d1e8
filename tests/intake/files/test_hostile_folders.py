"""Folders as disks, discs and hands leave them: what can be read is imported, all else is counted with its reason."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series, a_slice, a_visit, written
from workstation.intake.findings import SetAside
from workstation.intake.headers.scan import scan
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport, Progress

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, sockets and such names are POSIX'")


def _why(report: ImportReport) -> dict[str, int]:
    return {group.why: group.count for group in report.set_aside}


def _text(report: ImportReport) -> str:
    return "\n".join(report.as_text())


@pytest.mark.case(40)
def test_files_of_other_kinds_are_no_images_and_nothing_in_them_is_run(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", count=2)
    marker = tmp_path / "marker"
    contents = {
        "pickle": b"cos\nsystem\n(S'touch %s'\ntR." % os.fsencode(marker),
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "volume.nii": b"\x5c\x01\0\0" + bytes(340) + b"n+1\0",
        "page.html": b"<html><script>alert(1)</script></html>" * 10,
        "list.json": b'{"00080016": {"vr": "UI"}}' * 10,
        "setup.exe": b"MZ" + bytes(400),
        "run.sh": b"#!/bin/sh\ntouch " + os.fsencode(marker),
        "Thumbs.db": b"\xd0\xcf\x11\xe0" + bytes(200),
        ".DS_Store": b"\0\0\0\1Bud1" + bytes(200),
    }
    for name, content in contents.items():
        (tmp_path / "in" / name).write_bytes(content)

    report = import_folders(study, [tmp_path / "in"])

    assert (report.seen, report.accepted) == (11, 2)
    nifti = "it has no patient, date or scan; ask the site for the DICOM files it was made from"
    assert _why(report) == {"not DICOM": 8, nifti: 1}
    assert not marker.exists()


@pytest.mark.case(40)
def test_two_files_spliced_at_any_place_end_in_a_finding_or_an_image(tmp_path: Path) -> None:
    one = written(a_slice("1.2.3.1.0"), tmp_path / "one").read_bytes()
    other = written(a_slice("1.2.3.2.0", "1.2.3.2", PatientID="P2"), tmp_path / "other").read_bytes()
    for at in range(140, len(one), 31):
        (tmp_path / "spliced").write_bytes(one[:at] + other[at:] + one[at:])

        found = scan(tmp_path / "spliced")

        assert isinstance(found, SetAside) or len(found.frames) == 1


@pytest.mark.case(49)
def test_two_patients_in_one_folder_are_two_subjects_and_each_lacks_a_visit(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", "1.2.3.1")
    a_series(tmp_path / "in", "1.2.4.1", PatientID="P2", PatientName="Roe^Ann", StudyDate="20240510")

    report = import_folders(study, [tmp_path / "in"])

    assert [len(subject.visits) for subject in report.subjects] == [1, 1]
    assert _text(report).count("one visit: a scan alone, not a pair") == 2


@pytest.mark.case(50)
def test_one_image_under_two_patients_keeps_both_series_out(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in", "1.2.3.1", count=2)
    a_series(tmp_path / "in", "1.2.3.5", count=2)
    for number, file in enumerate(a_series(tmp_path / "other", "1.2.3.8", count=2, PatientID="P2")):
        written(
            a_slice(f"1.2.3.1.{number}", "1.2.3.8", z_mm=2.0 * number, seed=number, PatientID="P2"),
            tmp_path / "in" / file.name,
        )

    report = import_folders(study, [tmp_path / "in"])

    assert [[series.slices for series in subject.visits[0].series] for subject in report.subjects] == [[2]]
    assert _why(report)["its series is under two patients"] == 4


@pytest.mark.case(57)
def test_a_follow_up_under_another_number_is_never_paired_by_name(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "baseline", "1.2.3.1")
    import_folders(study, [tmp_path / "baseline"])
    a_series(tmp_path / "later", "1.2.4.1", PatientID="P1-new", StudyDate="20240510")

    report = import_folders(study, [tmp_path / "later"])

    assert [len(subject.visits) for subject in study.subjects()] == [1, 1]
    assert "S002: one visit: a scan alone, not a pair" in _text(report)


@pytest.mark.case(54)
def test_a_long_series_is_stopped_in_the_middle_and_leaves_nothing_behind(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=150)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 250

    report = import_folders(study, [tmp_path / "in"], cancelled=cancelled)

    assert report.cancelled
    assert study.subjects() == ()
    assert list(study.images.iterdir()) == []
    import_folders(study, [tmp_path / "in"])
    assert len(study.subjects()[0].visits[0].series[0].slices) == 150


@pytest.mark.case(54)
@pytest.mark.parametrize("count", [1, 2])
def test_a_series_of_one_or_two_slices_comes_in_and_its_visit_says_what_it_lacks(
    count: int, study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in", count=count)

    report = import_folders(study, [tmp_path / "in"])

    assert report.subjects[0].visits[0].series[0].slices == count
    assert "no coronal T1 series" in _text(report)


@pytest.mark.case(58)
def test_a_root_that_is_a_link_is_followed_once_and_links_below_it_are_not(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "real")
    (tmp_path / "root").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "passwd").symlink_to("/etc/passwd")
    (tmp_path / "real" / "up").symlink_to(tmp_path)
    (tmp_path / "real" / "itself").symlink_to(tmp_path / "real" / "itself")

    report = import_folders(study, [tmp_path / "root", tmp_path / "real"])

    assert (report.seen, report.accepted) == (6, 3)


@pytest.mark.case(59)
def test_pipes_sockets_and_devices_are_passed_over(study: CoordinatorStudy, tmp_path: Path) -> None:
    a_series(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path / "in")
        try:
            server.bind("socket")
        finally:
            os.chdir(here)

        report = import_folders(study, [tmp_path / "in", Path("/dev/null")])

    assert (report.seen, report.accepted) == (6, 3)
    assert _why(report) == {"not a regular file": 3}


@pytest.mark.case(59)
@pytest.mark.parametrize(("start", "why"), [(b"", "not DICOM"), (bytes(128) + b"DICM", "larger than 1 GiB")])
def test_a_sparse_file_of_ten_gigabytes_is_refused_by_its_start_or_size(start: bytes, why: str, tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.write(start)
        file.truncate(10 << 30)

    found = scan(tmp_path / "sparse")

    assert isinstance(found, SetAside)
    assert found.why == why


@pytest.mark.case(59)
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_that_may_not_be_read_is_counted(study: CoordinatorStudy, tmp_path: Path) -> None:
    files = a_series(tmp_path / "in")
    files[1].chmod(0)

    assert _why(import_folders(study, [tmp_path / "in"])) == {"the file can't be read": 1}


@pytest.mark.case(60)
@pytest.mark.parametrize(
    "name", [b"-rf", b"a\nb", b"'\"`$(x)", b"x" * 255, "a\u0301\u0327".encode(), b"\xff\xfe", b" ", b"..."]
)
def test_any_name_that_a_disk_can_hold_imports(name: bytes, study: CoordinatorStudy, tmp_path: Path) -> None:
    files = a_series(tmp_path / "in")
    files[0].rename(files[0].parent / os.fsdecode(name))

    report = import_folders(study, [tmp_path / "in"])

    assert report.accepted == 3
    assert import_folders(study, [tmp_path / "in"]).accepted == 3
    assert all(line.isprintable() for line in report.as_text())


@pytest.mark.case(61)
def test_a_path_of_two_thousand_signs_imports(study: CoordinatorStudy, tmp_path: Path) -> None:
    deep = tmp_path.joinpath("in", *["d" * 200] * 9)
    a_series(deep)

    report = import_folders(study, [tmp_path / "in"])

    assert len(str(deep)) > 1800
    assert report.accepted == 3


@pytest.mark.case(61)
def test_a_path_too_long_for_the_system_is_a_finding_and_the_rest_imports(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_series(tmp_path / "in")
    here = os.open(tmp_path / "in", os.O_RDONLY)
    for _ in range(25):
        os.mkdir("d" * 200, dir_fd=here)
        here, above = os.open("d" * 200, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)

    report = import_folders(study, [tmp_path / "in"])

    shutil.rmtree(tmp_path / "in")
    assert report.accepted == 3
    assert _why(report) == {"the folder can't be read": 1}


@pytest.mark.case(61)
def test_folders_in_folders_a_thousand_deep_are_walked(study: CoordinatorStudy, tmp_path: Path) -> None:
    files = a_series(tmp_path / "files")
    folders = [tmp_path / "in"]
    for _ in range(1200):
        folders.append(Path(f"{folders[-1]}/d"))
    for folder in folders:
        folder.mkdir()
    for file in files:
        file.rename(folders[-1] / file.name)

    report = import_folders(study, [tmp_path / "in"])

    # shutil.rmtree would recurse
    for file in folders[-1].iterdir():
        file.unlink()
    for folder in reversed(folders):
        folder.rmdir()
    assert report.accepted == 3


@pytest.mark.case(64)
def test_when_the_disk_goes_in_the_middle_what_was_there_stays_and_what_is_gone_is_told(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    a_visit(tmp_path / "first")
    import_folders(study, [tmp_path / "first"])
    before = study.subjects()
    a_visit(tmp_path / "second", "1.2.4", StudyDate="20240901")

    def unplugged(progress: Progress) -> None:
        if progress.stage == "Reading headers" and progress.done == progress.total - 1:
            (tmp_path / "second").rename(tmp_path / "gone")

    report = import_folders(study, [tmp_path / "second"], progress=unplugged)

    assert report.accepted == 0
    assert _why(report) == {"the file can't be read": 21}
    assert study.subjects() == before
    assert {path.parent.name for path in study.images.rglob("*.dcm")} == {
        series.code for visit in before[0].visits for series in visit.series
    }
    (tmp_path / "gone").rename(tmp_path / "second")
    assert import_folders(study, [tmp_path / "second"]).accepted == 21


@pytest.mark.case(66)
def test_in_a_large_folder_progress_is_told_and_a_stop_is_heard_between_any_two_files(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    for number in range(1500):
        (tmp_path / "in" / f"{number}").touch()
    told: list[Progress] = []
    opened: list[int] = []

    def cancelled() -> bool:
        opened.append(len(told))
        return len(told) > 700

    report = import_folders(study, [tmp_path / "in"], progress=told.append, cancelled=cancelled)

    assert report.cancelled
    assert [item.done for item in told] == list(range(701))
    assert {item.total for item in told} == {1500}
    # asked while the folder is listed too, before any file is looked at
    assert opened.count(0) > 1
