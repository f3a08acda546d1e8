"""Output of a reader's process when something fails: our own lines, codes and modules; no path, no exception's text."""

from __future__ import annotations

import io
import logging
import os
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
from PySide6.QtCore import qCritical, qWarning

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series
from workstation.cli import main
from workstation.intake.importing.importer import import_folders
from workstation.runtime.codes_only import Fault, codes_only
from workstation.runtime.faults import named_kind
from workstation.ui.shared import guard

CANARY = "QuokkaZebra"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in a folder whose every part has the canary in its name."""
    base = tmp_path_factory.mktemp("codes") / f"{CANARY}^Jane"
    a_series(base / "in")
    with CoordinatorStudy.create(base / CANARY) as study:
        import_folders(study, [base / "in"])
        study.assign("R1", seed=1)
    return base / CANARY


@pytest.fixture
def trial(_made: Path, tmp_path: Path) -> Path:
    shutil.copytree(_made, tmp_path / CANARY / CANARY, ignore=shutil.ignore_patterns("vault.db"))
    return tmp_path / CANARY / CANARY


def _damaged(trial: Path, what: str) -> None:
    database, image = trial / "study.db", next((trial / "images").rglob("*.dcm"))
    match what:
        case "no folder":
            shutil.rmtree(trial)
        case "no study":
            database.unlink()
        case "another file":
            database.write_bytes(CANARY.encode() * 400)
        case "a damaged page":
            content = bytearray(database.read_bytes())
            content[4096 * 3 : 4096 * 9] = CANARY.encode() * (4096 * 6 // len(CANARY)) + b"\0" * (
                4096 * 6 % len(CANARY)
            )
            database.write_bytes(content)
        case "a truncated study":
            database.write_bytes(database.read_bytes()[:5000])
        case "a truncated image":
            image.write_bytes(image.read_bytes()[:300])
        case "no image":
            shutil.rmtree(trial / "images")


@pytest.mark.case(103)
@pytest.mark.parametrize(
    "what",
    ["no folder", "no study", "another file", "a damaged page", "a truncated study", "a truncated image", "no image"],
)
@pytest.mark.parametrize("command", ["enter", "read"])
def test_whatever_is_wrong_with_the_study_a_reader_is_told_without_a_path(  # noqa: PLR0917 - pytest hands them over
    command: str,
    what: str,
    trial: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _damaged(trial, what)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    drawn = ["--png", str(tmp_path / CANARY / "nowhere" / "room.png")] if command == "read" else []

    status = main([command, str(trial), "--reader", "R1", *drawn])

    out, err = capfd.readouterr()
    lines = err.splitlines()
    assert CANARY.lower() not in (out + err).lower()
    assert all(line.startswith("ramris: ") for line in lines)
    # an image that lacks is a grey field in the room, and nothing to `enter`
    assert (status, len(lines)) == ((0, 0) if "image" in what and command == "enter" else (2, 1)), lines


def test_threads_warnings_logs_and_qt_are_told_as_codes(capfd: pytest.CaptureFixture[str]) -> None:
    def fails() -> None:
        raise OSError(2, f"/{CANARY}/scan.dcm")

    class Awkward:
        def __del__(self) -> None:
            raise ValueError(CANARY)

    with codes_only(), guard.quiet_qt():
        thread = threading.Thread(target=fails, name=CANARY)
        thread.start()
        thread.join()
        Awkward()
        with warnings.catch_warnings():
            # pytest records warnings; a process of its own shows them
            warnings.simplefilter("always")
            warnings.showwarning(UserWarning(CANARY), UserWarning, f"/{CANARY}.py", 3)
        logging.getLogger("sqlalchemy.engine").error("the file of %s", CANARY)
        logging.getLogger(CANARY).warning("its own name")
        qWarning(CANARY)
        qCritical(f"/{CANARY}/style.qss")

    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if CANARY.lower() in line.lower()] == []
    assert [line.split(",")[0].rstrip("0123456789ABCDEF") for line in lines] == [
        "ramris: fault ",
        "ramris: fault ",
        "ramris: warning UserWarning",
        "ramris: log ERROR of sqlalchemy",
        "ramris: log WARNING of a library",
        "ramris: Qt warning",
        "ramris: Qt error",
    ]


@pytest.mark.case(97)
def test_a_fault_has_no_other_exception_behind_it_so_that_no_traceback_quotes_one() -> None:
    line = r"^fault [0-9A-F]{6} of the program itself, FileNotFoundError at "
    with pytest.raises(Fault, match=line) as told, codes_only():
        Path(f"/{CANARY}/scan.dcm").read_bytes()

    assert told.value.__context__ is None
    assert told.value.__cause__ is None


def test_a_class_that_was_named_by_something_else_is_told_by_its_nearest_known_ancestor() -> None:
    made = type(CANARY, (LookupError,), {"__module__": "elsewhere"})

    assert named_kind(made) == "LookupError"


@pytest.mark.case(97)
def test_a_process_that_crashes_prints_nothing_and_leaves_no_core_file(tmp_path: Path) -> None:
    program = "import os\nfrom workstation.runtime.codes_only import codes_only\nwith codes_only():\n    os.abort()\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1", "PYTHONDEVMODE": "1"}

    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, timeout=60, check=False
    )

    assert done.returncode != 0
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list(tmp_path.iterdir()) == []
