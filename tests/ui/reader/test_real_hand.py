"""A real hand in the room, from its files on: one examination, and itself as a scanner of another gain would send it.

STS_019 of TCIA's Soft-tissue-Sarcoma (tests/real_files.py says where): an axial T1 of a hand and wrist, 47 slices.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.rooms import DESK
from tests.builders.sessions import at
from tests.real_files import FOLDER, needs_real_files
from workstation.intake.importing.importer import import_folders
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.preferences import OfThisSession, Preferences
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.view import EmptyView, SeriesView
from workstation.ui.reader.window.room import ReadingRoom

HAND = FOLDER / "ibsi_sts" / "dicom" / "STS_019" / "MR_T1" / "image"
GAIN = 1.35
DAYS = ("20200110", "20210112")

pytestmark = [needs_real_files, pytest.mark.timeout(300)]


def written(folder: Path) -> None:
    """Both examinations, the second brighter, with noise of its own and 3 mm farther off."""
    noise = np.random.default_rng(1)
    for visit, day in enumerate(DAYS):
        study, series, frame = (generate_uid() for _ in range(3))
        (folder / day).mkdir(parents=True)
        for file in sorted(HAND.glob("*.dcm")):
            one = dcmread(file)
            one.StudyDate = one.SeriesDate = one.AcquisitionDate = one.ContentDate = day
            one.StudyInstanceUID, one.SeriesInstanceUID, one.FrameOfReferenceUID = study, series, frame
            one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            if visit:
                stored = one.pixel_array
                brighter = stored * GAIN + noise.normal(0, 0.01 * max(int(stored.max()), 1), stored.shape)
                kind = np.iinfo(stored.dtype)
                one.PixelData = np.clip(np.rint(brighter), kind.min, kind.max).astype(stored.dtype).tobytes()
                one.ImagePositionPatient = [float(mm) + 3.0 for mm in one.ImagePositionPatient]
            one.save_as(folder / day / file.name)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hand")
    written(folder / "files")
    with CoordinatorStudy.create(folder / "trial") as made:
        import_folders(made, [folder / "files"])
        made.assign("R1", 1)
    return folder / "trial"


@pytest.fixture
def door(study: Path) -> Iterator[ReaderStudy]:
    with ReaderStudy.open(study, "R1") as opened:
        yield opened


def opened(qtbot: QtBot, door: ReaderStudy) -> ReadingRoom:
    room = ReadingRoom(door, preferences=OfThisSession(Preferences(toured=True)))
    qtbot.addWidget(room)
    room.resize(*DESK)
    room.show()
    qtbot.waitUntil(room.images.all_loaded, timeout=60_000)
    return room


def shown(room: ReadingRoom) -> list[SeriesView]:
    panel = room.images
    assert isinstance(panel, ImagesPanel)
    return [cell.view for row in panel.viewports for cell in row if isinstance(cell.view, SeriesView)]


def test_it_is_read_in_one_light_with_the_room_for_the_series_that_there_is(qtbot: QtBot, door: ReaderStudy) -> None:
    room = opened(qtbot, door)
    state = room.state
    assert state is not None
    room.case.dispatch(GoTo(at("ERO CAP 1")))
    qtbot.waitUntil(lambda: room.images.lights(state.case) is not None, timeout=60_000)
    lights = room.images.lights(state.case)
    assert lights is not None

    first, second = (visit.series[0] for visit in state.case.visits)
    assert (first.kind, first.plane, len(first.slices)) == ("T1", "AX", 47)
    # the gain that was planted, as near as of a synthetic wrist
    assert lights[second.code].gain / lights[first.code].gain == pytest.approx(GAIN, rel=0.02)

    panel = room.images
    assert isinstance(panel, ImagesPanel)
    (empty, _), (image, _), *_ = panel.viewports
    assert isinstance(empty.view, EmptyView)
    assert image.width() * image.height() > 8 * empty.width() * empty.height()
    room.close()


def test_planes_are_cut_through_it_and_it_is_graded_and_opened_again_as_it_was(qtbot: QtBot, door: ReaderStudy) -> None:
    room = opened(qtbot, door)
    room.case.dispatch(GoTo(at("ERO CAP 1")))
    QTest.keyClick(room, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    assert [view.caption for view in shown(room)] == ["T1, axial"] * 2 + ["T1, coronal, reformatted"] * 2

    QTest.keyClick(room, Qt.Key.Key_3)
    QApplication.processEvents()
    assert room.state is not None
    (sighting,) = room.state.sightings.values()
    assert sighting.series == room.state.case.visits[0].series[0].code
    assert 0 <= sighting.slice_index < 47
    room.close()

    again = opened(qtbot, door)
    assert [view.caption for view in shown(again)] == ["T1, axial"] * 2 + ["T1, coronal, reformatted"] * 2
    assert again.state is not None
    assert len(again.state.reading.answers) == 1
    again.close()
