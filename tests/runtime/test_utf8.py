"""Locales without UTF-8, such as LC_ALL=C on a server: nothing is said about them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# `main` refuses the command; what it did before stays
PROGRAM = """
from workstation.cli import main
main(["no-such-command"])
from PySide6.QtGui import QGuiApplication
QGuiApplication([])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every locale is of UTF-8, or no concern of Qt's")
@pytest.mark.parametrize("chosen", ["C", "POSIX"])
def test_a_locale_without_utf_8_is_no_ground_for_a_complaint(chosen: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": chosen, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )

    assert done.returncode == 0
    assert done.stderr == "ramris: No such command 'no-such-command'. See: ramris --help\n"
