"""Images that lie apart, against a folder. Run by python -m tests.benchmarks.servers.fetching [SLICES].

SLICES of 512 x 512 (60) in series of 30. Opening a case whose images have come against the same from a folder, ratio
(asked 1.0), in the clear and encrypted on the disk; and how much of a line of 20 Mbit/s is used, by a server with TLS
in this process that sends no faster. The key lies in a file of the benchmark's own, not in the key store of whoever
runs it; a store is asked once a process, so how fast it answers is no part of this.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import keyring
import numpy as np
from keyring.backends import fail

from scoring.values import replace
from storage.apart import arrived, at_rest
from storage.apart.image_list import read_list, write_list
from storage.apart.setting_apart import Apart, set_apart
from storage.index.pixel_digests import series_digest, slice_digest
from storage.records import SeriesRecord, SliceRecord, VisitRecord
from tests.benchmarks.timing import timed
from tests.builders.servers.key_store import VARIABLE, FileKeyStore
from tests.builders.servers.tls_folder import certificate, shown
from tests.builders.studies import a_stack
from workstation.fetching.while_reading import WhileReading
from workstation.imaging.volume import load_volume
from workstation.tasks.token import Token
from workstation.web.address import Credentials

SIDE, IN_A_SERIES, HEADER = 512, 30, 1_500
LINE = 20e6 / 8
CASE = "C1"
TURNS = 25


def _series(images: Path, slices: int) -> tuple[SeriesRecord, ...]:
    """Series whose files lie in the folder."""
    random, found = np.random.default_rng(1), []
    for first in range(0, slices, IN_A_SERIES):
        code = f"SERIES{first}"
        (images / code).mkdir(parents=True)
        records, digests = [], []
        for number in range(first, min(first + IN_A_SERIES, slices)):
            pixels = random.integers(0, 4096, (SIDE, SIDE), dtype=np.uint16).tobytes()
            (images / code / f"{number:024}.dcm").write_bytes(bytes(HEADER) + pixels)
            records.append(SliceRecord(f"1.2.{number}", f"{code}/{number:024}.dcm", HEADER, (0.0, 0.0, float(number))))
            digests.append(slice_digest(pixels))
        digest = series_digest(code, digests)
        found.append(replace(a_stack(code), rows=SIDE, columns=SIDE, slices=tuple(records), pixels_sha256=digest))
    return tuple(found)


def _of_this_run(file: Path) -> FileKeyStore:
    os.environ[VARIABLE] = str(file)
    return FileKeyStore()  # type: ignore[no-untyped-call] # keyring says no types of it


def main(slices: int) -> None:
    """Print the figures."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call] # as below
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series = _series(folder / "plain" / "images", slices)
        _series(folder / "copy" / "images", slices)
        began = time.process_time()
        set_apart(folder / "copy", folder / "web", Apart(folder / "web", ""), {CASE: (VisitRecord(1, series),)})
        sealing = time.process_time() - began
        with shown(folder / "web", certificate(folder / "tls")) as server:
            server.rate = LINE
            images = replace(read_list(folder / "copy"), address=server.address, ca=str(server.ca))
            write_list(folder / "copy", images)
            apart = WhileReading(folder / "copy", lambda _images: Credentials())
            size = sum(item.size for item in images.cases[CASE])
            began = time.perf_counter()
            for one in series:
                apart.bring(CASE, [item.file for item in one.slices], Token())
            took = time.perf_counter() - began
        say = sys.stdout.write
        say(f"sealed {size / 1e6:.0f} MB at {size / 1e6 / sealing:.0f} MB/s of processor time\n")
        say(f"at 20 Mbit/s: {took:.1f} s for {size / 1e6:.0f} MB, {size / LINE / took:.2f} of the line\n")

        def from_folder() -> None:
            for one in series:
                load_volume(one, folder / "plain" / "images")

        def from_cache() -> None:
            for one in series:
                apart.bring(CASE, [item.file for item in one.slices], Token())
                load_volume(one, folder / "copy" / "images")

        def processor(act: Callable[[], object]) -> float:
            began = time.process_time()
            act()
            return time.process_time() - began

        def ratios(kept: str) -> None:
            # in turns: what else the machine does meanwhile is of both
            plain, cached = zip(*((processor(from_folder), processor(from_cache)) for _ in range(TURNS)), strict=True)
            wall = timed(from_cache) / timed(from_folder)
            both = median(cached) / median(plain)
            say(f"opened from what has come, {kept}: {both:.2f} x a folder by processor time, {wall:.2f} x by clock\n")

        say(f"opened from a folder {timed(from_folder) * 1e3:.0f} ms\n")
        ratios("in the clear")
        keyring.set_keyring(_of_this_run(folder / "keys.json"))
        began = time.process_time()
        how = at_rest.begin(folder / "copy")
        arrived.encrypt(folder / "copy" / "images", images.cases[CASE], lambda: False)
        say(f"{how} {size / 1e6 / (time.process_time() - began):.0f} MB/s of processor time\n")
        ratios("encrypted")
        apart.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
