"""Names of totals: with what they stand for where there is room."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics

from tests.builders.sessions import SCHEME
from workstation.ui.reader.form.totals_panel import names
from workstation.ui.reader.window.room import ReadingRoom

INFLAMMATION = "MRI(i): inflammation, the sum of synovitis, osteitis and tenosynovitis"


def test_a_total_is_named_by_what_stands_before_the_colon_and_by_what_that_means() -> None:
    assert names(INFLAMMATION) == ("MRI(i)", "MRI(i): inflammation")
    assert names("Erosion total") == ("Erosion", "Erosion")


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (2560, 1440)])
def test_the_sum_of_inflammation_is_spelled_out_and_whole_in_its_column(
    room: ReadingRoom, size: tuple[int, int]
) -> None:
    room.resize(*size)

    assert INFLAMMATION in {total.name for total in SCHEME.totals}
    label = next(line[0] for line in room.form.totals._lines.values() if line[0].toolTip() == INFLAMMATION)
    assert label.text() == "MRI(i): inflammation"
    label.ensurePolished()
    assert QFontMetrics(label.font()).horizontalAdvance(label.text()) <= label.width()
