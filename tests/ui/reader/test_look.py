"""Legibility for everybody: contrast of each text on its ground, and no control in a grey that isn't ours."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from tests.ui.reader.test_abuse import contrast
from workstation.ui.shared import look, theme
from workstation.ui.shared.coordinator_style import ATTENTION

GROUNDS = {"background": theme.BACKGROUND, "panel": theme.PANEL, "raised": theme.RAISED, "accent": theme.ACCENT_GROUND}
TEXTS = {
    "text": theme.TEXT,
    "bright": theme.BRIGHT,
    "dim": theme.DIM,
    "accent": theme.ACCENT,
    "refused": theme.REFUSED,
    "saved": theme.SAVED,
    "attention": ATTENTION,
}


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_meets_wcag_aa_on_every_ground(text: str, ground: str) -> None:
    # WCAG 2.2, 1.4.3: 4.5 to 1 for text of our sizes
    assert contrast(QColor(TEXTS[text]), QColor(GROUNDS[ground])) >= 4.5


@pytest.mark.parametrize("ground", ["background", "panel", "raised"])
def test_the_frame_of_what_has_the_focus_stands_out_from_its_ground(ground: str) -> None:
    # WCAG 2.2, 1.4.11 and 2.4.13: 3 to 1 for what shows the focus
    assert contrast(QColor(theme.ACCENT), QColor(GROUNDS[ground])) >= 3


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
