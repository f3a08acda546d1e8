"""Fetching as the images panel knows it: a bar where images lie apart, and nothing where they lie beside the record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from workstation.ui.reader.coming.bar import Coming, FetchBar


class AllHere:
    """In the place of the bar where no image is fetched."""

    def show_case(self, code: str) -> None:
        """Nothing is said of it."""

    def come_later(self, codes: Sequence[str]) -> None:
        """They are here."""

    def coming(self) -> bool:
        """No image is on its way."""
        return False

    def stop(self) -> bool:
        """Nothing is waited for."""
        return False


def fetching(over: QWidget, coming: Coming, whole: SignalInstance, *, apart: bool) -> AllHere | FetchBar:
    """What tells of images that lie apart, over the images. whole: emitted when all of a case are here."""
    if not apart:
        return AllHere()
    # most images lie beside the record, and the first of them doesn't wait for the bar
    from workstation.ui.reader.coming.bar import FetchBar  # noqa: PLC0415 - see above

    bar = FetchBar(over, coming)
    bar.whole.connect(whole)
    return bar
