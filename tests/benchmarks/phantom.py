"""Cost of drawing a synthetic pair: time, work and memory.

    python -m tests.benchmarks.phantom [--difficulty typical] [SIZE...]

Aims on two idle processors: 256 in 15 s, 512 in 30 s, below 1 GB. On a machine that others use only the work counts, in
seconds of processors, and against a yardstick taken in the same run: Fourier transforms of a 512 x 512 image. Nothing
here is a test: a timing must never turn a build red.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import fft

from workstation.phantom.realism.difficulty import Difficulty
from workstation.phantom.study import Extras, write_study


def _worked() -> float:
    """Seconds of processors that this process and those it waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def yardstick() -> float:
    """Processor seconds of one Fourier transform of 512 x 512 points, there and back."""
    image = np.random.default_rng(1).standard_normal((512, 512), np.float32).astype(np.complex64)
    before = _worked()
    for _ in range(40):
        image = fft.ifft2(fft.fft2(image))
    return (_worked() - before) / 40


def measure(size: int, unit: float, difficulty: Difficulty) -> None:
    """One pair of that size and difficulty, and a line for the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        start, before = time.perf_counter(), _worked()
        write_study(Path(folder) / "out", size=size, extras=Extras(difficulty=difficulty))
        taken, work = time.perf_counter() - start, _worked() - before
        bytes_written = sum(path.stat().st_size for path in Path(folder).rglob("*.dcm"))
    # kilobytes on Linux: the greatest of this process, and of any that it waited for
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    sys.stdout.write(
        f"{size}: {taken:.1f} s, {work:.1f} s of processors = {work / unit:.0f} transforms, "
        f"{bytes_written / 1e6:.1f} MB written, {memory[0]:.0f} MB here and {memory[1]:.0f} MB in the largest worker\n"
    )


if __name__ == "__main__":
    transform = yardstick()
    sys.stdout.write(f"one transform there and back: {transform * 1000:.1f} ms\n")
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[256, 512])
    parser.add_argument("--difficulty", type=Difficulty, default=Difficulty.EASY)
    given = parser.parse_args()
    for wanted in given.sizes:
        measure(wanted, transform, given.difficulty)
