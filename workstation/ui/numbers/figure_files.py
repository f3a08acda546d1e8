"""Saving of a figure: SVG and PNG on white, drawn anew in a size for print, and CSV of what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from storage.files.atomic import write_page
from workstation.errors import UsageRefused
from workstation.numbers.figure import Figure
from workstation.numbers.figures import as_csv
from workstation.ui.numbers.canvas import Canvas
from workstation.ui.numbers.ending import put_away
from workstation.ui.numbers.looks import PAPER

ENDINGS: Final = (".svg", ".png", ".csv")
SIZE: Final = QSize(1200, 800)
TITLE_PX: Final = 40
LINE_PX: Final = 20
# of a PNG, twice as many pixels
DENSE: Final = 2


def save_figure(figure: Figure, out: Path, study: Path) -> None:
    """Write a figure by the ending of the name; whole, or not at all.

    Raises:
        UsageRefused: another ending, or a place inside the study, which readers get.
        NotSaved: the disk doesn't take it.
    """
    kind = out.suffix.lower()
    if kind not in ENDINGS:
        raise UsageRefused(f"{out.name}: the name ends in .svg, .png or .csv")
    if study.resolve() in out.resolve().parents:
        raise UsageRefused(f"{out.name}: not inside the study folder, which readers get; choose another folder")
    write_page(out, as_csv(figure).encode() if kind == ".csv" else drawn(figure, kind))


def drawn(figure: Figure, kind: str) -> bytes:
    """The figure on white, its title above and its counts and notes beneath, as SVG or PNG."""
    canvas = Canvas(looks=PAPER)
    try:
        lines = (figure.told.counts, *figure.told.notes)
        canvas.resize(SIZE.width(), SIZE.height() - TITLE_PX - LINE_PX * len(lines) - LINE_PX // 2)
        canvas.show_figure(figure)
        # the first painting lays the axes out
        canvas.grab()
        return _svg(canvas, figure, lines) if kind == ".svg" else _png(canvas, figure, lines)
    finally:
        put_away(canvas)


def _svg(canvas: Canvas, figure: Figure, lines: Sequence[str]) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(SIZE)
    generator.setViewBox(QRect(QPoint(0, 0), SIZE))
    generator.setTitle(figure.told.title)
    with QPainter(generator) as painter:
        _paint(painter, canvas, figure, lines)
    return bytes(content.data())


def _png(canvas: Canvas, figure: Figure, lines: Sequence[str]) -> bytes:
    image = QImage(SIZE * DENSE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(DENSE)
    image.fill(QColor(PAPER.ground))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint(painter, canvas, figure, lines)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # PySide6 6.10 takes a str, and says bytes
    return bytes(content.data())


def _paint(painter: QPainter, canvas: Canvas, figure: Figure, lines: Sequence[str]) -> None:
    font = QFont(canvas.font())
    font.setPixelSize(18)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(PAPER.ink))
    painter.drawText(QRectF(16, 8, SIZE.width() - 32, TITLE_PX), figure.told.title)
    items = [item for item in canvas.scene().items() if hasattr(item, "setExportMode")]
    for item in items:
        # else points are pictures of points
        item.setExportMode(True, {"painter": painter, "antialias": True, "resolutionScale": 1.0})
    canvas.scene().render(painter, QRectF(0, TITLE_PX, canvas.width(), canvas.height()))
    for item in items:
        item.setExportMode(False)
    font.setPixelSize(13)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(QColor(PAPER.dim))
    for number, line in enumerate(lines):
        top = TITLE_PX + canvas.height() + number * LINE_PX
        painter.drawText(QRectF(16, top, SIZE.width() - 32, LINE_PX), line)
