"""Pictures of questions of the import, as the coordinator's window asks them: by `python -m tests.pictures`.

A synthetic pair is spoilt as sites do it: a follow-up whose coronal series lie askew, a patient ID that ends in the
visit, a wrist that changes its side, T1 with suppressed fat and no word of contrast, an undated visit, two stacks, a
series that says it has text, and a visit that comes again under another patient ID; radiographs that don't say how
large a pixel is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import cos, radians, sin
from pathlib import Path

from pydicom import Dataset, dcmread
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from storage.study.coordinator import CoordinatorStudy
from workstation.app.schemes.commands import schemes_in_words
from workstation.cli import main
from workstation.intake.importing.check_report import check_report
from workstation.intake.importing.importer import import_folders
from workstation.managing.session import ManagingSession
from workstation.phantom.study import write_study
from workstation.ui.coordinator.dialogs.questions import QuestionsDialog
from workstation.ui.coordinator.window import CoordinatorWindow
from workstation.ui.shared.application import the_application

SIZE = (1366, 768)
Poster = Callable[[Callable[[], None]], None]
ASKED = ("turned", "kind", "person", "visit", "side", "plane", "stack", "text", "again")
ASKEW_DEGREES = -50.0
LONGEST_MS = 30_000


def draw_questions(folder: Path, pictures: Path) -> list[str]:
    """Write question-SORT.png for each sort that is asked; their names."""
    scans = folder / "scans"
    write_study(scans, seed=7, size=128, subjects=3)
    people = sorted(path for path in scans.iterdir() if path.is_dir())
    for number, person in enumerate(people):
        for file, dataset in _files(person):
            _spoil(number, dataset)
            dataset.save_as(file)
    again = _sent_again(people[0], folder / "corrected")
    with CoordinatorStudy.create(folder / "trial") as study:
        import_folders(study, [scans])
        import_folders(study, [again])
    films = _without_a_size(folder / "films")
    with CoordinatorStudy.create(folder / "trial-of-films", scheme_id="sharp-vdh") as study:
        import_folders(study, [films])
    return [*_drawn(folder / "trial", pictures, ASKED), *_drawn(folder / "trial-of-films", pictures, ("size",))]


def _drawn(trial: Path, pictures: Path, sorts: Sequence[str]) -> list[str]:
    with CoordinatorStudy.open(trial) as study:
        asked = [item.what for item in check_report(study).decisions if item.question]
    application = the_application()

    def session(post: Poster) -> ManagingSession:
        return ManagingSession(
            trial,
            lambda: CoordinatorStudy.open(trial),
            lambda new: CoordinatorStudy.create(trial, order=new.order).close(),
            post,
            schemes=schemes_in_words(),
        )

    window = CoordinatorWindow(session)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=True)
    window.resize(*SIZE)
    window.show()
    window.start()
    _wait(window)
    written = []
    for sort in sorts:
        what = next((item for item in asked if item.startswith(f"{sort}:")), None)
        if what is None:
            continue
        dialog = QuestionsDialog(window.session.state, "", what, window.thumbnails, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, on=True)
        dialog.show()
        _wait(window)
        written.append(f"question-{sort}.png")
        dialog.grab().save(str(pictures / written[-1]), "PNG")
        dialog.close()
    window.close()
    application.processEvents()
    return written


def _wait(window: CoordinatorWindow) -> None:
    """Until the study is checked and no picture is missing."""
    waited = quiet = 0
    while waited < LONGEST_MS and quiet < 10:
        QTest.qWait(25)
        QApplication.processEvents()
        state = window.session.state
        whole = state.findings is not None and state.work is None and not window.thumbnails.waiting
        waited, quiet = waited + 25, quiet + 1 if whole else 0


def _files(person: Path) -> Iterator[tuple[Path, Dataset]]:
    for file in sorted(person.rglob("*.dcm")):
        yield file, dcmread(file)


def _without_a_size(films: Path) -> Path:
    main(["phantom", str(films), "--radiographs", "alone", "--subjects", "1", "--seed", "3"])
    for file, dataset in _files(films):
        for keyword in ("ImagerPixelSpacing", "PixelSpacing"):
            dataset.pop(keyword, None)
        dataset.CassetteSize = "24CMX30CM"
        dataset.save_as(file)
    return films


def _sent_again(person: Path, folder: Path) -> Path:
    """The coronal T1 of a baseline once more, under a corrected patient ID."""
    folder.mkdir()
    for file, dataset in _files(person):
        if "month 0" in str(dataset.StudyDescription) and "COR" in str(dataset.SeriesDescription):
            dataset.PatientID = f"{dataset.PatientID}7"
            dataset.save_as(folder / file.name)
    return folder


def _spoil(number: int, dataset: Dataset) -> None:
    """What a site did to a file of the first, second or third person."""
    follow_up = "month 0" not in str(dataset.StudyDescription)
    coronal = "COR" in str(dataset.SeriesDescription)
    if number == 0 and follow_up and coronal:
        _turn(dataset, ASKEW_DEGREES)
    if number == 0 and "ContrastBolusAgent" in dataset:
        del dataset.ContrastBolusAgent
    if number == 0:
        for word in ("Gd", "GD", "+C", "post"):
            dataset.SeriesDescription = str(dataset.SeriesDescription).replace(word, "").strip()
            dataset.ProtocolName = str(dataset.get("ProtocolName", "")).replace(word, "").strip()
    if number == 1:
        _spoil_second(dataset, follow_up=follow_up)
    if number == 2:
        for name in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
            setattr(dataset, name, "20000101")
        dataset.Laterality = "R" if follow_up else "L"
        if coronal and "T1" in str(dataset.SeriesDescription):
            dataset.EchoTime = float(dataset.EchoTime) + 2.0 * (int(dataset.InstanceNumber) % 2)


def _spoil_second(dataset: Dataset, *, follow_up: bool) -> None:
    dataset.PatientID = f"RA-002-{'M4' if follow_up else 'BL'}"
    if "T2" in str(dataset.SeriesDescription) and not follow_up:
        dataset.BurnedInAnnotation = "YES"
    if "PD" in str(dataset.SeriesDescription):
        dataset.SeriesDescription = str(dataset.SeriesDescription).replace("COR", "AX")
        dataset.ProtocolName = str(dataset.get("ProtocolName", "")).replace("COR", "AX")


def _turn(dataset: Dataset, degrees: float) -> None:
    """Turn the directions of a picture within its plane, as a technician who turns the field of view."""
    a, b = [list(map(float, dataset.ImageOrientationPatient[k : k + 3])) for k in (0, 3)]
    c, s = cos(radians(degrees)), sin(radians(degrees))
    right = [c * x + s * y for x, y in zip(a, b, strict=True)]
    down = [c * y - s * x for x, y in zip(a, b, strict=True)]
    dataset.ImageOrientationPatient = [f"{value:.6f}" for value in (*right, *down)]
