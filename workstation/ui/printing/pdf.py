"""HTML and named SVG svgs to PDF bytes: A4, svgs as vectors, page numbers. The same input gives the same bytes.

Qt stamps time, time zone and random ids into the file; what takes their place is made from the content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

DRAWING: Final = "drawing:"
DOTS_PER_INCH: Final = 1200
POINTS_PER_INCH: Final = 72.0
_MARGIN_MM: Final = 16.0
_FOOT_POINTS: Final = 14.0
_OBJECT: Final = QTextFormat.ObjectTypes.UserObject.value + 1
_NAME: Final = QTextFormat.Property.UserProperty.value + 1
_ZONE: Final = re.compile(rb"(?<=Date \(D:\d{14})[+-]\d\d'\d\d'(?=\))")
# Sans serif faces in the order in which they are looked for; numbers in columns need digits of one width
FACES: Final = ["Helvetica Neue", "Arial", "Liberation Sans", "Nimbus Sans", "DejaVu Sans"]


def pdf_of(html: str, svgs: Mapping[str, str], title: str) -> bytes:
    """The document as PDF.

    Args:
        html: what Qt's text engine reads of HTML; `<img src="drawing:NAME">` is where a drawing goes.
        svgs: SVG by name.
        title: of the file, and in the foot of each page.

    Needs a QGuiApplication.
    """
    layout = QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
        QPageLayout.Unit.Millimeter,
    )
    with one_order():
        return without_chance(_printed(html, svgs, title, layout))


@contextmanager
def one_order() -> Iterator[None]:
    """Qt writes the fonts of a page in the order of a hash, whose seed is drawn for each process."""
    QHashSeed.setDeterministicGlobalSeed()
    try:
        yield
    finally:
        QHashSeed.resetRandomGlobalSeed()


def _printed(html: str, svgs: Mapping[str, str], title: str, layout: QPageLayout) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(layout)
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(title)
    writer.setCreator("ramris")
    area = layout.paintRect(QPageLayout.Unit.Point)
    document, drawer = document_of(html, svgs, area.width(), area.height() - _FOOT_POINTS)
    with QPainter(writer) as painter:
        scale = DOTS_PER_INCH / POINTS_PER_INCH
        painter.scale(scale, scale)
        _paint(document, painter, writer, area, title)
    del drawer
    return bytes(buffer.data().data())


class _Drawings(QPyTextObject):
    """Draws an SVG where the text has a drawing; as wide as the page or as it says of itself, if that is less."""

    def __init__(self, renderers: Mapping[str, QSvgRenderer], width: float, height: float) -> None:
        super().__init__(None)
        self._renderers = renderers
        self._width, self._height = width, height

    def intrinsicSize(self, _document: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:
        size = QSizeF(self._renderers[str(form.property(_NAME))].defaultSize())
        factor = min(1.0, self._width / size.width(), self._height / size.height())
        return size * factor

    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, _document: QTextDocument, _position: int, form: QTextFormat
    ) -> None:
        self._renderers[str(form.property(_NAME))].render(painter, QRectF(rect))


def document_of(
    html: str, svgs: Mapping[str, str], width: float, height: float, *, pages: bool = True
) -> tuple[QTextDocument, object]:
    """The document laid out, and what its owner has to keep alive with it.

    Args:
        html: see `pdf_of`.
        svgs: see `pdf_of`.
        width: of the text, in points.
        height: of a page, in points; no drawing is higher.
        pages: whether it is cut into pages; else it is one long column.
    """
    document = QTextDocument()
    # sizes are in pixels throughout, of which one is a point here: a size in points would follow the screen's density
    font = QFont()
    font.setFamilies(FACES)
    font.setPixelSize(9)
    document.setDefaultFont(font)
    document.setDocumentMargin(0.0)
    renderers = {name: QSvgRenderer(QByteArray(svg.encode())) for name, svg in svgs.items()}
    drawer = _Drawings(renderers, width, height - 40.0)
    document.documentLayout().registerHandler(_OBJECT, drawer)
    document.setHtml(html)
    _put_in(document)
    # last, so that everything is laid out anew: what follows a replaced character else keeps a height of 0
    if pages:
        document.setPageSize(QSizeF(width, height))
    else:
        document.setTextWidth(width)
    return document, (drawer, renderers)


def _put_in(document: QTextDocument) -> None:
    """Replace each image of a drawing by our own object."""
    positions = []
    block = document.begin()
    while block.isValid():
        parts = block.begin()
        while not parts.atEnd():
            fragment = parts.fragment()
            image = fragment.charFormat().toImageFormat()
            if image.isValid() and image.name().startswith(DRAWING):
                positions.append((fragment.position(), image.name().removeprefix(DRAWING)))
            parts += 1
        block = block.next()
    for position, name in positions:
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
        form = QTextCharFormat()
        form.setObjectType(_OBJECT)
        form.setProperty(_NAME, name)
        cursor.insertText("\ufffc", form)


def _paint(document: QTextDocument, painter: QPainter, writer: QPdfWriter, area: QRectF, title: str) -> None:
    page = document.pageSize()
    pages = document.pageCount()
    foot = QFont()
    foot.setFamilies(FACES)
    foot.setPixelSize(7)
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0.0, -number * page.height())
        document.drawContents(painter, QRectF(0.0, number * page.height(), page.width(), page.height()))
        painter.restore()
        painter.save()
        painter.setFont(foot)
        painter.setPen(Qt.GlobalColor.darkGray)
        line = QRectF(0.0, area.height() - _FOOT_POINTS, area.width(), _FOOT_POINTS)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), title)
        told = f"{number + 1} / {pages}"
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), told)
        painter.restore()


def _without_zone(pdf: bytes) -> bytes:
    """Every clock's zone becomes UTC. Qt writes that one shorter, so all that follows moves, and the table of offsets
    is mended.
    """
    pdf = re.sub(rb'(xmp:(?:Create|Modify|Metadata)Date="[^"]{19})[+-]\d\d:\d\d', rb"\g<1>+00:00", pdf)
    zones = list(_ZONE.finditer(pdf))
    at = pdf.rindex(b"\nxref\n")

    def moved(offset: re.Match[bytes]) -> bytes:
        there = int(offset.group())
        there -= sum(len(zone.group()) - 1 for zone in zones if zone.start() < there)
        return str(there).encode().zfill(len(offset.group()))

    table = re.sub(rb"\b\d{10}(?= 00000 n)|(?<=startxref\n)\d+", moved, pdf[at:])
    return _ZONE.sub(b"Z", pdf[:at]) + table


def without_chance(pdf: bytes) -> bytes:
    """Zones become UTC, times the first second of 1980, ids a digest of the rest."""
    pdf = _without_zone(pdf)
    pdf = re.sub(rb"((?:Creation|Mod)Date \(D:)\d{14}", rb"\g<1>19800101000000", pdf)
    pdf = re.sub(rb'(xmp:(?:Create|Modify|Metadata)Date=")[^"]{19}', rb"\g<1>1980-01-01T00:00:00", pdf)
    found = re.search(rb"uuid:([0-9a-f-]{36})", pdf)
    if found is None:
        return pdf
    old = found.group(1)
    blank = pdf.replace(old, b"0" * 36).replace(old.hex().encode(), b"30" * 36)
    blank = re.sub(rb"/ID \[ <[0-9a-f]*> <[0-9a-f]*> \]", lambda match: b"0" * len(match.group()), blank)
    new = hashlib.sha256(blank).hexdigest()[:36].encode()
    return pdf.replace(old, new).replace(old.hex().encode(), new.hex().encode())
