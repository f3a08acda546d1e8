"""Imports go one way. Each contract is seen to fail on a planted violation, so that a green run means something."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("workstation", "storage", "scoring")

PLANTED = {
    "one-way": ("scoring/schemes/scheme.py", "import storage.records"),
    "inside-workstation": ("workstation/imaging/geometry.py", "import workstation.ui.shared.labels"),
    "scoring-alone": ("scoring/schemes/scheme.py", "import sqlalchemy"),
    "storage-no-qt-no-dicom": ("storage/records.py", "import pydicom"),
    "qt-only-in-ui": ("workstation/reading/state.py", "from PySide6 import QtCore"),
    "sql-only-in-storage": ("workstation/app/studies.py", "import sqlite3"),
    "dicom-only-in-intake": ("workstation/imaging/geometry.py", "import pydicom"),
    "toml-by-one-door": ("storage/records.py", "import tomllib"),
    "simpleitk-only-in-align": ("workstation/registering/grid.py", "import SimpleITK"),
    "pyqtgraph-only-in-numbers": ("workstation/ui/coordinator/pages.py", "import pyqtgraph"),
    "psycopg-only-in-server": ("storage/recovery/merge.py", "import psycopg"),
    # through a third module: the contract must follow the chain
    "reader-cannot-unblind": ("workstation/runtime/doctor.py", "import storage.vault.vault"),
}
# beside the one above: what each window may not know, and how it might come to
ALSO_PLANTED = {
    "the reader's window can't know the coordinator's": (
        "inside-workstation",
        "workstation/ui/reader/form/view.py",
        "import workstation.ui.coordinator.window",
    ),
    "nor the coordinator's the reader's": (
        "inside-workstation",
        "workstation/ui/coordinator/window.py",
        "import workstation.ui.reader.window.room",
    ),
    "nor figures of all readers": (
        "reader-cannot-unblind",
        "workstation/ui/reader/form/view.py",
        "import workstation.numbers.readings",
    ),
    "nor their window": (
        "reader-cannot-unblind",
        "workstation/ui/reader/form/view.py",
        "import workstation.ui.numbers.looks",
    ),
    "the coordinator's session knows no window": (
        "inside-workstation",
        "workstation/managing/state.py",
        "import workstation.ui.shared.labels",
    ),
    "what both windows share can't know intake": (
        "reader-cannot-unblind",
        "workstation/ui/shared/labels.py",
        "import workstation.intake.findings",
    ),
    "nor the vault": ("reader-cannot-unblind", "workstation/ui/shared/labels.py", "import storage.vault.vault"),
    "the reader's window can't know the coordinator's session": (
        "reader-cannot-unblind",
        "workstation/ui/reader/form/view.py",
        "import workstation.managing.state",
    ),
    "the start window opens the others by command, never by import": (
        "inside-workstation",
        "workstation/ui/start/window.py",
        "import workstation.ui.coordinator.window",
    ),
    "and can come to know no identity": (
        "reader-cannot-unblind",
        "workstation/starting/wishes.py",
        "import storage.vault.vault",
    ),
    "the coordinator's session knows no Qt": (
        "qt-only-in-ui",
        "workstation/managing/session.py",
        "from PySide6 import QtCore",
    ),
    "nor DICOM": ("dicom-only-in-intake", "workstation/managing/session.py", "import pydicom"),
}


def _lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", *chosen],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def _copy(to: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", to)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, to / package, ignore=shutil.ignore_patterns("__pycache__"))


def _declared() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_every_contract_has_a_planted_violation() -> None:
    assert set(PLANTED) == _declared()


@pytest.mark.parametrize("contract", sorted(PLANTED))
def test_a_planted_import_breaks_its_contract(contract: str, tmp_path: Path) -> None:
    _copy(tmp_path)
    assert _lint(tmp_path, contract).returncode == 0

    module, violation = PLANTED[contract]
    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{violation}\n")
    if contract == "reader-cannot-unblind":
        with (tmp_path / "workstation/reading/state.py").open("a", encoding="utf-8") as file:
            file.write("\nimport workstation.runtime.doctor\n")

    result = _lint(tmp_path, contract)
    assert result.returncode == 1, result.stdout
    assert "BROKEN" in result.stdout


@pytest.mark.parametrize("what", sorted(ALSO_PLANTED))
def test_neither_window_can_come_to_know_what_it_may_not(what: str, tmp_path: Path) -> None:
    contract, module, violation = ALSO_PLANTED[what]
    _copy(tmp_path)

    with (tmp_path / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{violation}\n")

    assert _lint(tmp_path, contract).returncode == 1
