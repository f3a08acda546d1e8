"""Drawing of the wrists into a view of pyqtgraph: sites coloured and numbered by mean change."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsSimpleTextItem

from scoring.comparison.points import SiteMean
from workstation.diagram.outlines import Diagram, Outline
from workstation.numbers.figure import Wrists
from workstation.numbers.spots import GAP, HEAD, wrist_corner
from workstation.numbers.words import signed
from workstation.ui.numbers.looks import Looks, is_dark
from workstation.ui.shared.outline_path import path_of


def draw_wrists(view: Any, figure: Wrists, looks: Looks) -> None:  # noqa: ANN401 - pyqtgraph has no types
    """Draw all of them, and show them whole."""
    diagram = figure.diagram
    for number, ((feature, name), means) in enumerate(zip(figure.features, figure.means, strict=True)):
        corner = wrist_corner(number, len(figure.features), diagram)
        reach = max((abs(item.mean) for item in means.values() if item.mean is not None), default=0.0)
        scale = f"full colour: mean change {signed(-reach)} or {signed(reach)}" if reach else "no change anywhere"
        view.addItem(_text(name, looks.ink, (corner[0], corner[1]), 13, bold=True))
        view.addItem(_text(scale, looks.dim, (corner[0], corner[1] + 17), 10))
        _one(view, diagram, (feature, means, reach), (corner[0], corner[1] + HEAD), looks)
    last = wrist_corner(len(figure.features) - 1, len(figure.features), diagram)
    right = max(wrist_corner(number, len(figure.features), diagram)[0] for number in range(len(figure.features)))
    view.setRange(
        xRange=(-GAP / 2, right + diagram.width + GAP / 2),
        yRange=(-GAP / 4, last[1] + HEAD + diagram.height),
        padding=0,
    )


def _one(
    view: Any,  # noqa: ANN401
    diagram: Diagram,
    of: tuple[str, dict[str, SiteMean], float],
    corner: tuple[float, float],
    looks: Looks,
) -> None:
    feature, means, reach = of
    outlines = diagram.of_feature(feature)
    for outline in diagram.behind(feature):
        view.addItem(_shape(outline, corner, looks.nothing, looks.grid))
    for word in diagram.words_of(feature):
        text = _text(word.text, looks.dim, (0.0, 0.0), 12)
        box = text.boundingRect()
        text.setPos(corner[0] + word.middle[0] - box.width() / 2, corner[1] + word.middle[1] - box.height() / 2)
        view.addItem(text)
    shades: dict[str, str] = {}
    for site, outline in outlines.items():
        mean = means[site].mean if site in means else None
        shades[site] = looks.nothing if mean is None else looks.shade(mean / reach if reach else 0.0)
        view.addItem(_shape(outline, corner, shades[site], looks.dim))
    joints = any(outline.layer == "joint" for outline in outlines.values())
    if joints:
        for outline in diagram.outlines:
            if outline.layer == "bone":
                view.addItem(_shape(outline, corner, looks.nothing, looks.grid))
    for site, outline in outlines.items():
        item = means.get(site, SiteMean(None, 0))
        ground = looks.ground if joints else shades[site]
        ink, halo = ("#f4f7fa", ground) if is_dark(ground) else ("#1a1f26", ground)
        value = "?" if item.mean is None else signed(round(item.mean, 2))
        at = corner[0] + outline.label[0], corner[1] + outline.label[1]
        for words, down, size, bold in ((site, -8.5, 7, False), (value, -0.5, 8, True)):
            # a numeral can be wider than its site: behind it its ground goes on
            for pen in (pg.mkPen(halo, width=2.5, cosmetic=False), pg.mkPen(None)):
                text = _text(words, ink, (0.0, 0.0), size, bold=bold)
                text.setPos(at[0] - text.boundingRect().width() / 2, at[1] + down)
                text.setPen(pen)
                view.addItem(text)


def _shape(outline: Outline, corner: tuple[float, float], fill: str, line: str) -> QGraphicsItem:
    item = QGraphicsPathItem(path_of(outline))
    item.setBrush(QColor(fill))
    item.setPen(pg.mkPen(line, width=1))
    item.setPos(*corner)
    return item


def _text(
    words: str, colour: str, at: tuple[float, float], size: float, *, bold: bool = False
) -> QGraphicsSimpleTextItem:
    """In units of the drawing, so that it grows with it."""
    item = QGraphicsSimpleTextItem(words)
    font = QFont()
    font.setPixelSize(round(size))
    font.setBold(bold)
    item.setFont(font)
    item.setBrush(QColor(colour))
    item.setPos(*at)
    return item
