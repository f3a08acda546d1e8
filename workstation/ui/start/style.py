"""Style sheet of the start window: that of the coordinator's, and what only this one has."""

from __future__ import annotations

from workstation.ui.shared.coordinator_style import ATTENTION
from workstation.ui.shared.coordinator_style import STYLE as SHARED
from workstation.ui.shared.theme import ACCENT, ACCENT_GROUND, BRIGHT, CODE_PX, DIM, HEADING_PX, LINE, PANEL, RAISED

GONE = ATTENTION
STYLE = f"""{SHARED}
QLabel#name {{ font-size: {CODE_PX}px; font-weight: 600; color: {BRIGHT}; }}
QPushButton#begin {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 6px; padding: 0; }}
QPushButton#begin:hover {{ background: {RAISED}; border-color: {ACCENT}; }}
QPushButton#begin:focus {{ background: {ACCENT_GROUND}; border-color: {ACCENT}; }}
QPushButton#begin:disabled {{ background: {PANEL}; border-color: {LINE}; }}
QLabel#beginTitle {{ font-size: {HEADING_PX}px; color: {BRIGHT}; }}
QLabel#key {{ color: {BRIGHT}; background: {RAISED}; border: 1px solid {LINE}; border-radius: 3px; padding: 1px 7px; }}
QListView#recent::item {{ padding: 0; border-bottom: 1px solid {LINE}; }}
QFrame#empty {{ border: 1px dashed {LINE}; border-radius: 8px; }}
QLabel#footer {{ color: {DIM}; }}
"""
