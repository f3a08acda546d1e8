"""Printing to PDF: the same page is the same file, whoever prints it, where and when."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QHashSeed
from PySide6.QtWidgets import QApplication

from workstation.ui.printing.pdf import pdf_of

PAGE = "<h1>Two faces</h1><p>of <b>three</b> <i>cuts</i></p>"


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> QApplication:
    return qapp


@pytest.fixture
def clock_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Call it with a time zone."""
    if sys.platform == "win32":
        pytest.skip("Windows lets no process have a time zone of its own")

    def choose(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield choose
    monkeypatch.undo()
    time.tzset()


def test_every_time_zone_prints_the_same_file(clock_of: Callable[[str], None]) -> None:
    printed = set()
    for zone in ("UTC", "Pacific/Auckland", "America/St_Johns"):
        clock_of(zone)
        printed.add(pdf_of(PAGE, {}, "title"))

    assert len(printed) == 1


def test_every_offset_in_the_table_leads_to_its_object(clock_of: Callable[[str], None]) -> None:
    clock_of("Pacific/Auckland")

    content = pdf_of(PAGE, {}, "title")

    (table,) = re.findall(rb"startxref\n(\d+) ?\n%%EOF", content)
    assert content[int(table) :].startswith(b"xref\n0 ")
    offsets = re.findall(rb"(\d{10}) 00000 n", content[int(table) :])
    assert len(offsets) > 10
    for number, offset in enumerate(offsets, start=1):
        assert content[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_the_order_of_fonts_is_not_drawn_by_lot() -> None:
    printed = set()
    for _ in range(12):
        # as each process draws it at its start
        QHashSeed.resetRandomGlobalSeed()
        printed.add(pdf_of(PAGE, {}, "title"))

    assert len(printed) == 1
