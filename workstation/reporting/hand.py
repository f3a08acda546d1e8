"""The wrist coloured by mean change of each site: a diagram for each feature side by side, as SVG text."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

import numpy as np

from scoring.comparison.grades import At
from scoring.comparison.points import SiteMean, site_mean
from scoring.schemes.scheme import FeatureCode, SiteCode
from workstation.diagram.outlines import Diagram, Outline, diagram_of
from workstation.reporting.content import ChangeOf

# ColorBrewer RdBu, five steps to each side of white: less is blue, more is red
_LESS: Final = ("#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#2166ac", "#053061")
_MORE: Final = ("#f7f7f7", "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f")
_DARK_FROM: Final = 4
_WHITE: Final = "#ffffff"
_GAP: Final = 12.0
_HEAD: Final = 22.0
# a drawing that is wider than a wrist stands alone in its row, so that its words can be read
_COLUMNS: Final = 2
_WIDE: Final = 250.0
# A unit of the diagram in points
_POINTS: Final = 0.95


def hands(change: ChangeOf) -> str | None:
    """A drawing for each feature that the scheme's diagram has; sites are coloured and numbered by mean change.

    Each feature has a scale of its own, its largest mean in either direction. None where nothing is drawn.
    """
    diagram = diagram_of(change.grades.scheme)
    if diagram is None:
        return None
    shown = [feature for feature in change.grades.scheme.features if diagram.of_feature(feature.code)]
    if not shown:
        return None
    wide, high = diagram.width + _GAP, diagram.height + _HEAD + _GAP
    columns = _COLUMNS if diagram.width < _WIDE else 1
    parts = []
    for number, feature in enumerate(shown):
        means = {site.code: _mean(change, feature.code, site.code) for site in feature.sites}
        x, y = number % columns * wide, number // columns * high
        hand = _hand(diagram, feature.code, feature.name, means)
        parts.append(f'<g transform="translate({x:.1f},{y:.1f})">{hand}</g>')
    width, height = min(len(shown), columns) * wide - _GAP, -(-len(shown) // columns) * high - _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * _POINTS:.0f}pt" height="{height * _POINTS:.0f}pt" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:31rem" '
        f'font-family="DejaVu Sans, Arial, sans-serif">{"".join(parts)}</svg>'
    )


def _hand(diagram: Diagram, feature: FeatureCode, name: str, means: Mapping[SiteCode, SiteMean]) -> str:
    reach = max((abs(item.mean) for item in means.values() if item.mean is not None), default=0.0)
    head = (
        f'<text x="0" y="9" font-size="10" font-weight="bold" fill="#1a1f26">{name}</text>'
        f'<text x="0" y="19" font-size="7.5" fill="#6b7480">darkest colour: {_signed(reach) if reach else "0"} or '
        f"{_signed(-reach) if reach else '0'}</text>"
    )
    behind = [_path(item, "#f4f1ea", "#c9c4b8") for item in diagram.behind(feature)]
    shapes, labels = [], []
    for site, outline in diagram.of_feature(feature).items():
        item = means.get(SiteCode(site), SiteMean(None, 0))
        colour, dark = _colour(item.mean, reach)
        shapes.append(_path(outline, colour, "#59636e"))
        # beside the diagram a numeral stands on white
        outside = outline.layer == "joint"
        ink, halo = ("#1a1f26", "#ffffff") if outside else (_WHITE if dark else "#1a1f26", colour)
        labels.append(_label(outline, site, item, ink, halo))
    over = []
    if any(item.layer == "joint" for item in diagram.of_feature(feature).values()):
        over = [_path(item, "#ffffff", "#a9b1ba") for item in diagram.outlines if item.layer == "bone"]
    words = [
        f'<text x="{item.middle[0]:.1f}" y="{item.middle[1] + 4:.1f}" font-size="10" text-anchor="middle" '
        f'fill="#6b7480">{escape(item.text)}</text>'
        for item in diagram.words_of(feature)
    ]
    return f'{head}<g transform="translate(0,{_HEAD:.0f})">{"".join([*behind, *words, *shapes, *over, *labels])}</g>'


def _path(outline: Outline, fill: str, stroke: str) -> str:
    return f'<path d="{outline.svg_path()}" fill="{fill}" stroke="{stroke}" stroke-width="0.9"/>'


def _label(outline: Outline, site: str, item: SiteMean, ink: str, halo: str) -> str:
    """Code and value, on a halo of their ground: they may be wider than their site."""
    x, y = outline.label
    value = "n/a" if item.mean is None else _signed(item.mean)
    lines = (
        (f'x="{x:.1f}" y="{y - 0.5:.1f}" font-size="6.5" text-anchor="middle"', site),
        (f'x="{x:.1f}" y="{y + 7.5:.1f}" font-size="7.5" font-weight="bold" text-anchor="middle"', value),
    )
    ground = f'fill="{halo}" stroke="{halo}" stroke-width="2" stroke-linejoin="round" aria-hidden="true"'
    behind = "".join(f"<text {at} {ground}>{said}</text>" for at, said in lines)
    return behind + "".join(f'<text {at} fill="{ink}">{said}</text>' for at, said in lines)


def _colour(mean: float | None, reach: float) -> tuple[str, bool]:
    """(fill, whether it is dark)."""
    if mean is None:
        return "#ffffff", False
    steps = len(_LESS) - 1
    step = 0 if reach == 0.0 else min(steps, int(np.ceil(abs(mean) / reach * steps - 1e-9)))
    return (_LESS if mean < 0 else _MORE)[step], step >= _DARK_FROM


def _mean(change: ChangeOf, feature: FeatureCode, site: SiteCode) -> SiteMean:
    return site_mean(change.grades.of_site(feature, site, At.CHANGE)[:, 0])


def _signed(value: float) -> str:
    text = f"{abs(value):.2f}"
    if float(text) == 0.0:
        return "0"
    return f"{'−' if value < 0 else '+'}{text}"  # noqa: RUF001 - a minus sign is meant
