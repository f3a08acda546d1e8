"""A radiograph's table: what it makes of values, and values before it, in which letters of lead are looked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.intake.radiograph_files import a_radiograph, saved
from workstation.intake.frames import FileFacts
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.pixels.tables import before_table, shown_by_table

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


def with_table(facts: FileFacts, curve: str) -> FileFacts:
    assert facts.radiograph is not None
    return replace(facts, radiograph=replace(facts.radiograph, table=CURVES[curve].astype("<u2").tobytes()))


@pytest.mark.parametrize("curve", CURVES)
def test_values_before_a_table_keep_the_order_of_what_is_shown_and_tell_apart_what_it_makes_one(
    curve: str, facts: FileFacts
) -> None:
    stored = np.arange(0, TOP + 1, 7, dtype=np.uint16)
    tabled = with_table(facts, curve)
    shown = shown_by_table(stored, tabled)

    found = before_table(stored, tabled)

    assert found is not None
    assert len(np.unique(found)) == len(stored)
    # brighter stays brighter, whichever way the table goes
    order = np.argsort(found)
    assert (np.diff(shown[order].astype(int)) >= 0).all()


def test_without_a_table_there_is_nothing_before_it(facts: FileFacts) -> None:
    values = np.array([[3, 1], [2, 0]], dtype=np.uint16)

    assert before_table(values, facts) is None
    assert shown_by_table(values, facts) is values
