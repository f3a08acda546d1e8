"""Help overlay: all keys and the mouse, over the room. Made from the key map."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from workstation.actions.action import Action
from workstation.actions.key_names import all_named
from workstation.actions.mouse import SHIPPED_MOUSE, Mouse, mouse_rows
from workstation.actions.of_scheme import LETTER
from workstation.ui.reader.sheets.stack import Sheet
from workstation.ui.shared import theme
from workstation.ui.shared.labels import plain_label

COLUMNS: tuple[tuple[str, ...], ...] = (
    ("Score", "Help"),
    ("Move", "Case", "Form"),
    ("Images", "Measure"),
    ("Show", "Series"),
)

# those of the strip, by number; the strip itself isn't one
SERIES = "series.number."

_FONT_PX, _LONG = 12, 16

_CORNER = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class HelpOverlay(Sheet):
    """A sheet over its parent; a click closes it."""

    def __init__(self, actions: Sequence[Action], parent: QWidget, mouse: Mouse = SHIPPED_MOUSE) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setAccessibleName("All keys")
        # with large text not all of it is in sight
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        # all keys at once on the smallest screen
        self.setStyleSheet(f"#help QLabel {{ font-size: {theme.scaled(_FONT_PX)}px; }}")
        outer.setContentsMargins(20, 8, 20, 8)
        outer.addWidget(plain_label("All keys", name="helpTitle"))
        self._area = area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setSpacing(16)
        row.setContentsMargins(0, 0, 0, 0)
        listed = {group for groups in COLUMNS for group in groups}
        rest = tuple(dict.fromkeys(action.group for action in actions if action.group not in listed))
        for groups in (*COLUMNS, *((rest,) if rest else ())):
            row.addLayout(_column(actions, groups), 1)
        area.setWidget(inside)
        outer.addWidget(area, 1)
        outer.addWidget(plain_label(mouse_words(mouse), wrap=True))
        outer.addWidget(plain_label("The number pad's digits grade too. F1, Esc or a click closes this.", role="dim"))

    def wanted_size(self) -> tuple[int, int]:
        """What all keys need without a bar to scroll."""
        return theme.scaled(1330), theme.scaled(730)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down and the page keys move what is in sight; every other key is the room's."""
        bar = self._area.verticalScrollBar()
        step = {
            Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(bar.value() + step)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click anywhere on the sheet closes it."""
        self.closed.emit()


def _column(actions: Sequence[Action], groups: Sequence[str]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(5)
    for group in groups:
        column.addWidget(plain_label(group, name="group"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for line, (keys, title) in enumerate(help_lines(actions, group)):
            # two keys that say the same stand below each other where they are long
            parted = keys.replace(", ", ",\n") if len(keys) > _LONG else keys
            grid.addWidget(plain_label(parted, name="key"), line, 0, _CORNER)
            grid.addWidget(plain_label(title, role="action", wrap=True), line, 1)
        column.addLayout(grid)
    column.addStretch(1)
    return column


def mouse_words(mouse: Mouse) -> str:
    """All that the mouse does over an image, in some lines below the keys."""
    rows = mouse_rows(mouse)
    return "Mouse over an image.  " + "  |  ".join(f"{what}: {title[0].lower()}{title[1:]}" for what, title in rows)


def help_lines(actions: Sequence[Action], group: str) -> list[tuple[str, str]]:
    """(keys, title) of a group; digits share one line, and those with Alt another."""
    lines: list[tuple[str, str]] = []
    for action in actions:
        # a letter without a key of its own is given by its digit: the card says which
        if action.group != group or (action.id.startswith(LETTER) and not action.keys):
            continue
        if action.keys and action.keys[0].isdigit():
            if not any(keys.startswith("0") for keys, _title in lines):
                lines.append(("0 \N{HORIZONTAL ELLIPSIS} 9", "Grade 0 to 9"))
            continue
        if action.id.startswith(SERIES):
            if action.id == f"{SERIES}1":
                lines.append(("Alt+1 \N{HORIZONTAL ELLIPSIS} 9", "Series of the strip, into the row"))
            continue
        native = QKeySequence.SequenceFormat.NativeText
        lines.append((all_named(QKeySequence(key).toString(native) for key in action.keys), action.title))
    return lines
