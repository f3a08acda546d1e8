"""Ending of what pyqtgraph has drawn: while Qt is still there, else the process ends in a fault of memory."""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget


def put_away(widget: QWidget) -> None:
    """Close the widget and delete it now, with the items that hold each other in circles."""
    widget.close()
    widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
