"""Ctrl+C in the middle of an import stops it at a safe place; the same command again finishes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, ramris, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")


@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_an_interrupted_import_keeps_whole_series_and_is_finished_by_the_same_command(tmp_path: Path) -> None:
    study = tmp_path / "trial"
    assert ramris("study", "create", study).returncode == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "workstation", "study", "add", str(study), str(ROOT / "sample_dicom")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: any((study / "images").iterdir()) or process.poll() is not None, "the first series")

    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "stopped before the end; import again to go on" in said
    assert complained == ""
    again = ramris("study", "add", study, ROOT / "sample_dicom", "--json")
    assert again.returncode == 0
    (subject,) = json.loads(again.stdout)["subjects"]
    slices = [series["slices"] for visit in subject["visits"] for series in visit["series"]]
    # each visit has three axial series of 22 slices and four coronal ones of 16
    assert sorted(slices) == [16] * 8 + [22] * 6
