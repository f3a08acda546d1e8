"""Field of a task as a widget: what is typed, chosen or ticked, as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from workstation.managing.study_tasks import Asked, Field
from workstation.ui.coordinator.dialogs.choices import text_line

LINES_PX = 84
# the platform's own dialogs can't be driven by the tests' keys
_IN_QT = QFileDialog.Option.DontUseNativeDialog


class FieldWidget(QWidget):
    """One field. `changed` is called after each change; `value` is what stands in it, `fill` puts something there."""

    def __init__(
        self, field: Field, folder: Path, readers: Sequence[str], changed: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.field = field
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.value: Callable[[], str]
        self.fill: Callable[[str], None]
        match field.asked:
            case Asked.YES:
                self._tick(changed)
            case Asked.CHOICE:
                self._choice(field.choices(folder) if field.choices else (), changed)
            case Asked.READER:
                self._reader(readers, changed)
            case Asked.FOLDERS:
                self._folders(changed)
            case Asked.LINES:
                self._put(self._lines(changed))
            case _:
                self._line(changed)

    def parts(self) -> list[QWidget]:
        """What takes the keys in it, in the order of the screen."""
        items = (self._row.itemAt(index) for index in range(self._row.count()))
        return [widget for item in items if item is not None and (widget := item.widget()) is not None]

    def _tick(self, changed: Callable[[], None]) -> None:
        box = QCheckBox(self.field.label)
        box.setAccessibleName(self.field.label)
        box.toggled.connect(changed)
        self.value, self.fill = lambda: "yes" if box.isChecked() else "", lambda text: box.setChecked(bool(text))
        self._put(box)

    def _choice(self, choices: Sequence[tuple[str, str]], changed: Callable[[], None]) -> None:
        box = QComboBox()
        box.setAccessibleName(self.field.label)
        for value, words in choices:
            box.addItem(words, value)
        box.currentIndexChanged.connect(changed)
        self.value = lambda: str(box.currentData() or "")
        self.fill = lambda text: box.setCurrentIndex(max(0, box.findData(text)))
        self._put(box)

    def _reader(self, readers: Sequence[str], changed: Callable[[], None]) -> None:
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setAccessibleName(self.field.label)
        box.addItems(["", *readers])
        box.editTextChanged.connect(changed)
        self.value, self.fill = box.currentText, box.setEditText
        self._put(box)

    def _folders(self, changed: Callable[[], None]) -> None:
        lines = self._lines(changed)

        def add() -> None:
            if chosen := self._chosen():
                lines.appendPlainText(chosen)

        self._put(lines, add)

    def _lines(self, changed: Callable[[], None]) -> QPlainTextEdit:
        lines = QPlainTextEdit()
        lines.setAccessibleName(self.field.label)
        lines.setPlaceholderText(self.field.hint)
        lines.setFixedHeight(LINES_PX)
        lines.setTabChangesFocus(True)
        lines.textChanged.connect(changed)
        self.value, self.fill = lines.toPlainText, lines.setPlainText
        return lines

    def _line(self, changed: Callable[[], None]) -> None:
        line = text_line(self.field.label, self.field.hint)
        if self.field.asked is Asked.HIDDEN:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.textChanged.connect(changed)
        self.value, self.fill = line.text, line.setText

        def choose() -> None:
            if chosen := self._chosen():
                line.setText(chosen)

        path = self.field.asked in {Asked.FOLDER, Asked.NEW_FOLDER, Asked.FILE, Asked.NEW_FILE}
        self._put(line, choose if path else None)

    def _put(self, widget: QWidget, choose: Callable[[], None] | None = None) -> None:
        self._row.addWidget(widget, 1)
        self.setFocusProxy(widget)
        if choose is not None:
            button = QPushButton("Choose ...")
            button.setAccessibleName(f"{self.field.label}: choose")
            button.setAutoDefault(False)
            button.clicked.connect(choose)
            self._row.addWidget(button)

    def _chosen(self) -> str:
        label = self.field.label
        match self.field.asked:
            case Asked.FOLDER | Asked.FOLDERS:
                return QFileDialog.getExistingDirectory(self, label, "", _IN_QT | QFileDialog.Option.ShowDirsOnly)
            case Asked.FILE:
                return QFileDialog.getOpenFileName(self, label, options=_IN_QT)[0]
            case _:
                options = _IN_QT | QFileDialog.Option.DontConfirmOverwrite
                return QFileDialog.getSaveFileName(self, f"{label}: name it", options=options)[0]
