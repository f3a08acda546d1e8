"""Pictures of the windows for the README and docs/import.md, drawn by the program itself: no person is in them.

`python -m tests.pictures` writes room.png, outlines.png, light.png, coordinator.png, drift.png and agreement.png into
docs/pictures. The room shows the sample pair, begun with its true grades, then a bone outlined by one click, and large
text on a light form; the coordinator's window three synthetic pairs, one of which was given no contrast agent; the
numbers are of two synthetic readers, one of whom drifts on purpose while the other guesses at osteitis. Beside
them, the questions of an import (decision_pictures).
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.study.reader import ReaderStudy
from tests.builders.numbers.two_readers import two_readers
from tests.decision_pictures import draw_questions
from workstation.reading.answers.focus_moves import GoTo, GoToBlank
from workstation.reading.answers.measuring import TakeTool
from workstation.reading.state import Focus
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.window.room import ReadingRoom

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_dicom"
PICTURES = ROOT / "docs" / "pictures"
SIZE = (1366, 768)
NAMES = ("coordinator.png", "room.png", "outlines.png", "light.png", "drift.png", "agreement.png")
# how far the reading has come: synovitis, tenosynovitis, and osteitis up to this site at both visits
READ = ("SYN", "TEN", "OST")
UP_TO = ("OST", "TRD")


def ramris(*arguments: str | Path, given: str = "") -> str:
    """Run a command of the program; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "workstation", *map(str, arguments)],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    # findings that need a person are part of the picture
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr)
    return done.stdout


def a_study(folder: Path, *scans: Path) -> str:
    """A study of these scans, assigned to R1; the code of the first case."""
    ramris("study", "create", folder)
    ramris("study", "add", folder, *scans)
    assigned = json.loads(ramris("study", "assign", folder, "--reader", "R1", "--seed", "3", "--json"))
    return str(assigned["cases"][0]["case"])


def begun() -> list[tuple[str, str, str, str]]:
    """The true grades of the sample, as far as the reading has come: visit, feature, site, grade."""
    with (SAMPLE / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["visit"], row["feature"], row["site"], row["grade"]) for row in csv.DictReader(file)]
    sites = sorted(dict.fromkeys(row[1:3] for row in rows if row[1] in READ), key=lambda site: READ.index(site[0]))
    done = sites[: sites.index(UP_TO) + 1]
    return [row for row in rows if row[1:3] in done]


def room(folder: Path, png: Path) -> None:
    """The reading room, with the sample half read."""
    from workstation.ui.reader.window.render import render_to_png  # noqa: PLC0415
    from workstation.ui.reader.window.room import open_room  # noqa: PLC0415 - needs the platform that `main` sets
    from workstation.ui.shared.application import the_application  # noqa: PLC0415

    case = a_study(folder, SAMPLE)
    lines = "".join(f"{case},{','.join(row)}\n" for row in begun())
    ramris("enter", folder, "--reader", "R1", given=lines)
    the_application()
    with ReaderStudy.open(folder, "R1") as study:
        window = open_room(study)
        window.form.wanted.emit(GoToBlank())
        render_to_png(window, png, SIZE)
        outlined(window)
        render_to_png(window, png.with_name("outlines.png"), SIZE)
        window.case.dispatch(TakeTool(""))
        for action in ("looks.larger", "looks.larger", "looks.light"):
            window._act(action)
        render_to_png(window, png.with_name("light.png"), SIZE)
        window.close()


def outlined(window: ReadingRoom) -> None:
    """A bone outlined by one click on the baseline's T1, where its site is expected."""
    window.case.dispatch(GoTo(Focus(FeatureCode("OST"), SiteCode("CAP"), 1)))
    window.case.dispatch(TakeTool("bone"))
    panel = window.images
    if not isinstance(panel, ImagesPanel):
        raise SystemExit("the room has no images")
    cell = panel.viewports[1][0]
    view = cell.view
    if not isinstance(view, SeriesView) or view.ring is None:
        raise SystemExit("no site is expected in that cell")
    QTest.mouseClick(cell, Qt.MouseButton.LeftButton, pos=cell.to_screen.map(QPointF(*view.ring.middle_mm)).toPoint())


def coordinator(folder: Path, png: Path) -> None:
    """The coordinator's window with three pairs."""
    scans = folder.parent / "scans"
    # the fault is planted in the first pair
    ramris("phantom", scans, "--subjects", "3", "--size", "160", "--seed", "11", "--fault", "no-contrast")
    a_study(folder, scans)
    ramris("manage", folder, "--png", png, "--size", *map(str, SIZE))


def numbers(folder: Path) -> None:
    """The window of numbers: drift, and agreement by feature."""
    two_readers(folder, reread=10)
    size = ("--window", *map(str, SIZE))
    ramris("numbers", folder, "--figure", "drift", "--feature", "EROTOT", *size, "--out", PICTURES / "drift.png")
    ramris("numbers", folder, "--figure", "agreement", *size, "--out", PICTURES / "agreement.png")


def smaller(png: Path) -> None:
    """The picture in 256 colours: a third of the size, and no difference that one sees."""
    with Image.open(png) as picture:
        fewer = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    fewer.save(png, optimize=True)


if __name__ == "__main__":
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as place:
        os.environ |= {"RAMRIS_CONFIG": f"{place}/own", "RAMRIS_VAULT_COPIES": "none"}
        coordinator(Path(place) / "trial", PICTURES / "coordinator.png")
        room(Path(place) / "room", PICTURES / "room.png")
        numbers(Path(place) / "numbers")
        questions = draw_questions(Path(place) / "questions", PICTURES)
    for name in (*NAMES, *questions):
        smaller(PICTURES / name)
