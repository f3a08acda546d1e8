"""Picture of an atlas, read from its file as wide as it is wanted, with its outline over it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImageReader, QPainter, QPen, QPixmap, QPolygonF

from workstation.reading.atlas import Picture
from workstation.ui.shared import theme

# a page scanned at 600 dpi is read; what unpacks to more is refused by Qt
LIMIT_MB = 256
UNREADABLE = "This picture can't be read."
# small pictures grow so far and no farther: beyond it there are squares to see, not tissue
MOST_TIMES = 3
_OUTLINE_PX, _OUTLINE_ALPHA = 1.2, 190


def drawn(picture: Picture, room: QSize, density: float = 1.0, *, outlined: bool = True) -> QPixmap | None:
    """The picture as large as the room for it allows, its proportions kept; None where it can't be read.

    density: pixels of the screen to each of its points.
    """
    QImageReader.setAllocationLimit(LIMIT_MB)
    reader = QImageReader(str(picture.file))
    reader.setAutoTransform(True)
    whole = reader.size()
    wanted = QSize(round(room.width() * density), round(room.height() * density))
    if whole.isValid() and (whole.width() > wanted.width() or whole.height() > wanted.height()):
        # a page as scanned is never unpacked whole
        reader.setScaledSize(whole.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    most = QSize(round(image.width() * MOST_TIMES * density), round(image.height() * MOST_TIMES * density))
    size = image.size().scaled(wanted.boundedTo(most), Qt.AspectRatioMode.KeepAspectRatio)
    if size != image.size():
        image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    found = QPixmap.fromImage(image)
    if outlined and picture.outline and whole.isValid():
        _outline(found, picture, found.width() / whole.width(), density)
    found.setDevicePixelRatio(density)
    return found


def _outline(onto: QPixmap, picture: Picture, times: float, density: float) -> None:
    colour = QColor(theme.ACCENT)
    colour.setAlpha(_OUTLINE_ALPHA)
    with QPainter(onto) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, _OUTLINE_PX * density))
        for ring in picture.outline:
            # a corner is counted from the middle of the first pixel
            painter.drawPolygon(QPolygonF([QPointF((x + 0.5) * times, (y + 0.5) * times) for x, y in ring]))
