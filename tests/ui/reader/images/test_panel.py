from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.series import a_series
from tests.builders.state import a_state
from workstation.reading.images.comparing import ToggleBlink
from workstation.reading.images.display import Enlarge
from workstation.reading.images.registration_link import ToggleLink
from workstation.reading.images.view import ShowSlice
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.reading.view_state import Filling, Window
from workstation.ui.reader.images import panel as panels
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import SeriesView
from workstation.ui.reader.images.viewport import Viewport
from workstation.ui.reader.images.volumes import Failed
from workstation.ui.shared import theme

ShownPanel = Callable[[SessionState], ImagesPanel]


def painted(viewport: Viewport) -> QImage:
    image: QImage = viewport.grab().toImage()
    return image


def grey(image: QImage, x: int, y: int) -> int:
    colour = image.pixelColor(x, y)
    assert colour.red() == colour.green() == colour.blue()
    return colour.red()


def stairs(images: Path, slices: int = 6) -> CaseRecord:
    """A coronal T1 at both visits in which slice k is 40 * k everywhere, at follow-up 40 * k + 10; window 0 to 255."""
    images.mkdir(exist_ok=True)
    visits = []
    for number in (1, 2):
        volume = np.broadcast_to(40 * np.arange(slices).reshape(-1, 1, 1) + 10 * (number - 1), (slices, 16, 16))
        series = a_series(images, f"S{number}", "T1", "COR", rows=16, columns=16, slices=slices, volume=volume)
        visits.append(VisitRecord(number, (replace(series, window_low=0.0, window_high=255.0),)))
    return CaseRecord("C1", images, (visits[0], visits[1]))


def whole_images(state: SessionState) -> SessionState:
    camera = replace(state.view.camera, filling=Filling.FIELD)
    return replace(state, view=replace(state.view, camera=camera))


def test_the_pixels_painted_are_those_of_the_slice_that_is_named(shown: ShownPanel, tmp_path: Path) -> None:
    state = a_state(stairs(tmp_path / "images"))
    panel = shown(state)

    for index in range(6):
        state = step(state, ShowSlice(1, "S1", index)).state
        panel.show_state(state)
        for column, viewport in enumerate(panel.viewports[0]):
            view = viewport.view
            assert isinstance(view, SeriesView)
            # off the middle, where no line and no writing is
            assert grey(painted(viewport), 100, 200) == 40 * view.index + 10 * column
        assert panel.viewports[0][0].accessibleName() == f"Baseline, coronal T1, slice {index + 1} of 6"


def test_a_place_in_the_patient_is_painted_where_the_geometry_says(shown: ShownPanel, tmp_path: Path) -> None:
    # one bright pixel at row 2, column 11 of 16 x 16; rows 2 mm, columns 4 mm
    images = tmp_path / "images"
    images.mkdir()
    volume = np.zeros((1, 16, 16))
    volume[0, 2, 11] = 1000
    series = a_series(
        images, "S", "T1", "COR", rows=16, columns=16, slices=1, spacing_mm=(2.0, 4.0), volume=volume, frame=""
    )
    series = replace(series, window_low=0.0, window_high=1000.0)

    panel = shown(a_state(CaseRecord("C1", images, (VisitRecord(1, (series,)),))))

    viewport = panel.viewports[0][0]
    scale = viewport.mm_per_pixel
    assert scale == pytest.approx(max(64 / viewport.width(), 32 / viewport.height()))
    # by hand: the pixel's centre is (11 - 7.5) * 4 = 14 mm right of the middle and (2 - 7.5) * 2 = -11 mm below
    x = viewport.width() / 2 + 14 / scale
    y = viewport.height() / 2 - 11 / scale
    image = painted(viewport)
    # at most half a pixel of the screen away, which is a 37th and a 19th of the way to the neighbours
    assert grey(image, int(x), int(y)) > 255 * (1 - 1 / 37 - 1 / 18)
    assert grey(image, int(x - 4.1 / scale), int(y)) == 0
    assert grey(image, int(x), int(y + 2.1 / scale)) == 0


def test_all_cells_of_a_plane_have_the_same_millimetres_per_pixel_whatever_their_spacing(
    shown: ShownPanel, tmp_path: Path
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    coronal = a_series(images, "A", "T1", "COR", rows=64, columns=64, spacing_mm=(1.5, 1.5))
    axial = a_series(images, "B", "T1", "AX", rows=48, columns=32, spacing_mm=(1.0, 2.0))
    later = a_series(images, "C", "T1", "COR", rows=20, columns=20, spacing_mm=(3.0, 3.0))
    state = a_state(CaseRecord("C1", images, (VisitRecord(1, (coronal, axial)), VisitRecord(2, (later,)))))
    panel = shown(whole_images(state))

    for pair in panel.viewports:
        for viewport in pair:
            if isinstance(viewport.view, SeriesView):
                across = viewport.to_screen.map(QPointF(10, 0)) - viewport.to_screen.map(QPointF(0, 0))
                down = viewport.to_screen.map(QPointF(0, 10)) - viewport.to_screen.map(QPointF(0, 0))
                # the largest of the plane, 96 mm or 64 x 48 mm, just fits into a cell
                wide, high = (96, 96) if viewport.view.series.plane == "COR" else (64, 48)
                expected = 10 * min(viewport.width() / wide, viewport.height() / high)
                assert (across.x(), down.y()) == pytest.approx((expected, expected), rel=1e-3)


@pytest.mark.parametrize("zoom", [1.0, 2.5])
def test_the_scale_bar_is_as_long_on_screen_as_the_tissue_it_measures(
    shown: ShownPanel, tmp_path: Path, zoom: float
) -> None:
    images = tmp_path / "images"
    images.mkdir()
    series = a_series(images, "S", "T1", "COR", rows=32, columns=32, slices=1, volume=np.zeros((1, 32, 32)))
    state = a_state(CaseRecord("C1", images, (VisitRecord(1, (series,)),)))

    viewport = shown(replace(state, view=replace(state.view, camera=replace(state.view.camera, zoom=zoom)))).viewports[
        0
    ][0]

    image = painted(viewport)
    ink = QColor(theme.TEXT).rgb()
    # the longest run of the bar's colour in the lowest lines of the right half
    runs = []
    for y in range(viewport.height() - 16, viewport.height()):
        bright = [x for x in range(viewport.width() // 2, viewport.width()) if image.pixel(x, y) == ink]
        runs.append(max(bright) - min(bright) if bright else 0)
    # 96 mm fit into the smaller side at zoom 1; the bar is 20 mm at 1.0 and 10 mm at 2.5 in a cell of 301 pixels
    length_mm = {1.0: 20, 2.5: 10}[zoom]
    expected = length_mm * min(viewport.width(), viewport.height()) / 96 * zoom
    assert max(runs) == pytest.approx(expected, abs=1.5)


def test_rendering_the_same_state_twice_paints_the_same_and_wants_nothing(
    shown: ShownPanel, case: CaseRecord, qtbot: QtBot
) -> None:
    state = a_state(case)
    panel = shown(state)
    before = panel.grab().toImage()

    with qtbot.assertNotEmitted(panel.wanted):
        panel.show_state(state)
        panel.show_state(state)

    assert panel.grab().toImage() == before


def test_a_window_change_is_painted(shown: ShownPanel, tmp_path: Path) -> None:
    state = a_state(stairs(tmp_path / "images"))
    panel = shown(state)
    state = step(state, ShowSlice(1, "S1", 3)).state
    panel.show_state(state)
    assert grey(painted(panel.viewports[0][0]), 100, 200) == 120
    narrow = replace(state.view, grey=replace(state.view.grey, windows=MappingProxyType({"S1": Window(100, 140)})))

    panel.show_state(replace(state, view=narrow))

    # slice 3 is 120 everywhere: half way between 100 and 140; the follow-up keeps its own window
    assert grey(painted(panel.viewports[0][0]), 100, 200) == 128
    assert grey(painted(panel.viewports[0][1]), 100, 200) == 130


def test_another_feature_hangs_other_series(shown: ShownPanel, case: CaseRecord, qtbot: QtBot) -> None:
    state = a_state(case, "ERO")
    panel = shown(state)

    panel.show_state(a_state(case, "SYN"))
    qtbot.waitUntil(panel.all_loaded)

    captions = [view.caption for row in panel.viewports for cell in row if (view := cell.view) is not None]
    assert captions == ["T1 post-Gd fat-sat, axial"] * 2 + ["T1, axial"] * 2


def test_after_a_fault_in_the_hanging_the_next_draw_hangs_the_series_of_the_feature_in_focus(
    shown: ShownPanel, case: CaseRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = shown(a_state(case, "ERO"))

    def fail(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(panels, "hung", fail)
        with pytest.raises(ValueError, match=r"^$"):
            panel.show_state(a_state(case, "SYN"))
    panel.show_state(a_state(case, "SYN"))

    captions = [view.caption for row in panel.viewports for cell in row if (view := cell.view) is not None]
    assert captions == ["T1 post-Gd fat-sat, axial"] * 2 + ["T1, axial"] * 2


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_as_many_rows_are_shown_as_are_wanted_all_of_one_size(shown: ShownPanel, case: CaseRecord, rows: int) -> None:
    state = a_state(case)
    panel = shown(state)
    cells = replace(state.view.cells, rows=rows, beside=frozenset({str(state.focus.feature)}))

    panel.show_state(replace(state, view=replace(state.view, cells=cells)))

    assert len(panel.viewports) == rows
    sizes = {(cell.width(), cell.height()) for row in panel.viewports for cell in row}
    assert max(high for _, high in sizes) - min(high for _, high in sizes) <= 1
    assert max(high for _, high in sizes) * rows < panel.height()


def test_the_next_case_never_shows_the_pixels_of_the_last(shown: ShownPanel, tmp_path: Path, qtbot: QtBot) -> None:
    first = stairs(tmp_path / "one")
    panel = shown(a_state(first))
    # the same series codes, other pixels
    second = stairs(tmp_path / "two")
    for visit in second.visits:
        for item in visit.series[0].slices:
            (second.images / item.file).write_bytes(np.full((16, 16), 222, "<u2").tobytes())

    panel.show_state(a_state(replace(second, code="C2")))
    qtbot.waitUntil(panel.all_loaded)

    assert grey(painted(panel.viewports[0][0]), 100, 200) == 222


def test_a_missing_image_file_is_told_in_its_cell_and_the_others_are_shown(shown: ShownPanel, case: CaseRecord) -> None:
    gone = next(series for series in case.visits[0].series if (series.kind, series.plane) == ("T1", "COR"))
    (case.images / gone.slices[2].file).unlink()

    panel = shown(a_state(case))

    pixels = panel.viewports[0][0]._pixels
    assert isinstance(pixels, Failed)
    assert pixels.reason.startswith("Slice 3 of 5 can't be shown: its image file is missing")
    assert str(case.images) not in pixels.reason
    assert not isinstance(panel.viewports[0][1]._pixels, Failed)
    painted(panel.viewports[0][0])


def test_loaded_is_said_once_for_each_set_of_series(case: CaseRecord, qtbot: QtBot) -> None:
    panel = ImagesPanel()
    qtbot.addWidget(panel)
    said: list[bool] = []
    panel.loaded.connect(lambda: said.append(panel.all_loaded()))

    panel.show_state(a_state(case))
    assert not panel.all_loaded()
    qtbot.waitUntil(panel.all_loaded)
    panel.show_state(a_state(case))
    panel.shutdown()

    assert said == [True]


def test_shutting_down_while_loading_leaves_no_thread(case: CaseRecord, qtbot: QtBot) -> None:
    # thousands of slices, so that loading has hardly begun
    series = case.visits[0].series[1]
    many = replace(series, slices=series.slices * 20_000)
    panel = ImagesPanel()
    qtbot.addWidget(panel)
    panel.show()

    panel.show_state(a_state(replace(case, visits=(VisitRecord(1, (many,)),))))
    panel.shutdown()
    panel.shutdown()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("load-images")]
    assert not panel.all_loaded()


def test_keys_scroll_the_first_row_at_the_visit_in_focus(shown: ShownPanel, case: CaseRecord) -> None:
    assert shown(a_state(case, visit=2)).primary_series() == (2, "V2T1COR")


def test_keys_scroll_the_other_visit_where_the_one_in_focus_has_no_images(shown: ShownPanel, case: CaseRecord) -> None:
    alone = replace(case, visits=case.visits[:1])

    assert shown(a_state(alone, visit=2)).primary_series() == (1, "V1T1COR")


def test_where_the_first_row_lacks_the_visit_in_focus_keys_scroll_the_next_row_that_has_it(
    shown: ShownPanel, case: CaseRecord
) -> None:
    first, second = case.visits
    series = tuple(entry for entry in second.series if (entry.kind, entry.plane) != ("T1", "COR"))
    lacking = replace(case, visits=(first, replace(second, series=series)))

    # a grade at follow-up keeps a place of its own visit
    assert shown(a_state(lacking, visit=2)).primary_series() == (2, "V2T1AX")
    assert shown(a_state(lacking, visit=1)).primary_series() == (1, "V1T1COR")


def test_keys_scroll_the_row_of_a_cell_that_is_alone(shown: ShownPanel, case: CaseRecord) -> None:
    alone = step(a_state(case), Enlarge((1, 2))).state
    unlinked = step(alone, ToggleLink()).state

    assert shown(alone).primary_series() == (1, "V1T1AX")
    assert shown(unlinked).primary_series() == (2, "V2T1AX")


def test_the_headings_say_which_visit_is_where_and_nothing_of_when(shown: ShownPanel, case: CaseRecord) -> None:
    state = a_state(case)
    panel = shown(state)
    headings = [label for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]

    assert [heading.text() for heading in headings] == ["Baseline:  distal radius", "Follow-up"]
    panel.show_state(replace(state, view=replace(state.view, link=replace(state.view.link, linked=False))))
    assert [heading.text() for heading in headings] == [
        "Baseline:  distal radius  (not linked)",
        "Follow-up  (not linked)",
    ]


def test_while_the_follow_up_stands_in_baselines_cells_the_heading_says_so(shown: ShownPanel, case: CaseRecord) -> None:
    state = step(a_state(case), ToggleBlink()).state
    panel = shown(state)
    headings = [label for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]

    assert [heading.text() for heading in headings] == ["Follow-up, instead of baseline", "Follow-up"]
    views = [row[0].view for row in panel.viewports]
    assert all(isinstance(view, SeriesView) and view.visit == 2 for view in views)
    hidden = replace(state, case=replace(case, ordered=False))
    panel.show_state(hidden)
    assert [heading.text() for heading in headings] == ["Visit B, instead of visit A", "Visit B"]
    panel.show_state(step(state, ToggleBlink()).state)
    assert headings[0].text() == "Baseline:  distal radius"


def test_a_resize_fits_the_images_again(shown: ShownPanel, case: CaseRecord, qtbot: QtBot) -> None:
    panel = shown(a_state(case))
    before = panel.viewports[0][0].mm_per_pixel

    panel.resize(1204, 1280)

    qtbot.waitUntil(lambda: panel.viewports[0][0].mm_per_pixel < before * 0.6)


def test_whole_images_stay_inside_their_cells_at_zoom_1(shown: ShownPanel, case: CaseRecord) -> None:
    for pair in shown(whole_images(a_state(case))).viewports:
        for viewport in pair:
            view = viewport.view
            assert isinstance(view, SeriesView)
            on_screen = viewport.to_screen.mapRect(QRectF(*view.corner_mm, *view.size_mm))
            assert QRectF(viewport.rect()).adjusted(-0.6, -0.6, 0.6, 0.6).contains(on_screen)
            assert viewport.rect().contains(QPoint(150, 150))


def test_a_series_of_one_value_is_drawn_black_and_not_refused(shown: ShownPanel, tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    flat = a_series(images, "S", "T1", "COR", slices=2, volume=np.zeros((2, 32, 32)))
    flat = replace(flat, window_low=0.0, window_high=0.0)

    viewport = shown(a_state(CaseRecord("C1", images, (VisitRecord(1, (flat,)),)))).viewports[0][0]

    assert grey(painted(viewport), 100, 200) == 0


def test_a_case_that_was_read_again_from_the_index_keeps_its_pixels(case: CaseRecord, qtbot: QtBot) -> None:
    panel = ImagesPanel()
    qtbot.addWidget(panel)
    panel.show_state(a_state(case))

    # equal, but another object, while the first is still loading
    panel.show_state(a_state(replace(case)))

    qtbot.waitUntil(panel.all_loaded)
    panel.shutdown()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize(
    "place", [QRectF(30.3, 20.6, 100, 99.5), QRectF(-40.2, -30.7, 400, 300), QRectF(150.4, 90, 200, 30.2), QRectF()]
)
def test_what_a_slice_leaves_of_its_cell_is_black_to_the_last_pixel(place: QRectF, ratio: float) -> None:
    size = QSize(200, 120)
    device = QImage(size * ratio, QImage.Format.Format_RGB32)
    device.setDevicePixelRatio(ratio)
    device.fill(QColor("magenta"))
    drawn = SliceImage()
    drawn.show_slice(np.full((1, 16, 16), 400, np.uint16), 0, Window(0.0, 1000.0), inverted=False, smooth=True)

    painter = QPainter(device)
    drawn.paint(painter, place, size, ratio)
    painter.end()

    wide, high = device.width(), device.height()
    painted_now = np.frombuffer(device.constBits(), np.uint32).reshape(high, wide)
    # the device pixels whose centres lie on the slice, counted one by one
    across, down = (np.arange(wide) + 0.5) / ratio, (np.arange(high) + 0.5) / ratio
    on_it = np.outer(
        (down >= place.top()) & (down < place.bottom()), (across >= place.left()) & (across < place.right())
    )
    assert np.array_equal(painted_now, np.where(on_it, 0xFF666666, 0xFF000000))
