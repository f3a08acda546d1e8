"""Pictures of cells that changed together are made by two threads, and are those that one would have made."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from tests.builders.series import a_case
from tests.builders.state import a_state
from workstation.reading.images.view import Scroll
from workstation.reading.session.step import step
from workstation.reading.state import SessionState
from workstation.ui.reader.images.both_cores import BothCores, Job
from workstation.ui.reader.images.panel import ImagesPanel
from workstation.ui.reader.images.slice_image import SliceImage


@pytest.fixture
def state(tmp_path: Path) -> SessionState:
    return a_state(a_case(tmp_path / "images"))


@pytest.fixture
def panel(qtbot: QtBot, state: SessionState) -> ImagesPanel:
    made = ImagesPanel()
    qtbot.addWidget(made, before_close_func=ImagesPanel.shutdown)
    made.resize(604, 640)
    made.show()
    made.show_state(state)
    qtbot.waitUntil(made.all_loaded)
    QCoreApplication.processEvents()
    return made


def scrolled(state: SessionState) -> SessionState:
    for series in state.case.visits[0].series:
        state = step(state, Scroll(1, series.code, 1)).state
    return state


def test_a_step_paints_what_it_painted_by_one_thread(
    panel: ImagesPanel, state: SessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers: set[str] = set()
    plain = SliceImage._sampled

    def sampled(image: SliceImage, *place: object) -> object:
        makers.add(threading.current_thread().name)
        return plain(image, *place)  # type: ignore[arg-type]

    monkeypatch.setattr(SliceImage, "_sampled", sampled)
    panel.show_state(scrolled(state))
    together = panel.grab().toImage()
    assert len(makers) == 2

    panel.show_state(state)
    panel.grab()
    makers.clear()
    monkeypatch.setattr(BothCores, "do", lambda _cores, jobs: [job() for job in jobs])
    panel.show_state(scrolled(state))
    alone = panel.grab().toImage()
    assert len(makers) == 1

    assert bytes(together.constBits()) == bytes(alone.constBits())


def test_of_two_states_that_are_drawn_before_a_painting_one_is_made(
    panel: ImagesPanel, state: SessionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    plain = SliceImage._sampled

    def sampled(image: SliceImage, *place: object) -> object:
        made.append(image._index)
        return plain(image, *place)  # type: ignore[arg-type]

    monkeypatch.setattr(SliceImage, "_sampled", sampled)
    panel.show_state(scrolled(state))
    panel.show_state(scrolled(scrolled(state)))
    panel.grab()

    assert len(made) == sum(len(row) for row in panel.viewports)


def test_all_work_is_done_and_what_fails_is_raised_then() -> None:
    done: list[int] = []

    def failing() -> None:
        raise LookupError

    jobs: list[Job] = [lambda number=number: done.append(number) for number in range(6)]  # type: ignore[misc]
    cores = BothCores()
    cores.do(jobs)
    assert sorted(done) == [0, 1, 2, 3, 4, 5]

    with pytest.raises(LookupError):
        cores.do([failing, *jobs])
    with pytest.raises(LookupError):
        cores.do([jobs[0], failing, jobs[1]])
    assert len(done) > 6

    cores.shutdown()
    cores.shutdown()
    # a window that is closing may still be painted
    done.clear()
    cores.do(jobs)
    assert done == [0, 1, 2, 3, 4, 5]
