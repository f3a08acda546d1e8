"""How long a synthetic pair takes to draw, and how much memory. Run by python -m tests.benchmarks.phantom [SIZE...].

Aims on two processors: 256 in 15 s, 512 in 60 s, below 1 GB. Nothing here is a test: a timing must never turn a build
red.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from workstation.phantom.study import write_study


def measure(size: int) -> None:
    """One pair of that size, and a line for the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write_study(Path(folder) / "out", size=size)
        taken = time.perf_counter() - start
        bytes_written = sum(path.stat().st_size for path in Path(folder).rglob("*.dcm"))
    # kilobytes on Linux: the greatest of this process, and of any that it waited for
    memory = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    sys.stdout.write(
        f"{size}: {taken:.1f} s, {bytes_written / 1e6:.1f} MB written, "
        f"{memory[0]:.0f} MB here and {memory[1]:.0f} MB in the largest worker\n"
    )


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ("256", "512"):
        measure(int(wanted))
