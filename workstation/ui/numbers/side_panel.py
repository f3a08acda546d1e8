"""Side panel: the figures by their digits, what can be chosen of each, and the cases that are marked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from workstation.numbers.choice import KINDS, Choice, Filter, Kind, options, value_of
from workstation.numbers.readings import Numbers
from workstation.ui.shared.labels import plain_label, show_text

WIDTH_PX = 268
_KEYS = {Filter.READER: "R", Filter.ROUND: "O", Filter.AGAINST: "A", Filter.FEATURE: "F", Filter.VISIT: "V"}
_SHOWN_MARKS = 12


class SidePanel(QFrame):
    """Drawn from the choice; says what is wanted by signals."""

    kind_asked = Signal(Kind)
    value_asked = Signal(Filter, str)
    give_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("detail")
        self.setFixedWidth(WIDTH_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(3)
        column.addWidget(plain_label("Figure", role="heading"))
        self.kinds: dict[Kind, QPushButton] = {}
        for number, (kind, (title, _)) in enumerate(KINDS.items(), start=1):
            button = QPushButton(f"{number % 10}  {title}", self)
            button.setAccessibleName(title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setStyleSheet(KIND_STYLE)
            button.clicked.connect(partial(self._ask_kind, kind))
            column.addWidget(button)
            self.kinds[kind] = button
        column.addSpacing(8)
        column.addWidget(plain_label("Of", role="heading"))
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        self.filters: dict[Filter, QComboBox] = {}
        for row, which in enumerate(Filter):
            label = plain_label(f"{which.value}  {_KEYS[which]}", role="dim")
            box = QComboBox(self)
            box.setAccessibleName(which.value)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.activated.connect(partial(self._ask_value, which))
            label.setBuddy(box)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
            grid.setColumnStretch(1, 1)
            self.filters[which] = box
        column.addLayout(grid)
        column.addStretch(1)
        self._marked = plain_label("", role="dim", wrap=True)
        column.addWidget(self._marked)
        self.give = QPushButton("Give to a third reader ...  Ctrl+J", self)
        self.give.setAccessibleName("Give to a third reader")
        self.give.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.give.clicked.connect(self.give_asked)
        column.addWidget(self.give)
        self.show_marks(())

    def show_choice(self, numbers: Numbers, choice: Choice) -> None:
        """What is chosen, and what could be; what the figure doesn't heed is dim."""
        for kind, button in self.kinds.items():
            button.setChecked(kind is choice.kind)
        for which, box in self.filters.items():
            offered = options(numbers, choice, which)
            if offered != [(box.itemData(row), box.itemText(row)) for row in range(box.count())]:
                box.clear()
                for value, words in offered:
                    box.addItem(words, value)
            box.setCurrentIndex(box.findData(value_of(choice, which)))
            box.setEnabled(which in KINDS[choice.kind][1] and len(offered) > 1)
            box.setToolTip(box.currentText())

    def show_marks(self, keys: Sequence[str]) -> None:
        """The cases that are marked."""
        shown = ", ".join(keys[:_SHOWN_MARKS]) + (
            f" and {len(keys) - _SHOWN_MARKS} more" if len(keys) > _SHOWN_MARKS else ""
        )
        show_text(self._marked, f"Marked for a third reader: {shown}" if keys else "M marks a case for a third reader")
        self.give.setEnabled(bool(keys))

    def _ask_kind(self, kind: Kind, _checked: bool = False) -> None:
        self.kind_asked.emit(kind)

    def _ask_value(self, which: Filter, index: int) -> None:
        self.value_asked.emit(which, str(self.filters[which].itemData(index)))


KIND_STYLE = (
    "QPushButton { text-align: left; padding: 4px 8px; border-color: transparent; background: transparent; }"
    "QPushButton:checked { background: #1c3350; border-color: #4ea1ff; }"
    "QPushButton:hover { border-color: #4ea1ff; }"
)
