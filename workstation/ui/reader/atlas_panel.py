"""The reader's own atlas beside the grades' words: the pictures for the site in focus. Keys go on grading."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from workstation.reading.atlas import Atlas, Picture, atlas_of
from workstation.reading.state import SessionState
from workstation.ui.reader.wording import number_text
from workstation.ui.shared.labels import plain_label, show_text

WIDTH_PX, PICTURE_PX = 360, 320
# a page scanned at 600 dpi is read; what unpacks to more is refused by Qt with the line below
LIMIT_MB = 256
NONE_SET = "No atlas folder yet: `ramris atlas FOLDER --reader ID` points at one."
# which ones is said at the terminal: names of files are for whoever keeps the folder
NONE_USED = "No picture of the atlas folder can be used. `ramris atlas FOLDER --reader ID` says why."
SOME_LEFT_OUT = "Not all pictures of the folder can be used; `ramris atlas` says which."
UNREADABLE = "This picture can't be read."


class AtlasPanel(QFrame):
    """Over the right edge of the images; follows the focus while it is open. Pictures are read when they are shown."""

    def __init__(self, room: QWidget, over: QWidget) -> None:
        super().__init__(room)
        self._room, self._over = room, over
        self._atlas: Atlas | None = None
        self._at: tuple[str, str] | None = None
        self.setObjectName("help")
        self.setAccessibleName("Atlas")
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

    def toggle(self, folder: str, state: SessionState) -> str:
        """Open it on the pictures of a folder, looked at anew, or close it. What to tell where there is none."""
        if not self.isHidden():
            self.hide()
            return ""
        if not folder:
            return NONE_SET
        self._atlas, self._at = atlas_of(Path(folder), state.scheme), None
        if not self._atlas.pictures:
            return NONE_USED
        self.show()
        self.place()
        self.render_state(state)
        return ""

    def render_state(self, state: SessionState) -> None:
        """Show the pictures of the site in focus."""
        at = (str(state.focus.feature), str(state.focus.site))
        if self.isHidden() or self._atlas is None or self._at == at:
            return
        self._at = at
        pictures = self._atlas.at(*at)
        show_text(self._title, f"Atlas: {state.feature.name}, {state.focus.site}")
        lines = [] if pictures else ["No picture for this site."]
        if self._atlas.troubles:
            lines.append(SOME_LEFT_OUT)
        show_text(self._line, "\n".join(lines))
        self._line.setVisible(bool(lines))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        for picture in pictures:
            words = state.feature.scale.grades
            label = next((entry.label for entry in words if entry.grade == picture.grade), "")
            column.addWidget(plain_label(f"{number_text(picture.grade)}  {label}", role="bright"))
            column.addWidget(_drawn(picture))
            if picture.caption:
                column.addWidget(plain_label(picture.caption, role="dim", wrap=True))
        column.addStretch(1)
        # the area deletes the widget it held
        self._area.setWidget(inside)

    def place(self) -> None:
        """At the right edge of the images, next to the form, as high as they are."""
        if not self.isHidden():
            corner = self._over.mapTo(self._room, QPoint(0, 0))
            width = min(WIDTH_PX, self._over.width())
            self.setGeometry(corner.x() + self._over.width() - width, corner.y(), width, self._over.height())
            self.raise_()


def _drawn(picture: Picture) -> QLabel:
    label = plain_label()
    found = _read(picture.file)
    if found is None:
        show_text(label, UNREADABLE)
        label.setProperty("role", "dim")
    else:
        label.setPixmap(found)
        label.setAccessibleName(f"Picture of grade {number_text(picture.grade)}")
    return label


def _read(file: Path) -> QPixmap | None:
    """The picture, at most PICTURE_PX wide; None where it can't be read."""
    reader = QImageReader(str(file))
    reader.setAutoTransform(True)
    QImageReader.setAllocationLimit(LIMIT_MB)
    size = reader.size()
    if size.isValid() and size.width() > PICTURE_PX:
        reader.setScaledSize(size.scaled(QSize(PICTURE_PX, PICTURE_PX * 3), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else QPixmap.fromImage(image)
