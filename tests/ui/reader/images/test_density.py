"""Images are sampled for the screen's own pixels, whatever its density, also when the window comes to another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.case(134)
@pytest.mark.parametrize("densities", [(1.0, 2.0), (1.5, 1.0), (2.0, 1.5)])
def test_every_device_pixel_shows_the_grey_that_scipy_interpolates_at_its_centre_on_each_screen_it_comes_to(
    densities: tuple[float, float], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.ui.reader.images.at_a_density", str(tmp_path), *map(str, densities)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    # there, on the other screen, and back
    assert [one["ratio"] for one in found] == [densities[0], densities[1], densities[0]]
    for one in found:
        assert one["width"] == pytest.approx(one["cell"] * one["ratio"], abs=1)
        # half a grey is rounding
        assert one["off"] <= 0.51
