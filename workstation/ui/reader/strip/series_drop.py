"""Series that is dragged: how a strip gives it and a cell takes it. Nothing of another program may drop there."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

_FORMAT = "application/x-ramris-series"


def series_data(code: str) -> QMimeData:
    """A series by its code."""
    data = QMimeData()
    data.setData(_FORMAT, code.encode())
    return data


def series_in(data: QMimeData) -> str:
    """The code of the series that is dragged; "" where it is anything else."""
    return bytes(data.data(_FORMAT).data()).decode("ascii", "replace") if data.hasFormat(_FORMAT) else ""
