"""Qt without a screen, and panels that are shut down."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from storage.records import CaseRecord
from tests.builders.series import a_case
from workstation.reading.state import SessionState
from workstation.ui.reader.images.panel import ImagesPanel

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ShownPanel = Callable[[SessionState], ImagesPanel]


@pytest.fixture
def case(tmp_path: Path) -> CaseRecord:
    """A pair with all series; its pixels are below tmp_path."""
    return a_case(tmp_path / "images")


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[ShownPanel]:
    """Shows a state in a panel of 604 x 640 pixels and waits for its pixels."""
    panels: list[ImagesPanel] = []

    def show(state: SessionState) -> ImagesPanel:
        panel = ImagesPanel()
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(604, 640)
        panel.show()
        panel.show_state(state)
        qtbot.waitUntil(panel.all_loaded)
        # the cells are fitted in the turn after they were given their sizes
        qtbot.waitUntil(lambda: not panel._redraw.isActive())
        return panel

    yield show
    for panel in panels:
        panel.shutdown()
