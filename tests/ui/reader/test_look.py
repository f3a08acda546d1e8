"""Legibility for everybody: contrast of each text on its ground, and no control in a grey that isn't ours."""

from __future__ import annotations

from math import dist

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from tests.ui.reader.test_abuse import contrast
from workstation.ui.shared import look, theme
from workstation.ui.shared.colours import DARK, LIGHT
from workstation.ui.shared.coordinator_style import ATTENTION

THEMES = {"dark": DARK, "light": LIGHT}
GROUNDS = ("background", "panel", "raised", "accent_ground")
TEXTS = ("text", "bright", "dim", "accent", "refused", "saved")
# linear sRGB as it is seen without the long cones, and without the middle ones: Vienot, Brettel, Mollon 1999, worked
# out for sRGB's primaries by libDaltonLens
DICHROMATS = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_meets_wcag_aa_on_every_ground(text: str, ground: str, worn: str) -> None:
    # WCAG 2.2, 1.4.3: 4.5 to 1 for text of our sizes
    colours = THEMES[worn]
    assert contrast(QColor(getattr(colours, text)), QColor(getattr(colours, ground))) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_what_asks_for_attention_meets_wcag_aa_on_every_ground(ground: str) -> None:
    # the coordinator's window alone has it, and is dark
    assert contrast(QColor(ATTENTION), QColor(getattr(DARK, ground))) >= 4.5


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("ground", ["background", "panel", "raised"])
def test_the_frame_of_what_has_the_focus_stands_out_from_its_ground(ground: str, worn: str) -> None:
    # WCAG 2.2, 1.4.11 and 2.4.13: 3 to 1 for what shows the focus
    assert contrast(QColor(THEMES[worn].accent), QColor(getattr(THEMES[worn], ground))) >= 3


@pytest.mark.parametrize("worn", THEMES)
@pytest.mark.parametrize("eyes", DICHROMATS)
def test_saved_and_refused_look_different_to_who_cannot_tell_red_from_green(eyes: str, worn: str) -> None:
    saved, refused = (_seen(colour, eyes) for colour in (THEMES[worn].saved, THEMES[worn].refused))

    # 2.3 in CIE 1976 is the least that is seen at all (Mahy 1994); a sign of its own shape stands beside each as well
    assert dist(_lab(saved), _lab(refused)) >= 4 * 2.3


@pytest.mark.parametrize("worn", THEMES)
def test_the_grounds_of_grades_go_one_way_from_the_lowest_to_the_highest(worn: str) -> None:
    # told by lightness alone, as a grey picture of the form would
    colours = THEMES[worn]
    steps = [contrast(QColor(colours.panel), QColor(colour)) for colour in (colours.least, colours.most)]
    assert steps[0] < steps[1]
    assert contrast(QColor(colours.least), QColor(colours.most)) >= 4.5


def _seen(colour: str, eyes: str) -> tuple[float, ...]:
    """Linear RGB of a colour as these eyes see it, 0 to 1."""
    whole = QColor(colour)
    linear = [_linear(part) for part in (whole.redF(), whole.greenF(), whole.blueF())]
    rows = DICHROMATS[eyes]
    return tuple(min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0) for row in rows)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _lab(linear: tuple[float, ...]) -> tuple[float, float, float]:
    """CIE L*a*b* under D65: IEC 61966-2-1 and CIE 15."""
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        _root(sum(a * b for a, b in zip(row, linear, strict=True)) / at) for row, at in zip(rows, white, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > (6 / 29) ** 3 else part * (29 / 6) ** 2 / 3 + 4 / 29


def test_no_colour_of_a_control_is_left_to_the_platform(qapp: QApplication) -> None:
    before, style = qapp.palette(), qapp.style().objectName()
    ours = {
        QColor(value).name() for name, value in vars(theme).items() if name.isupper() and str(value).startswith("#")
    }
    try:
        look.apply(qapp)
        found = {
            qapp.palette().color(group, role).name()
            for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled)
            for role in QPalette.ColorRole
            if role not in {QPalette.ColorRole.NColorRoles, QPalette.ColorRole.NoRole}
        }
    finally:
        qapp.setPalette(before)
        qapp.setStyle(style)

    assert found <= ours
