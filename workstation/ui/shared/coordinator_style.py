"""The coordinator's style sheet, in the colours of both windows."""

from __future__ import annotations

from workstation.ui.shared.theme import (
    ACCENT,
    ACCENT_GROUND,
    BACKGROUND,
    BRIGHT,
    DIM,
    HEADING_PX,
    LINE,
    PANEL,
    RAISED,
    REFUSED,
    SAVED,
    SMALL_PX,
    TEXT,
    TEXT_PX,
)

ATTENTION = "#e6c15c"

STYLE = f"""
QMainWindow, QDialog, QWidget#page {{ background: {BACKGROUND}; }}
QWidget {{ color: {TEXT}; font-size: {TEXT_PX}px; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 3px; }}
QMenuBar {{ background: {BACKGROUND}; color: {DIM}; border: 0; }}
QMenuBar::item {{ padding: 3px 9px; background: transparent; }}
QMenuBar::item:selected {{ color: {BRIGHT}; background: {RAISED}; }}
QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px 0; }}
QMenu::item {{ padding: 4px 28px 4px 18px; }}
QMenu::item:selected {{ background: {ACCENT_GROUND}; color: {BRIGHT}; }}
QMenu::item:disabled {{ color: {DIM}; }}

QAbstractItemView {{ background: {PANEL}; border: 1px solid {LINE}; outline: 0;
    selection-background-color: {ACCENT_GROUND}; selection-color: {BRIGHT}; gridline-color: {LINE}; }}
QAbstractItemView:focus {{ border: 1px solid {ACCENT}; }}
QHeaderView, QHeaderView::section {{ background: {PANEL}; color: {DIM}; border: 0; font-size: {SMALL_PX}px; }}
QHeaderView::section {{ padding: 5px 8px; border-bottom: 1px solid {LINE}; }}
QTableCornerButton::section {{ background: {PANEL}; border: 0; }}
QListView::item {{ padding: 5px 8px; border-bottom: 1px solid {LINE}; }}
QListView::item:selected {{ background: {ACCENT_GROUND}; color: {BRIGHT}; }}

QPushButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 4px; padding: 6px 14px;
    color: {BRIGHT}; }}
QPushButton[small="true"] {{ padding: 6px 8px; }}
QPushButton:hover, QPushButton:focus {{ border-color: {ACCENT}; }}
QPushButton:default, QPushButton[primary="true"] {{ background: {ACCENT_GROUND}; border-color: {ACCENT}; }}
QPushButton:focus {{ border-color: {BRIGHT}; }}
QPushButton:disabled {{ color: {DIM}; background: {PANEL}; border-color: {LINE}; }}
QLineEdit, QComboBox {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 3px; padding: 5px 7px; }}
QLineEdit:focus, QComboBox:focus {{ border-color: {ACCENT}; }}
QComboBox QAbstractItemView {{ background: {RAISED}; }}
QRadioButton:focus {{ color: {BRIGHT}; }}
QRadioButton {{ spacing: 8px; }}
QRadioButton::indicator {{ width: 12px; height: 12px; border-radius: 7px; border: 1px solid {DIM};
    background: {PANEL}; }}
QRadioButton::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox:focus {{ color: {BRIGHT}; }}
QCheckBox::indicator {{ width: 13px; height: 13px; border: 1px solid {DIM}; border-radius: 3px; background: {PANEL}; }}
QCheckBox::indicator:focus {{ border: 2px solid {BRIGHT}; }}
QCheckBox::indicator:checked {{ background: {ACCENT}; border-color: {ACCENT}; }}
QTableView#subjects::item {{ padding-left: 6px; }}
QTableView#words::item {{ padding: 0 8px; }}
QSpinBox {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 3px; padding: 5px 7px; }}
QSpinBox:focus {{ border-color: {ACCENT}; }}
QProgressBar {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 3px; max-height: 10px; }}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: 2px; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {LINE}; border-radius: 5px; min-height: 24px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none; width: 0;
    height: 0; }}

QLabel[role="title"] {{ font-size: 20px; font-weight: 600; color: {BRIGHT}; }}
QLabel[role="heading"] {{ font-size: {HEADING_PX}px; font-weight: 600; color: {BRIGHT}; }}
QLabel[role="dim"] {{ color: {DIM}; }}
QLabel[role="small"] {{ color: {DIM}; font-size: {SMALL_PX}px; }}
QLabel[role="for"] {{ color: {TEXT}; }}
QLabel[role="against"] {{ color: {ATTENTION}; }}
QFrame#detail, QFrame#bar {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 4px; }}
QFrame#drop {{ border: 2px dashed {LINE}; border-radius: 10px; }}
QFrame#drop[over="true"] {{ border-color: {ACCENT}; background: {ACCENT_GROUND}; }}
QLabel#notice[tone="done"] {{ color: {SAVED}; }}
QLabel#notice[tone="attention"] {{ color: {ATTENTION}; }}
QLabel#notice[tone="failed"] {{ color: {REFUSED}; font-weight: 600; }}
"""
