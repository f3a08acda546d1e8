"""Three readers with windows, TLS and 40 ms, a server that is killed ten times: scans from an Orthanc, results back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders.servers import orthanc, postgresql

ROOT = Path(__file__).parents[2]
PATIENCE_S = 1200


@pytest.mark.timeout(PATIENCE_S)
def test_nothing_is_lost_or_doubled_while_three_read_at_once_and_the_server_dies_ten_times() -> None:
    if postgresql._programs() is None:
        pytest.skip(f"needs PostgreSQL. On Debian or Ubuntu: sudo {postgresql.LINE}")
    if shutil.which("Orthanc", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        pytest.skip(f"needs Orthanc. On Debian or Ubuntu: sudo {orthanc.LINE}")
    # windows of processes of their own, which are killed with the one that started them
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture.three_sites", "--kills", "10", "--round-trip-ms", "40"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    said = done.stdout
    assert done.returncode == 0, said[-2000:] + done.stderr[-2000:]
    assert "server killed and started 10 times" in said
    # of a pair 43 sites a visit: each that was shown as saved is in the copy and on the server, once
    each = "86 grades shown as saved, 86 in the copy, 86 on the server, 1 case signed"
    assert re.findall(rf"^(\w\w): {each}$", said, re.MULTILINE) == ["AD", "BE", "CO"]
    assert "merged [86, 86, 86], refused []" in said
    assert "audit: 258 answers, the record is intact" in said
    # a report of each visit of each reader
    assert (
        "back in Orthanc: 6 of 6 objects byte for byte, 6 of them reports, in the 2 studies of the scans: yes" in said
    )
