"""Synthetic pairs from the command line: what was asked for is written whole, or nothing is."""

import csv
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.journeys.conftest import ROOT, ramris, until


def test_a_pair_with_label_maps_and_multi_frame_files_of_an_odd_size(tmp_path: Path) -> None:
    out = tmp_path / "out"

    done = ramris("phantom", out, "--size", "33", "--seed", "3", "--labels", "--enhanced")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Wrote 1 synthetic pair to {out}\n"
    files = sorted(path for path in (out / "VEXHOLLOW_0001").rglob("*") if path.is_file())
    # two visits, each seven series and a label map of each plane
    assert Counter(path.suffix for path in files) == {".dcm": 14, ".nrrd": 4}
    whole = dcmread(next(out.rglob("*.dcm")), stop_before_pixels=True)
    assert whole.SOPClassUID.name == "Enhanced MR Image Storage"
    assert (whole.Rows, whole.Columns) == (33, 33)
    assert (out / "labels.csv").read_text().startswith("value,meaning\n0,")
    assert "--seed 3 --size 33 --subjects 1 --labels --enhanced`" in (out / "README.md").read_text()


def test_a_fault_is_planted_in_the_files_and_not_in_the_truth(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()

    done = ramris("phantom", out, "--size", "32", "--subjects", "1", "--seed", "8", "--fault", "missing-slice")

    assert (done.returncode, done.stdout) == (0, f"Wrote 1 synthetic pair to {out}\n")
    # seven series a visit: four of 16 slices and three of 22, one of them not sent
    assert len(list(out.rglob("*.dcm"))) == 2 * (4 * 16 + 3 * 22) - 1
    with (out / "truth.csv").open(newline="") as file:
        # 43 sites a visit: scoring rules
        assert len(list(csv.DictReader(file))) == 2 * 43
    assert "--fault missing-slice`" in (out / "README.md").read_text()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--size", "31"), "size 31: rows and columns from 32 to 1024"),
        (("--size", "1025"), "size 1025: rows and columns from 32 to 1024"),
        (("--size", "big"), "Invalid value for '--size': 'big' is not a valid integer."),
        (("--subjects", "0"), "subjects 0: from 1 to 9999"),
        (("--seed", "-1"), "seed -1: 0 or a greater whole number"),
        (
            ("--fault", "gremlin"),
            "fault 'gremlin': there are missing-slice, duplicate-slice, swapped-visits, truncated-file, two-patients",
        ),
        (("--fault", "no-contrast", "--enhanced"), "leave out --enhanced or --fault"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line_and_nothing_is_written(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    refused = ramris("phantom", tmp_path / "out", *options)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    refused = ramris("phantom", tmp_path)

    assert refused.returncode == 2
    assert refused.stderr == f"ramris: {tmp_path} holds something already; choose a new or an empty folder\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for a group of processes")
@pytest.mark.usefixtures("ctrl_c_is_heard")
@pytest.mark.parametrize("size", [64, 200])
def test_ctrl_c_stops_the_drawing_in_one_process_and_in_several_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "workstation", "phantom", str(out), "--size", str(size), "--subjects", "3"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until(lambda: any(tmp_path.rglob("*.dcm")) or process.poll() is not None, "the first slice")

    # a terminal sends it to the whole group
    os.killpg(process.pid, signal.SIGINT)
    said, complained = process.communicate(timeout=60)

    assert process.returncode == 1
    assert (said, complained) == ("", f"ramris: stopped; nothing was written to {out}\n")
    assert list(tmp_path.iterdir()) == []
