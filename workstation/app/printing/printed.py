"""Files of pages: HTML to PDF, and whole or not at all on disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


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


def put(out: Path, content: bytes) -> None:
    """A file, whole or not at all; NotSaved when it can't be written."""
    from storage.errors import NotSaved

    unfinished = out.with_name(f".{out.name}.writing")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(out)
    except OSError as error:
        reason = error.strerror
    else:
        return
    finally:
        unfinished.unlink(missing_ok=True)
    raise NotSaved(f"Not written: {out.name}: {reason}. Choose a folder that is there and can be written, with space")
