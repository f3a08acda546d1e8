"""Words of a table's cell are where Qt's own style draws them, pixel by pixel, and known words are laid out once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from scoring.readings.reading import Graded, NotAssessable, SiteKey
from scoring.values import replace
from tests.builders.sessions import a_session_state
from workstation.reading.state import SessionState
from workstation.ui.reader.form import cell_words, site_table
from workstation.ui.reader.form.site_table import SiteTable
from workstation.ui.shared import theme

FEATURES = ("SYN DRUJ 2", "TEN E1 1", "OST CAP 1", "ERO CAP 2")
# names have all of their room, hardly any, and less than they need
WIDTHS = (560, 381, 300)


def answered(where: str) -> SessionState:
    """A state with grades of one and two digits, half ones, codes and blanks at every other site."""
    state = a_session_state(where)
    given = (Graded(Decimal(0)), Graded(Decimal(10)), Graded(Decimal("2.5")), NotAssessable("NC", ""), None)
    keys = [SiteKey(visit, state.focus.feature, site.code) for site in state.feature.sites for visit in (1, 2)]
    answers = {key: given[number % len(given)] for number, key in enumerate(keys)}
    known = {key: answer for key, answer in answers.items() if answer is not None}
    return replace(state, reading=replace(state.reading, answers=known))


def painted(table: SiteTable, ratio: float) -> QImage:
    image = QImage(table.size() * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.black)
    table.render(image, QPoint(0, 0))
    return image


@pytest.fixture
def table(qtbot: QtBot) -> SiteTable:
    made = SiteTable()
    qtbot.addWidget(made)
    made.setStyleSheet(theme.style())
    return made


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("where", FEATURES)
def test_every_cell_looks_as_the_style_draws_it(
    table: SiteTable, where: str, ratio: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.render_state(answered(where))
    for width in WIDTHS:
        table.resize(width, 520)
        ours = painted(table, ratio)
        with monkeypatch.context() as patch:
            patch.setattr(site_table, "draw_words", lambda *_: False)
            theirs = painted(table, ratio)

        assert ours == theirs, f"at a width of {width}"


def test_words_that_were_painted_before_are_not_laid_out_again(table: SiteTable) -> None:
    table.resize(520, 520)
    misses = []
    for _ in range(2):
        for where in FEATURES:
            table.render_state(answered(where))
            painted(table, 1.0)
        misses.append(cell_words._laid.cache_info().misses)

    assert misses[0] == misses[1] > 0
