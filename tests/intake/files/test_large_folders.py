"""An import holds some bytes for each file, however many there are; the rest is on disk until its turn."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from scoring.values import replace
from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_slice, written
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.importing import header_spool
from workstation.intake.importing.header_spool import Spool
from workstation.intake.importing.importer import import_folders

# a record of one header in memory takes some 3,000 bytes; who and when of an examination, some 6,000, is kept for each
# fifty files here. The last values that were converted stay, some 300,000 bytes however many files there are
BYTES_A_FILE = 1000
CONVERTED = 500_000


def _persons(folder: Path, count: int) -> Path:
    """Persons with one series of fifty slices each, as bytes of one file with other identifiers."""
    plain = written(
        a_slice("1.2.80.100.7.1000", "1.2.80.100.7", StudyInstanceUID="1.2.80", PatientID="P100", Rows=8, Columns=8,
                ImagePositionPatient=["0", "0", "1000"], PixelData=bytes(128)),
        folder / "one",
    ).read_bytes()  # fmt: skip
    (folder / "one").unlink()
    for person in range(100, 100 + count):
        for number in range(1000, 1050):
            data = plain.replace(b".7.1000", b".7.%d" % number).replace(b"1.2.80.100.7", b"1.2.80.%d.7" % person)
            data = data.replace(b"P100", b"P%d" % person)
            (folder / f"{person}-{number}").write_bytes(data.replace(b"0\\0\\1000", b"0\\0\\%d" % number))
    return folder


@pytest.fixture
def traced() -> Iterator[None]:
    # what other tests left alive would let Python look for garbage more rarely: docs.python.org/3/library/gc.html
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.unfreeze()


def _peak(study: CoordinatorStudy, folder: Path) -> int:
    gc.collect()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    report = import_folders(study, [folder])
    assert report.accepted == len(list(folder.iterdir()))
    return tracemalloc.get_traced_memory()[1] - before


@pytest.mark.usefixtures("traced")
def test_eight_times_as_many_files_take_hardly_more_memory(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(header_spool, "MOST_HELD", 100)
    few, many = _persons(tmp_path / "few", 2), _persons(tmp_path / "many", 16)
    _peak(study, few)
    with CoordinatorStudy.create(tmp_path / "first") as first:
        least = _peak(first, few)
    with CoordinatorStudy.create(tmp_path / "second") as second:
        most = _peak(second, many)

    assert most - least < 700 * BYTES_A_FILE + CONVERTED


def test_headers_come_back_from_the_disk_as_they_went(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(header_spool, "MOST_HELD", 3)
    files = [
        written(a_slice(f"1.2.{number}", PatientID=f"P{number % 2}"), tmp_path / f"f{number}") for number in range(9)
    ]
    odd = tmp_path / "\udcff\n"
    files[0].rename(odd)
    scanned = [found for file in [odd, *files[1:]] if isinstance(found := scan(file), Scanned)]
    # text that is no text: nothing writes it to the disk, and nothing is lost
    frame = scanned[4].frames[0]
    scanned[4] = replace(scanned[4], frames=(replace(frame, facts=replace(frame.facts, description="\udcff")),))

    with Spool() as kept:
        for number, item in enumerate(scanned):
            kept.add("AB"[number % 2], item)

        assert sorted(kept.take("A"), key=lambda item: item.path) == sorted(scanned[::2], key=lambda item: item.path)
        assert sorted(kept.take("B"), key=lambda item: item.path) == sorted(scanned[1::2], key=lambda item: item.path)
        assert kept.take("A") == []
