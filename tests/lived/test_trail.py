"""The trail of a study that has lived, verified by its own script: merged rows, re-reads, parked, reopened cases."""

from __future__ import annotations

import subprocess
import sys

from storage.audit.verification import audit
from tests.builders.lived.story import Lived
from workstation.cli import main


def test_the_trail_of_a_study_that_has_lived_is_whole_by_its_own_script(lived: Lived) -> None:
    out = lived.root / "out"
    found = audit(lived.trial)
    assert main(["trail", str(lived.trial), str(out)]) == 0
    script = [sys.executable, "-I", "-S", str(out / "verify_trail.py"), found.head]
    told = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    assert f"Whole: {found.events} events and {found.acts} acts" in told
