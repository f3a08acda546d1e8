"""A radiograph's table undone: the search for letters sees values as the detector had them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.intake.radiograph_files import a_radiograph, saved
from workstation.intake.frames import FileFacts
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.pixels.tables import shown_by_table, stored_before

TOP = 4095
STORED = np.arange(TOP + 1)
CURVES = {
    "rises": STORED**2 / TOP,
    "falls": TOP - STORED**2 / TOP,
    "has steps": STORED // 64 * 64,
}


@pytest.fixture
def facts(tmp_path: Path) -> FileFacts:
    found = scan(saved(tmp_path / "in", a_radiograph("1.5.1")) / "000.dcm")
    assert isinstance(found, Scanned), found
    return found.frames[0].facts


@pytest.mark.parametrize("curve", CURVES)
def test_what_comes_out_becomes_the_same_again_and_keeps_the_order_of_what_is_shown(
    curve: str, facts: FileFacts
) -> None:
    assert facts.radiograph is not None
    table = CURVES[curve].astype("<u2")
    tabled = replace(facts, radiograph=replace(facts.radiograph, table=table.tobytes()))
    shown = shown_by_table(np.arange(0, TOP + 1, 7, dtype=np.uint16), tabled)

    found = stored_before(shown, tabled)

    # brighter stays brighter, whichever way the table goes
    assert (np.sign(np.diff(found.astype(int))) == np.sign(np.diff(shown.astype(int)))).all()
    again = TOP - found if curve == "falls" else found
    np.testing.assert_array_equal(shown_by_table(again.astype(np.uint16), tabled), shown)


def test_without_a_table_values_stay(facts: FileFacts) -> None:
    values = np.array([[3, 1], [2, 0]], dtype=np.uint16)

    assert stored_before(values, facts) is values
