"""Regions of a layout: a square of some size, within what the outline holds."""

from __future__ import annotations

import pytest

from scoring.errors import TomlRefused
from scoring.schemes.regions import Regions, check_regions
from scoring.toml_file import TomlLocation


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        (Regions(0.0, {}), r"size_mm: a number above 0 is needed here"),
        (Regions(-1.0, {}), r"size_mm: a number above 0 is needed here"),
        (Regions(30.0, {"A": (-0.1, 0.5)}), r"at\.A: two parts of the outline, each from 0 to 1"),
        (Regions(30.0, {"A": (0.5, 1.1)}), r"at\.A: two parts of the outline, each from 0 to 1"),
    ],
)
def test_a_region_without_size_or_outside_is_refused(regions: Regions, said: str) -> None:
    with pytest.raises(TomlRefused, match=said):
        check_regions(regions, TomlLocation("layout.toml"))


def test_a_region_may_touch_the_border() -> None:
    check_regions(Regions(0.5, {"A": (0.0, 1.0)}), TomlLocation("layout.toml"))
