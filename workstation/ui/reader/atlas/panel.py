"""Atlas between images and form: the pictures for the site in focus. Keys go on grading."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from scoring.readings.reading import Graded
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Scale
from workstation.reading.atlas import Atlas, Picture
from workstation.reading.state import SessionState
from workstation.ui.reader.atlas.drawn import UNREADABLE, drawn
from workstation.ui.shared.labels import plain_label, show_text

# its share of the window, and between which widths: the images beside it get narrower, and nothing of them is covered
SHARE, WIDTHS_PX = 0.17, (230, 520)
AROUND_PX = 40
# which ones is said at the terminal: names of files are for whoever keeps the folder
SOME_LEFT_OUT = "Not all pictures of the folder can be used; `ramris atlas` says which."


class AtlasPanel(QFrame):
    """Beside the images; follows the focus while it is open. Pictures are read when they are shown."""

    def __init__(self, room: QWidget, put_beside: Callable[[QWidget], None]) -> None:
        super().__init__(room)
        self._room = room
        self._atlas: Atlas | None = None
        self._at: tuple[str, str, int] | None = None
        self._pictures: list[QWidget] = []
        self._here = 0
        self.setObjectName("atlas")
        self.setAccessibleName("Atlas")
        put_beside(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 10, 12)
        column.setSpacing(8)
        self._title = plain_label(name="question", wrap=True)
        self._line = plain_label(role="dim", wrap=True)
        column.addWidget(self._title)
        column.addWidget(self._line)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._area, 1)
        self.hide()

    def open(self, atlas: Atlas, state: SessionState) -> None:
        """Open it on these pictures."""
        self._atlas, self._at = atlas, None
        self.fit()
        self.show()
        self.render_state(state)

    def render_state(self, state: SessionState) -> None:
        """Show the pictures of the site in focus."""
        at = (str(state.focus.feature), str(state.focus.site), self.width())
        if self.isHidden() or self._atlas is None:
            return
        if self._at != at:
            self._at = at
            self._write(state, self._atlas)
        answer = state.reading.answer(state.focus.key)
        if isinstance(answer, Graded):
            QTimer.singleShot(0, self._area, partial(self._show_grade, answer.grade))

    def go(self, by: int) -> None:
        """To the next picture or the one before."""
        if self._pictures:
            self._show(min(max(self._here + by, 0), len(self._pictures) - 1))

    def _show(self, index: int) -> None:
        self._here = index
        self._area.verticalScrollBar().setValue(self._pictures[index].y())

    def _show_grade(self, grade: Decimal) -> None:
        grades = [picture.property("grade") for picture in self._pictures]
        if float(grade) in grades and grades[self._here] != float(grade):
            self._show(grades.index(float(grade)))

    def _write(self, state: SessionState, atlas: Atlas) -> None:
        pictures = atlas.at(state.focus.feature, state.focus.site)
        show_text(self._title, f"Atlas: {state.feature.name}, {state.focus.site}")
        lines = [] if pictures else ["No picture for this site."]
        if atlas.troubles:
            lines.append(SOME_LEFT_OUT)
        if pictures and atlas.about:
            # what all of them are, in a sentence; the whole of it stands over the room
            lines.append(f"{atlas.about.split(': ')[0]}.")
        show_text(self._line, "\n".join(lines))
        self._line.setVisible(bool(lines))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        self._pictures, self._here = [], 0
        for picture in pictures:
            words = state.feature.scale.grades
            label = next((entry.label for entry in words if entry.grade == picture.grade), "")
            title = plain_label(f"{grade_name(state.feature.scale, picture.grade)}  {label}", role="bright")
            title.setProperty("grade", float(picture.grade))
            self._pictures.append(title)
            column.addWidget(title)
            column.addWidget(_drawn(picture, state.feature.scale, self.width() - AROUND_PX))
            if picture.caption:
                column.addWidget(plain_label(picture.caption, role="dim", wrap=True))
        column.addStretch(1)
        # the area deletes the widget it held
        self._area.setWidget(inside)

    def fit(self) -> None:
        """As wide as the window can spare."""
        least, most = WIDTHS_PX
        self.setFixedWidth(min(max(round(self._room.width() * SHARE), least), most))


def _drawn(picture: Picture, scale: Scale, width_px: int) -> QLabel:
    label = plain_label()
    found = drawn(picture, QSize(width_px, width_px * 3), label.devicePixelRatioF())
    if found is None:
        show_text(label, UNREADABLE)
        label.setProperty("role", "dim")
    else:
        label.setPixmap(found)
        label.setAccessibleName(f"Picture of grade {grade_name(scale, picture.grade)}")
    return label
