"""Colours, sizes of text and the one style sheet, as they are worn now: dark or light, small or large."""

from __future__ import annotations

import sys
from typing import Final

import msgspec

from workstation.ui.shared.colours import DARK, LIGHT

BACKGROUND, PANEL, RAISED, LINE = DARK.background, DARK.panel, DARK.raised, DARK.line
TEXT, BRIGHT, DIM = DARK.text, DARK.bright, DARK.dim
ACCENT, ACCENT_GROUND, REFUSED, SAVED = DARK.accent, DARK.accent_ground, DARK.refused, DARK.saved
LEAST, MOST = DARK.least, DARK.most

# pixel sizes; the platform scales them on dense screens
SMALL_PX = 11
TEXT_PX = 13
HEADING_PX = 15
TITLE_PX = 20
UNREAD_PX = 19
CODE_PX = 26

_SIZES: Final = {"SMALL_PX": 11, "TEXT_PX": 13, "HEADING_PX": 15, "TITLE_PX": 20, "UNREAD_PX": 19, "CODE_PX": 26}
_USUAL_PERCENT: Final = 100
_percent = _USUAL_PERCENT


def wear(*, light: bool, percent: int) -> bool:
    """Have what is made or painted from now on in these; whether that is a change.

    A window that is there already takes `style()` anew and paints itself again.
    """
    this = sys.modules[__name__]
    before = dict(vars(this))
    for name, colour in msgspec.structs.asdict(LIGHT if light else DARK).items():
        setattr(this, name.upper(), colour)
    setattr(this, "_percent", percent)  # noqa: B010 - a module's own name, as those below
    for name, size_px in _SIZES.items():
        setattr(this, name, scaled(size_px))
    return before != vars(this)


def scale() -> float:
    """Times its usual size that text has now."""
    return _percent / _USUAL_PERCENT


def scaled(size_px: int) -> int:
    """Pixels that grow with the text."""
    return round(size_px * scale())


def style() -> str:
    """The style sheet of the reading room."""
    return f"""
QMainWindow, #form, #empty, #help, #cases, #atlas {{ background: {BACKGROUND}; }}
#form, #form QLabel, #form QLineEdit, #help QLabel, #atlas QLabel, #empty QLabel {{ color: {TEXT};
    font-size: {TEXT_PX}px; }}
#form {{ background: {PANEL}; border-left: 1px solid {LINE}; }}
QMenuBar {{ background: {RAISED}; color: {TEXT}; font-size: {TEXT_PX}px; border: 0;
    border-bottom: 1px solid {ACCENT}; }}
QMenuBar::item {{ padding: 3px 9px; background: transparent; }}
QMenuBar::item:selected {{ color: {BRIGHT}; background: {ACCENT_GROUND}; }}
QMenu {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; font-size: {TEXT_PX}px; padding: 4px 0; }}
QMenu::item {{ padding: 4px 28px 4px 18px; }}
QMenu::item:selected {{ background: {ACCENT_GROUND}; color: {BRIGHT}; }}
QMenu::item:disabled {{ color: {DIM}; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 3px; }}

#form #caseCode {{ font-size: {CODE_PX}px; font-weight: 600; color: {BRIGHT}; letter-spacing: 2px;
    background: transparent; border: 0; padding: 0; text-align: left; }}
#form #caseCode:hover {{ color: {ACCENT}; }}
#form #progress, #form #ranges {{ color: {DIM}; }}
#form #heading {{ color: {BRIGHT}; font-size: {HEADING_PX}px; font-weight: 600; }}
#form [role="dim"], #help [role="dim"], #atlas [role="dim"] {{ color: {DIM}; }}
#form [role="bright"], #help [role="bright"], #atlas [role="bright"] {{ color: {BRIGHT}; font-weight: 600; }}
#form [role="small"] {{ color: {DIM}; font-size: {SMALL_PX}px; }}

QTableView#sites {{ background: {PANEL}; color: {TEXT}; border: 0; font-size: {TEXT_PX}px; }}
QTableView#sites QHeaderView {{ background: {PANEL}; border: 0; }}
QTableView#sites QHeaderView::section {{ background: {PANEL}; color: {DIM}; border: 0; font-size: {SMALL_PX}px;
    border-bottom: 1px solid {LINE}; padding: 2px 3px; }}

#gradeLine {{ border-radius: 3px; }}
#gradeLine:hover {{ background: {RAISED}; }}
#gradeLine[current="true"] {{ background: {ACCENT_GROUND}; }}
#gradeLine[current="true"] QLabel {{ color: {BRIGHT}; }}

QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {LINE}; border-radius: 4px; min-height: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line,
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; height: 0; }}

#form #wordsOver {{ background: {PANEL}; }}
#form #words {{ background: {BACKGROUND}; color: {BRIGHT}; border: 1px solid {ACCENT}; border-radius: 3px; }}
#form #answer {{ background: {BACKGROUND}; color: {BRIGHT}; border: 1px solid {LINE}; border-radius: 3px;
    padding: 3px; }}
#form #answer:focus {{ border: 1px solid {ACCENT}; }}
#form #head {{ font-family: monospace; color: {BRIGHT}; }}
#form #closing {{ background: {RAISED}; color: {BRIGHT}; border: 1px solid {LINE}; border-radius: 3px;
    padding: 6px 14px; }}
#form #closing:focus {{ border: 1px solid {ACCENT}; background: {ACCENT_GROUND}; }}
#form #cases {{ background: {BACKGROUND}; }}
#form #rule {{ background: {LINE}; }}
#form #notice[kind="idle"] {{ color: {DIM}; }}
#form #notice[long="true"] {{ font-size: {SMALL_PX}px; }}
#form #notice[kind="refused"] {{ color: {REFUSED}; font-weight: 600; }}
#form #saved[outcome="saved"] {{ color: {SAVED}; }}
#form #saved[outcome="failed"] {{ color: {REFUSED}; font-weight: 600; }}

#tour {{ background: {RAISED}; border: 1px solid {ACCENT}; border-radius: 8px; }}
#tour QLabel {{ color: {BRIGHT}; font-size: {TEXT_PX}px; }}
#tour [role="dim"] {{ color: {DIM}; font-size: {SMALL_PX}px; }}
#sheetButton {{ background: {PANEL}; color: {BRIGHT}; border: 1px solid {LINE}; border-radius: 3px; padding: 5px 12px;
    font-size: {TEXT_PX}px; }}
#sheetButton:hover, #sheetButton:focus {{ border-color: {ACCENT}; }}
#sheetButton:focus {{ background: {ACCENT_GROUND}; }}
#help {{ border: 1px solid {LINE}; border-radius: 8px; }}
#help:focus, #help QScrollArea:focus {{ border: 1px solid {ACCENT}; }}
#help #helpTitle, #empty #emptyTitle {{ font-size: {TITLE_PX}px; font-weight: 600; color: {BRIGHT}; }}
#atlas {{ border-left: 1px solid {LINE}; }}
#atlas #question, #help #question {{ font-size: {HEADING_PX}px; font-weight: 600; color: {BRIGHT}; }}
#help #group {{ color: {ACCENT}; font-weight: 600; }}
#help #key {{ color: {BRIGHT}; background: {RAISED}; border: 1px solid {LINE}; border-radius: 3px; padding: 0 5px; }}
#cases {{ color: {TEXT}; border: 1px solid {LINE}; font-size: {TEXT_PX}px; outline: 0; padding: 4px; }}
#cases:focus, #form #cases:focus {{ border: 1px solid {ACCENT}; }}
#cases::item {{ padding: 5px 10px; }}
#cases::item:selected {{ background: {ACCENT_GROUND}; color: {BRIGHT}; }}
"""
