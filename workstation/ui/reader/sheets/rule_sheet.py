"""The rules of the site in focus in full: what the grades mean, what counts, what is noted. Over the room, by a key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from workstation.reading.state import SessionState
from workstation.reading.wording import at_visit, site_of
from workstation.ui.reader.form.grade_card import explained, grade_line, site_rule
from workstation.ui.reader.form.wording import key_text, number_text
from workstation.ui.reader.sheets.stack import Sheet
from workstation.ui.shared.labels import plain_label

CLOSES = "Esc closes this. The arrow keys scroll."
_UPPER_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


class RuleSheet(Sheet):
    """Written anew for each state that it is opened on; it takes the arrow keys, to scroll."""

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self.setObjectName("help")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 18, 16, 14)
        self._title = plain_label(name="helpTitle", wrap=True)
        outer.addWidget(self._title)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer.addWidget(self._area, 1)
        outer.addWidget(plain_label(CLOSES, role="dim"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self._area)

    def wanted_size(self) -> tuple[int, int]:
        """What the longest feature needs without a bar to scroll."""
        return 780, 560

    def write(self, state: SessionState) -> None:
        """The rules of the site in focus."""
        site = site_of(state.scheme, state.focus.key)
        title = f"{state.feature.name}: {at_visit(state, site, state.focus.visit)}"
        self._title.setText(title)
        self.setAccessibleName(f"Rules. {title}")
        self._area.setAccessibleName(title)
        inside = QWidget()
        column = QVBoxLayout(inside)
        # the frame of what has the keys stands off the words
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        for line in site_rule(state, site).splitlines():
            column.addWidget(plain_label(line, role="bright", wrap=True))
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(12)
        for row, grade in enumerate(state.feature.scale.grades):
            grid.addWidget(plain_label(grade.letter or number_text(grade.grade), role="bright"), row, 0, _UPPER_RIGHT)
            keys = key_text(grade)
            words = f"{grade_line(grade)} ({keys})" if keys else grade_line(grade)
            grid.addWidget(plain_label(words, wrap=True), row, 1)
        column.addLayout(grid)
        column.addSpacing(8)
        for words in explained(state.feature):
            column.addWidget(plain_label(words, role="dim", wrap=True))
        column.addStretch(1)
        # the area deletes the widget it held
        self._area.setWidget(inside)
