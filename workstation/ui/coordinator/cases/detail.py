"""Detail of one series: its picture, what it is taken for, what speaks for and against that, what can be chosen."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workstation.intake.deidentify.blanking import regions_of
from workstation.managing.actions import ManagingAction, Usable
from workstation.managing.state import ManagingState, SeriesLine, SeriesStatus
from workstation.ui.coordinator.cases.region_view import RegionView
from workstation.ui.coordinator.cases.thumbnails import Thumbnails, Wanted
from workstation.ui.shared import icons
from workstation.ui.shared.labels import plain_label, restyle, show_text

# the words of the buttons; the menu has the whole ones
BUTTONS = {
    "series.kind": "Kind",
    "series.blank": "Black out",
    "series.release": "Release",
    "series.refuse": "Refuse",
    "series.undo": "Undo",
}
READ = "this subject has been read, so its series can't be changed any more"
NOTHING = "Choose a series above to see how its kind was recognised."


class SeriesDetail(QFrame):
    """`asked` is the id of an action whose button was pressed."""

    asked = Signal(str)

    def __init__(self, actions: tuple[ManagingAction, ...], thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("detail")
        self._thumbnails = thumbnails
        self.series: SeriesLine | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(16)
        self._view = RegionView(1, 1, self)
        self._view.setMinimumSize(150, 150)
        self._view.setCursor(Qt.CursorShape.ArrowCursor)
        self._view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._view, 2)
        column = QVBoxLayout()
        column.setSpacing(6)
        self._title = plain_label("", role="heading", wrap=True)
        self._fixed = plain_label("", role="dim", wrap=True)
        self._held = plain_label("", role="against", wrap=True)
        self._reasons = plain_label("", role="for", wrap=True)
        self._against = plain_label("", role="against", wrap=True)
        inside = QWidget()
        text = QVBoxLayout(inside)
        text.setContentsMargins(0, 0, 8, 0)
        text.setSpacing(8)
        for label in (self._title, self._fixed, self._held, self._reasons, self._against):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.addWidget(label)
        text.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        column.addWidget(area, 1)
        self.buttons = _buttons(actions, self)
        line = QHBoxLayout()
        line.setSpacing(6)
        for action_id, button in self.buttons.items():
            button.clicked.connect(partial(self._pressed, action_id))
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)
        row.addLayout(column, 5)
        thumbnails.ready.connect(self._ready)
        self.render_series(Usable(ManagingState(), None), actions)

    def render_series(self, usable: Usable, actions: tuple[ManagingAction, ...]) -> None:
        """Show the series, or that none is chosen; what can't be done to it says why."""
        series = usable.series
        for action in actions:
            if action.id in self.buttons:
                useful = action.id != "series.undo" or usable.out or (series is not None and series.chosen)
                self.buttons[action.id].setEnabled(usable.allows(action.when) and useful)
                fixed = usable.read and not self.buttons[action.id].isEnabled()
                self.buttons[action.id].setToolTip(f"{action.title}: {READ}" if fixed else action.title)
                self.buttons[action.id].setAccessibleDescription(READ if fixed else "")
        _show(self._fixed, READ.capitalize() if usable.read and series is not None else "")
        if series == self.series and series is not None:
            return
        self.series = series
        show_text(self._title, _title(series))
        _show(self._held, "\n".join(series.held) if series and series.status is not SeriesStatus.IN else "")
        _show(self._reasons, "\n".join(_marked(series, "+")) if series else "")
        _show(self._against, "\n".join(_marked(series, "-")) if series else "")
        self._show_picture(series)

    def wanted(self) -> Wanted | None:
        """The whole picture of what is shown."""
        series = self.series
        return Wanted(series.code, series.status is not SeriesStatus.IN, whole=True) if series else None

    def _pressed(self, action_id: str, _checked: bool = False) -> None:
        self.asked.emit(action_id)

    def _show_picture(self, series: SeriesLine | None) -> None:
        self._view.setVisible(series is not None)
        if series is not None:
            self._view.show_size(series.rows, series.columns)
            self._view.show_regions(regions_of(series.regions))
            self._ready(series.code)

    def _ready(self, code: str) -> None:
        wanted = self.wanted()
        if wanted is not None and wanted.code == code:
            self._view.show_picture(self._thumbnails.get(wanted))


def _title(series: SeriesLine | None) -> str:
    if series is None:
        return NOTHING
    status = f" - {series.out}" if series.out else "" if series.status is SeriesStatus.IN else f" - {series.status}"
    return f"{series.kind} {series.plane}, {series.slices} slices, {series.code}{status}"


def _marked(series: SeriesLine, sign: str) -> list[str]:
    """The reasons for the kind, or those against it."""
    if sign == "-":
        return [f"against: {reason}" for reason in series.against]
    return [f"for: {reason}" for reason in series.reasons if reason not in series.against]


def _show(label: QLabel, text: str) -> None:
    show_text(label, text)
    label.setVisible(bool(text))


def _buttons(actions: tuple[ManagingAction, ...], parent: QWidget) -> dict[str, QPushButton]:
    made = {}
    for action in actions:
        if action.id in BUTTONS:
            button = QPushButton(f" {BUTTONS[action.id]}  {action.keys[0]}", parent)
            button.setProperty("small", "true")
            button.setAccessibleName(action.title)
            icons.give(button, action.id)
            button.setToolTip(action.title)
            made[action.id] = button
    restyle(made["series.kind"], "primary", "true")
    return made
