"""The wrist fills its cell from the first picture on: nothing is drawn before it is known, and nothing jumps after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from scoring.values import replace
from storage.records import CaseRecord, VisitRecord
from tests.builders.series import a_series
from tests.builders.state import a_state
from workstation.reading.images.filling import ResetView
from workstation.reading.session.step import step
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.slice_image import SliceImage
from workstation.ui.reader.images.view import SeriesView

FIELD_MM, WRIST_MM = 96.0, 48.0


def a_wrist(images: Path, code: str, kind: str, plane: str, wrist_mm: float) -> object:
    """A cylinder of tissue in the middle of its field, noise around it."""
    images.mkdir(exist_ok=True)
    volume = np.random.default_rng(2).rayleigh(8, (5, 96, 96))
    half = round(wrist_mm / 2)
    volume[:, 48 - half : 48 + half, 48 - half : 48 + half] += 900
    return a_series(
        images, code, kind, plane, rows=96, columns=96, spacing_mm=(1.0, 1.0), volume=volume.astype("uint16")
    )


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    images = tmp_path / "images"
    visits = []
    for number, wrist in ((1, WRIST_MM), (2, WRIST_MM + 8)):
        kinds = (("T1FSGD", "AX"), ("T1", "AX"), ("T1", "COR"), ("T2FS", "COR"))
        series = [a_wrist(images, f"{kind}{plane}{number}", kind, plane, wrist) for kind, plane in kinds]
        visits.append(VisitRecord(number, tuple(series)))  # type: ignore[arg-type]
    return CaseRecord("C1", images, (visits[0], visits[1]))


@pytest.fixture
def panel(qtbot: QtBot) -> ImagesPanel:
    panel = ImagesPanel()
    qtbot.addWidget(panel, before_close_func=ImagesPanel.shutdown)
    panel.resize(900, 900)
    panel.show()
    return panel


def scales(panel: ImagesPanel) -> list[float]:
    return [cell.mm_per_pixel for row in panel.viewports for cell in row if isinstance(cell.view, SeriesView)]


def test_nothing_of_a_plane_is_painted_before_it_is_known_where_the_wrist_is(
    panel: ImagesPanel, case: CaseRecord, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[int, set[float]] = {}
    plain = SliceImage.paint

    def paint(image: SliceImage, *place: object) -> None:
        plain(image, *place)  # type: ignore[arg-type]
        if image._image is not None:
            (cell,) = [cell for row in panel.viewports for cell in row if cell._slice is image]
            seen.setdefault(id(cell), set()).add(cell.mm_per_pixel)

    monkeypatch.setattr(SliceImage, "paint", paint)
    panel.show_state(a_state(case))
    qtbot.waitUntil(panel.all_loaded)
    qtbot.wait(50)

    assert len(seen) == 4
    assert all(len(scales_of_one) == 1 for scales_of_one in seen.values())


def test_both_visits_have_the_scale_of_the_larger_wrist(panel: ImagesPanel, case: CaseRecord, qtbot: QtBot) -> None:
    panel.show_state(a_state(case))
    qtbot.waitUntil(panel.all_loaded)
    cell = panel.viewports[0][0]

    # by hand: 56 mm and 5 % (3 pixels) at both sides, in the shorter side of the cell
    assert scales(panel) == pytest.approx([62 / min(cell.width(), cell.height())] * 4, rel=0.01)


def test_whole_images_that_were_asked_for_stay_and_r_brings_the_wrist(
    panel: ImagesPanel, case: CaseRecord, qtbot: QtBot
) -> None:
    panel.show_state(a_state(case))
    qtbot.waitUntil(panel.all_loaded)
    wrist = scales(panel)
    state = panel._outlined(panel._state)  # type: ignore[arg-type]

    whole = step(state, ResetView()).state
    panel.show_state(whole)
    cell = panel.viewports[0][0]
    assert scales(panel) == pytest.approx([FIELD_MM / min(cell.width(), cell.height())] * 4, rel=0.01)

    # the side isn't known, so no scored region is
    panel.show_state(step(whole, ResetView()).state)
    assert scales(panel) == wrist


def test_a_case_looked_ahead_to_has_its_wrist_at_once_and_a_repeat_has_the_same(
    panel: ImagesPanel, case: CaseRecord, qtbot: QtBot
) -> None:
    panel.show_state(a_state(case))
    qtbot.waitUntil(panel.all_loaded)
    first = panel.outlines(case)
    again = replace(case, code="C2")
    panel.look_ahead(again)
    qtbot.waitUntil(lambda: set(panel.outlines(again)) == {"AX", "COR"})

    panel.show_state(a_state(again))

    assert panel.all_loaded()
    assert panel.outlines(again)["AX"] == first["AX"]


def test_a_visit_whose_images_are_gone_leaves_the_other_its_wrist(
    panel: ImagesPanel, case: CaseRecord, qtbot: QtBot
) -> None:
    for series in case.visits[1].series:
        for entry in series.slices:
            (case.images / entry.file).unlink()
    panel.show_state(a_state(case))
    qtbot.waitUntil(panel.all_loaded)

    assert set(panel.outlines(case)["AX"]) == {1}
