"""All grades of a site side by side, over the room. It goes to other sites by itself and knows no case."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Feature, Scheme, Site
from workstation.reading.atlas import Atlas, Picture
from workstation.ui.reader.atlas.drawn import UNREADABLE, drawn
from workstation.ui.reader.form.wording import number_text
from workstation.ui.reader.sheets.stack import Sheet
from workstation.ui.shared import theme
from workstation.ui.shared.labels import plain_label, restyle, show_text

MOST_IN_A_ROW = 6
SIDES_PX, APART_PX, WORDS_PX, HEAD_PX, LEAST_PX = 24, 10, 76, 160, 120
KEYS = "Left and Right: grade.  Up and Down: site.  Tab: feature.  O: outline.  Esc: close."
NO_PICTURE = "There is no picture for this site."
_LONGEST_ABOUT = 400
_UPPER = Qt.AlignmentFlag.AlignTop


class AtlasSheet(Sheet):
    """Opened at a feature and a site; keys and clicks go on from there. No key grades while it is open."""

    def __init__(self, room: QWidget) -> None:
        super().__init__(room)
        self.setObjectName("help")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._atlas = Atlas()
        self._sites: list[tuple[Feature, Site]] = []
        self._here, self._grade, self._outlined = 0, 0, True
        self._cards: list[_Card] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SIDES_PX, 14, SIDES_PX, 12)
        head = QHBoxLayout()
        self._title = plain_label(name="helpTitle", wrap=True)
        head.addWidget(self._title, 1)
        for words, name, act in (
            ("Site before", "Previous site", lambda: self._to_site(-1)),
            ("Next site", "Next site", lambda: self._to_site(1)),
            ("Outline", "Outline of the lesion, or none", self._turn_outline),
            ("Close", "Close the atlas", self.closed.emit),
        ):
            head.addWidget(_button(words, name, act), 0, _UPPER)
        self._column.addLayout(head)
        self._about = plain_label(role="dim", wrap=True)
        self._column.addWidget(self._about)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._column.addWidget(self._area, 1)
        self._definition = plain_label(role="bright", wrap=True)
        self._column.addWidget(self._definition)
        self._column.addWidget(plain_label(KEYS, role="dim", wrap=True))

    def wanted_size(self) -> tuple[int, int]:
        """Nearly all of the room: pictures are looked at."""
        return self._room.width(), self._room.height()

    def write(self, atlas: Atlas, scheme: Scheme, feature: str, site: str) -> None:
        """Have an atlas, and go to that site."""
        self._atlas = atlas
        self._sites = [(one, site_of_one) for one in scheme.features for site_of_one in one.sites]
        self._here = next(
            (index for index, (one, at) in enumerate(self._sites) if (one.code, at.code) == (feature, site)), 0
        )
        self._grade = 0
        if self.isVisible():
            self._draw()

    def open(self) -> None:
        """Show it, its pictures as large as the room allows."""
        super().open()
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, Right, Home, End: grade. Up, Down: site. Tab: feature. Every other key is the room's."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self._to_grade(self._grade + (1 if key == Qt.Key.Key_Right else -1))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._to_grade(0 if key == Qt.Key.Key_Home else len(self._cards))
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._to_site(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_O:
            self._turn_outline()
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the next feature, with Shift to the one before."""
        features = list(dict.fromkeys(feature.code for feature, _ in self._sites))
        if features:
            at = features.index(self._sites[self._here][0].code) + (1 if forward else -1)
            wanted = features[at % len(features)]
            self._go(next(index for index, (one, _) in enumerate(self._sites) if one.code == wanted))
        return True

    def _to_site(self, by: int) -> None:
        if self._sites:
            self._go((self._here + by) % len(self._sites))

    def _go(self, index: int) -> None:
        self._here = index
        self._draw()

    def _to_grade(self, index: int) -> None:
        self._grade = min(max(index, 0), max(len(self._cards) - 1, 0))
        self._mark()

    def _turn_outline(self) -> None:
        self._outlined = not self._outlined
        self._draw()

    def _draw(self) -> None:
        if not self._sites:
            return
        feature, site = self._sites[self._here]
        title = f"Atlas: {feature.name}, {site.code} {site.name}"
        show_text(self._title, title)
        self.setAccessibleName(title)
        about = self._atlas.about[:_LONGEST_ABOUT]
        show_text(self._about, about)
        self._about.setVisible(bool(about))
        pictures = self._atlas.at(feature.code, site.code)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setSpacing(APART_PX)
        self._cards = []
        size, columns = self._room_for_each(len(pictures))
        for index, picture in enumerate(pictures):
            card = _Card(inside, picture, _label(feature, picture), size, outlined=self._outlined)
            card.clicked.connect(lambda at=index: self._to_grade(at))
            grid.addWidget(card, index // columns, index % columns, _UPPER)
            self._cards.append(card)
        if not pictures:
            grid.addWidget(plain_label(NO_PICTURE, role="bright"), 0, 0, _UPPER)
        grid.setRowStretch(grid.rowCount(), 1)
        grid.setColumnStretch(columns, 1)
        # the area deletes the widget it held
        self._area.setWidget(inside)
        self._to_grade(self._grade)

    def _room_for_each(self, number: int) -> tuple[QSize, int]:
        """Of one picture, and how many are in a row."""
        columns = max(1, number if number <= MOST_IN_A_ROW else -(-number // -(-number // MOST_IN_A_ROW)))
        rows = max(1, -(-number // columns))
        width = (self.width() - 2 * SIDES_PX - (columns - 1) * APART_PX) // columns - 10
        height = (self.height() - theme.scaled(HEAD_PX)) // rows - theme.scaled(WORDS_PX) - APART_PX
        # more than two rows are scrolled to rather than made too small to see
        return QSize(max(width, LEAST_PX), max(height, LEAST_PX)), columns

    def _mark(self) -> None:
        for index, card in enumerate(self._cards):
            card.mark(current=index == self._grade)
        words = ""
        if self._cards:
            self._area.ensureWidgetVisible(self._cards[self._grade])
            feature, _ = self._sites[self._here]
            grade = self._cards[self._grade].grade
            words = next(
                (
                    f"{one.letter or number_text(one.grade)}: {one.definition}"
                    for one in feature.scale.grades
                    if one.grade == grade
                ),
                "",
            )
        show_text(self._definition, words)


class _Card(QFrame):
    """A picture over its grade and its words."""

    clicked = Signal()

    def __init__(self, parent: QWidget, picture: Picture, words: str, room: QSize, *, outlined: bool) -> None:
        super().__init__(parent)
        self.setObjectName("gradeLine")
        self.grade = picture.grade
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(2)
        shown = plain_label()
        found = drawn(picture, room, self.devicePixelRatioF(), outlined=outlined)
        width = room.width()
        if found is None:
            show_text(shown, UNREADABLE)
        else:
            shown.setPixmap(found)
            width = round(found.deviceIndependentSize().width())
            shown.setAccessibleName(f"Picture of grade {words}")
        column.addWidget(shown)
        column.addWidget(plain_label(words, role="bright", wrap=True))
        if picture.caption:
            column.addWidget(plain_label(picture.caption, role="dim", wrap=True))
        self.setFixedWidth(max(width, 120) + 8)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)

    def mark(self, *, current: bool) -> None:
        """Show that it is the chosen one, or isn't."""
        restyle(self, "current", "true" if current else "false")
        for label in self.findChildren(QLabel):
            # the style of a part hangs on its card's, which Qt doesn't follow by itself
            label.style().unpolish(label)
            label.style().polish(label)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click chooses it."""
        self.clicked.emit()


def _label(feature: Feature, picture: Picture) -> str:
    label = next((entry.label for entry in feature.scale.grades if entry.grade == picture.grade), "")
    return f"{grade_name(feature.scale, picture.grade)}  {label}"


def _button(words: str, name: str, act: object) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName("sheetButton")
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(act)
    return button
