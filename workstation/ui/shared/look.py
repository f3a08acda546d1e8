"""Look of the program before any style sheet: no control and no dialog is ever the platform's grey."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from workstation.ui.shared import theme

_Role = QPalette.ColorRole

STYLE: Final = "Fusion"
# Qt's own argument for it. To ask an application for its style makes Python's QStyle with its 600 names, for which the
# first image would wait longer than for all else that is done here
STYLE_ARGUMENTS: Final = ("-style", STYLE)


def _colours() -> dict[QPalette.ColorRole, str]:
    return {
        _Role.Window: theme.BACKGROUND,
        _Role.Base: theme.PANEL,
        _Role.AlternateBase: theme.RAISED,
        _Role.Button: theme.RAISED,
        _Role.ToolTipBase: theme.RAISED,
        _Role.WindowText: theme.TEXT,
        _Role.Text: theme.TEXT,
        _Role.ButtonText: theme.BRIGHT,
        _Role.ToolTipText: theme.TEXT,
        _Role.BrightText: theme.BRIGHT,
        _Role.PlaceholderText: theme.DIM,
        _Role.Highlight: theme.ACCENT_GROUND,
        _Role.HighlightedText: theme.BRIGHT,
        _Role.Accent: theme.ACCENT,
        _Role.Link: theme.ACCENT,
        _Role.LinkVisited: theme.ACCENT,
        _Role.Light: theme.LINE,
        _Role.Midlight: theme.LINE,
        _Role.Mid: theme.LINE,
        _Role.Dark: theme.BACKGROUND,
        _Role.Shadow: theme.BACKGROUND,
    }


def apply(application: QApplication) -> None:
    """Give the whole program one style and one palette, the same on every platform."""
    # a style that is put on again polishes every widget anew, a third of a second of the reading room
    if application.style().objectName().lower() != STYLE.lower():
        application.setStyle(STYLE)
    apply_colours(application)


def apply_colours(application: QApplication) -> None:
    """Give an application that was made with `STYLE_ARGUMENTS` the palette too."""
    palette = QPalette()
    for role, colour in _colours().items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.DIM))
    if application.palette() != palette:
        application.setPalette(palette)
