"""Rows on paper: each is drawn, on as many pages as they need, and the same rows are the same file."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication

from workstation.ui.printing import rows_pdf as printing
from workstation.ui.printing.rows_pdf import rows_pdf

COLUMNS = (("No.", 1.0), ("Why", 3.0))


@pytest.fixture
def drawn(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written on paper, in order."""
    assert qapp is not None
    found: list[str] = []

    class Noting(QPainter):
        def drawText(self, *given: object) -> object:  # type: ignore[override]  # noqa: N802 - Qt's name
            found.extend(item for item in given if isinstance(item, str))
            assert isinstance(given[0], QPointF | QRectF)
            return super().drawText(*given)  # type: ignore[call-overload]

    monkeypatch.setattr(printing, "QPainter", Noting)
    return found


def _rows(number: int) -> list[tuple[str, str]]:
    return [(f"a{seq}", "the scan came late") for seq in range(1, number + 1)]


def test_each_row_is_drawn_once_below_the_header_of_its_page(drawn: list[str]) -> None:
    rows_pdf("Trail", ["Head: 5eb7"], COLUMNS, _rows(200))

    pages = drawn.count("No.")
    assert [text for text in drawn if text.startswith("a")] == [f"a{seq}" for seq in range(1, 201)]
    assert pages > 3
    assert drawn.count(f"page {pages}") == 1
    assert f"End. Rows: 200. Pages: {pages}." in drawn
    assert "Head: 5eb7" in drawn


def test_a_text_that_is_longer_than_a_page_goes_on_on_the_next_one(drawn: list[str]) -> None:
    said = " ".join(f"w{number}" for number in range(4000))
    rows_pdf("Trail", [], COLUMNS, [("a1", said), ("a2", "x" * 300)])

    words = " ".join(text for text in drawn if text.startswith("w")).split()
    assert words == said.split()
    assert "".join(text for text in drawn if set(text) == {"x"}) == "x" * 300
    assert drawn.count("No.") > 1


def test_the_same_rows_are_the_same_file(drawn: list[str]) -> None:
    one, other = (rows_pdf("Trail", [], COLUMNS, _rows(30)) for _ in range(2))
    assert one == other
    assert drawn


def test_no_rows_are_told_as_none(drawn: list[str]) -> None:
    rows_pdf("Trail", [], COLUMNS, [])
    assert "End. Rows: 0. Pages: 1." in drawn
