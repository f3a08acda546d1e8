"""Pulling from Orthanc against reading the same folder. Run by python -m tests.benchmarks.pulling [FILES].

FILES images of 512 x 512 (420) in series of 30, without the import that follows: files a second by WADO-RS into the
quarantine, by pydicom.dcmread of the folder, their ratio (asked 0.25), and how much memory of this process grew
(asked 100 MB). Needs Orthanc on this machine.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom import dcmread

from tests.builders.dicom_files import a_slice, written
from tests.builders.servers.orthanc import PASSWORD, USER, orthanc
from workstation.intake.pulling.pulling import Fetching, pull, worklist
from workstation.intake.pulling.quarantine import Quarantine
from workstation.intake.pulling.query import offered
from workstation.intake.pulling.server import Server
from workstation.intake.pulling.wanted import Wanted
from workstation.web.address import Credentials

SIDE, IN_A_SERIES = 512, 30


def main(files: int) -> None:
    """Print the figures."""
    pixels = np.random.default_rng(1).integers(0, 4096, (SIDE, SIDE), dtype=np.uint16).tobytes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(files):
            series = f"1.2.3.{number // IN_A_SERIES + 1}"
            one = a_slice(f"{series}.{number}", series, z_mm=number, Rows=SIDE, Columns=SIDE, PixelData=pixels)
            written(one, folder / "sent" / str(number))
        (folder / "orthanc").mkdir()
        with orthanc(folder / "orthanc") as server:
            sent = sorted((folder / "sent").iterdir())
            server.receive(sent)
            start = time.perf_counter()
            for file in sent:
                dcmread(file)
            read_s = time.perf_counter() - start
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            quarantine = Quarantine(folder)
            with Server(server.address, Credentials(USER, PASSWORD)) as asked:
                start = time.perf_counter()
                lines = worklist(quarantine, offered(asked, Wanted(), lambda *_: None, lambda: False))
                done = pull(Fetching(asked, quarantine, lambda: False), lines, lambda *_: None)
                pull_s = time.perf_counter() - start
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert done.images == files, done
    sys.stdout.write(
        f"pulled {files / pull_s:.0f} files/s, read {files / read_s:.0f} files/s, ratio {read_s / pull_s:.2f}\n"
    )
    sys.stdout.write(f"this process grew by {grown:.0f} MB\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 420)
