"""Every text file is opened with its encoding named: without UTF-8 mode, Windows takes the ANSI code page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULE = ["-m", "ruff", "check", "--isolated", "--no-cache", "--preview", "--select", "PLW1514"]


def _found(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *RULE, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_no_text_file_is_opened_without_its_encoding(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from pathlib import Path\n\nPath('x').read_text()\n", encoding="utf-8")

    assert "unspecified-encoding" in _found(planted).stdout
    found = _found(*(ROOT / package for package in ("scoring", "storage", "workstation")))

    assert found.returncode == 0, found.stdout
