"""Pages as PDF, whether or not there is a display."""

from __future__ import annotations

import os
from collections.abc import Mapping


def printed(html: str, drawn: Mapping[str, str], title: str) -> bytes:
    """HTML as PDF; SVG by name. Makes the application that Qt needs, where there is none yet."""
    from workstation.runtime import doctor

    if not doctor.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    from workstation.ui.printing.pdf import pdf_of

    application = QGuiApplication.instance() or QGuiApplication([])
    try:
        return pdf_of(html, drawn, title)
    finally:
        del application
