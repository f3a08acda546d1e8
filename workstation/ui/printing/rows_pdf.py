"""Rows of text to PDF bytes, page by page: A4 across, the header on each page, however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)

from workstation.ui.printing.pdf import DOTS_PER_INCH, FACES, POINTS_PER_INCH, one_order, without_chance

_MARGIN_MM: Final = 12.0
_TEXT, _HEADING = 7, 15
_LINE: Final = 9.0
_GAP: Final = 5.0
_RULE: Final = 0.4
_FOOT: Final = 14.0
# so many texts come again and again: names, codes, sites
_KNOWN: Final = 4096


def rows_pdf(
    title: str, about: Iterable[str], columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[str]]
) -> bytes:
    """The table as PDF; the same rows give the same bytes.

    Args:
        title: over the first page, of the file, and in the foot of each page.
        about: paragraphs below the title.
        columns: the header of each and its share of the width.
        rows: cells in the order of the columns. What doesn't fit its column goes on in the next line.

    Needs a QGuiApplication.
    """
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, margins, QPageLayout.Unit.Millimeter
    )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with one_order():
        writer = QPdfWriter(buffer)
        writer.setPageLayout(layout)
        writer.setResolution(DOTS_PER_INCH)
        writer.setTitle(title)
        writer.setCreator("ramris")
        with QPainter(writer) as painter:
            painter.scale(DOTS_PER_INCH / POINTS_PER_INCH, DOTS_PER_INCH / POINTS_PER_INCH)
            area = layout.paintRect(QPageLayout.Unit.Point)
            paper = _Paper(painter, writer, (area.width(), area.height()), title, columns)
            paper.begin(about)
            for row in rows:
                paper.row(row)
            paper.end()
        return without_chance(bytes(buffer.data().data()))


class _Paper:
    """The page under the pen, and how far down it is written."""

    def __init__(
        self,
        painter: QPainter,
        writer: QPdfWriter,
        size: tuple[float, float],
        title: str,
        columns: Sequence[tuple[str, float]],
    ) -> None:
        self._painter, self._writer, self._title = painter, writer, title
        self._width, self._height = size
        self._names = [name for name, _ in columns]
        shares = sum(share for _, share in columns)
        self._widths = [self._width * share / shares - _GAP for _, share in columns]
        self._starts = [sum(width + _GAP for width in self._widths[:number]) for number in range(len(columns))]
        self._fonts = {bold: _font(_TEXT, bold=bold) for bold in (False, True)}
        self._lines = lru_cache(_KNOWN)(self._broken)
        self._page, self._down, self._rows = 1, 0.0, 0

    def begin(self, about: Iterable[str]) -> None:
        self._painter.setFont(_font(_HEADING, bold=True))
        self._painter.drawText(QPointF(0.0, _HEADING), self._title)
        self._down = 2.0 * _HEADING
        for paragraph in about:
            self._paragraph(paragraph)
        self._header()

    def row(self, cells: Sequence[str]) -> None:
        """A row, cut where it is higher than what a page holds."""
        broken = [self._lines(text, width) for text, width in zip(cells, self._widths, strict=True)]
        high = max(map(len, broken))
        if high * _LINE > self._left and self._down > 0.0 and high * _LINE < self._height / 2:
            self._next_page()
        for number in range(high):
            if self._left < _LINE:
                self._next_page()
            self._line([lines[number] if number < len(lines) else "" for lines in broken])
        self._down += _GAP / 2
        self._rule(Qt.GlobalColor.lightGray)
        self._rows += 1

    def end(self) -> None:
        """Say that nothing is missing behind the last row."""
        if self._left < 2 * _LINE:
            self._next_page()
        self._paragraph(f"End. Rows: {self._rows}. Pages: {self._page}.")
        self._foot()

    @property
    def _left(self) -> float:
        return self._height - _FOOT - self._down

    def _paragraph(self, text: str) -> None:
        self._painter.setFont(self._fonts[False])
        for line in self._lines(text, self._width):
            self._down += _LINE
            self._painter.drawText(QPointF(0.0, self._down), line)
        self._down += _GAP

    def _header(self) -> None:
        self._painter.setFont(self._fonts[True])
        self._line(self._names)
        self._painter.setFont(self._fonts[False])
        self._down += _GAP / 2
        self._rule(Qt.GlobalColor.black)

    def _rule(self, colour: Qt.GlobalColor) -> None:
        self._painter.setPen(QPen(colour, _RULE))
        self._painter.drawLine(QPointF(0.0, self._down), QPointF(self._width, self._down))
        self._painter.setPen(Qt.GlobalColor.black)

    def _line(self, texts: Sequence[str]) -> None:
        self._down += _LINE
        for text, start in zip(texts, self._starts, strict=True):
            if text:
                self._painter.drawText(QPointF(start, self._down), text)

    def _foot(self) -> None:
        line = QRectF(0.0, self._height - _FOOT, self._width, _FOOT)
        self._painter.setPen(Qt.GlobalColor.darkGray)
        self._painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), self._title)
        page = f"page {self._page}"
        self._painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), page)
        self._painter.setPen(Qt.GlobalColor.black)

    def _next_page(self) -> None:
        self._foot()
        self._writer.newPage()
        self._page += 1
        self._down = 0.0
        self._header()

    def _broken(self, text: str, width: float) -> tuple[str, ...]:
        """The lines that a text takes in a column."""
        if "\n" not in text and QFontMetricsF(self._fonts[False]).horizontalAdvance(text) <= width:
            return (text,)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QTextLayout(text.replace("\n", "\N{LINE SEPARATOR}"), self._fonts[False])
        layout.setTextOption(option)
        found = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            found.append(layout.text()[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return tuple(found)


def _font(pixels: int, *, bold: bool) -> QFont:
    font = QFont()
    font.setFamilies(FACES)
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font
