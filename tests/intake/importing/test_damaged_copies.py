"""Damaged copies of real scanners' files: each ends imported or counted, and no other file suffers.

Nothing is left half-done. The long run is
`pytest tests/intake/importing/test_damaged_copies.py --mutants 100000 --mutant-seed 0`.
"""

from __future__ import annotations

import shutil
import sys
import time
from functools import cache
from pathlib import Path

import pytest
from pydicom.data import get_testdata_files

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series
from tests.builders.mutants import mutants
from tests.real_files import FOLDER
from tests.torture.ledger import did
from workstation.intake.importing.importer import import_folders

LARGEST = 700_000
LOT = 60
SEED = 20260


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each lot of files."""
    wanted = int(metafunc.config.getoption("--mutants"))
    metafunc.parametrize("lot", range(-(-wanted // LOT)))


@pytest.mark.case(1, 4, 5, 6, 7, 8)
@pytest.mark.timeout(600)
def test_every_damaged_copy_is_imported_or_counted_and_the_study_is_whole(
    lot: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    given = request.config.getoption("--mutant-seed")
    seed = SEED if given is None else given or time.time_ns() % 1_000_000_000
    # shown when it fails
    sys.stdout.write(f"--mutant-seed {seed}\n")
    folder = tmp_path / "in"
    a_series(folder, "1.2.99.1", count=2, PatientID="whole")
    for number, damaged in enumerate(mutants(_originals(), LOT, seed * 1_000_000 + lot)):
        (folder / f"m{number}").write_bytes(damaged)

    with CoordinatorStudy.create(tmp_path / "trial") as study:
        first, second = import_folders(study, [folder]), import_folders(study, [folder])

        here = {path.relative_to(study.images).as_posix() for path in study.images.rglob("*") if path.is_file()}
        indexed = [item for subject in study.subjects() for visit in subject.visits for item in visit.series]
    assert first.seen == first.accepted + sum(group.count for group in first.set_aside)
    assert (first.seen, first.accepted) == (second.seen, second.accepted)
    assert here == {item.file for series in indexed for item in series.slices}
    assert [2, 12, 10] in [[len(series.slices), series.rows, series.columns] for series in indexed]
    assert all(line.isprintable() for line in first.as_text())
    did("damaged files imported twice", LOT)
    # of a hundred thousand files the disk need not hold more than a lot
    shutil.rmtree(tmp_path)


@cache
def _originals() -> list[bytes]:
    """Of scanners where the folder is there; pydicom's own compressed and odd ones always."""
    files = [Path(str(name)) for name in get_testdata_files("MR_small*.dcm")]
    files += [file for file in FOLDER.rglob("*") if file.suffix == ".dcm"]
    return [file.read_bytes() for file in sorted(files) if 132 < file.stat().st_size < LARGEST]
