"""Pages as PDF, whether or not there is a display."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


def printed(html: str, drawn: Mapping[str, str], title: str) -> bytes:
    """HTML as PDF; SVG by name."""
    with drawing():
        from workstation.ui.printing.pdf import pdf_of

        return pdf_of(html, drawn, title)


@contextmanager
def drawing() -> Iterator[None]:
    """The application that Qt needs to draw text: that of the window, or one made for this."""
    from workstation.runtime import doctor

    if not doctor.has_display(os.environ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # not the application of pictures alone: where one stays behind, no window could be made beside it
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    try:
        yield
    finally:
        del application
