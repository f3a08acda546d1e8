"""Headings over each visit's images, and the frame round the visit that the next key grades.

The frame is four lines in the gaps between the cells: moving it paints no image anew, as a ground below them would.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QWidget

from scoring.readings.reading import VISITS as VISIT_NUMBERS
from workstation.hanging.words import VISITS
from workstation.reading.images.comparing import covered
from workstation.reading.images.linking import BASELINE, FOLLOW_UP
from workstation.reading.state import SessionState
from workstation.reading.wording import as_known, site_of
from workstation.ui.reader.cells.laying_out import FRAME_PX
from workstation.ui.shared import theme
from workstation.ui.shared.colours import DARK

_HEADING_PX = 12


class Frame:
    """Four lines in the accent's colour along the inner edges of a rectangle."""

    def __init__(self, parent: QWidget) -> None:
        self.around: QRect | None = None
        self._lines = [QWidget(parent) for _ in range(4)]
        for line in self._lines:
            line.setStyleSheet(f"background: {DARK.accent};")
            line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            line.lower()
            line.hide()

    def show_round(self, around: QRect | None) -> None:
        """Put the lines there, or nowhere."""
        if around == self.around:
            return
        self.around = around
        for line, edge in zip(self._lines, _edges(around) if around is not None else (QRect(),) * 4, strict=True):
            line.setGeometry(edge)
            line.setVisible(around is not None)


def _edges(around: QRect) -> tuple[QRect, QRect, QRect, QRect]:
    x, y, wide, high = around.x(), around.y(), around.width(), around.height()
    right, bottom = x + wide - FRAME_PX, y + high - FRAME_PX
    return (
        QRect(x, y, wide, FRAME_PX),
        QRect(x, bottom, wide, FRAME_PX),
        QRect(x, y, FRAME_PX, high),
        QRect(right, y, FRAME_PX, high),
    )


class Headings:
    """A line of words for each visit; the one in focus names the site, too, and its images are framed."""

    def __init__(self, panel: QWidget) -> None:
        self.labels = {number: QLabel(panel) for number in VISIT_NUMBERS}
        for label in self.labels.values():
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.frame = Frame(panel)

    def render_state(self, state: SessionState) -> None:
        """Say which visit is where, which site is graded at which, and how the visits are linked."""
        view, case = state.view, state.case
        how = "  (not linked)" if not view.link.linked else "  (registered)" if view.link.by_registration else ""
        how = "" if case.alone else how
        for number, label in self.labels.items():
            # what stands in the cells below, and not whose cells they are by right
            guest = covered(state) and number == BASELINE
            name = _instead(state) if guest else VISITS[number]
            graded = number == state.focus.visit and not guest
            site = f":  {site_of(state.scheme, state.focus.key).name.partition(':')[0]}" if graded else ""
            _put(label, f"{as_known(case, name)}{site}{how}")
            ground = DARK.accent_ground if graded else DARK.panel
            colour = DARK.accent if guest else DARK.bright if graded else DARK.dim
            weight = 600 if graded or guest else 400
            style = f"color: {colour}; background: {ground}; font-weight: {weight}; padding: 3px;"
            style += f" font-size: {theme.scaled(_HEADING_PX)}px;"
            # a style sheet that is set again is worked through again
            if label.styleSheet() != style:
                label.setStyleSheet(style)

    def frame_round(self, cells: Iterable[QRect], state: SessionState) -> None:
        """Put the frame round the cells of the visit in focus; none while they show the other visit."""
        here = state.focus.visit
        around = QRect(self.labels[here].geometry()) if not self.labels[here].isHidden() else QRect()
        for cell in cells:
            around = around.united(cell)
        shown = not around.isNull() and not (covered(state) and here == BASELINE)
        self.frame.show_round(around.adjusted(-FRAME_PX, -FRAME_PX, FRAME_PX, FRAME_PX) if shown else None)


def _instead(state: SessionState) -> str:
    """What the baseline's cells show, in words."""
    cells, first, second = state.view.cells, VISITS[BASELINE], VISITS[FOLLOW_UP]
    if cells.fade:
        return f"{first} under {cells.fade} % of {second.lower()}"
    return f"{second} less {first.lower()}" if cells.difference else f"{second}, instead of {first.lower()}"


def blinks(state: SessionState) -> bool:
    """Whether the follow-up stands in the baseline's cells; of a scan alone nothing does."""
    return state.view.cells.blink and not state.case.alone


def _put(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
        label.setAccessibleName(text)
