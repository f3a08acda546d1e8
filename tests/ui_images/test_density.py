"""Images are sampled for the screen's own pixels, whatever the density."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.case(134)
@pytest.mark.parametrize("density", [1.0, 1.5, 2.0])
def test_every_device_pixel_shows_the_grey_that_scipy_interpolates_at_its_centre(
    density: float, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.ui_images.at_a_density", str(tmp_path)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(density)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert found["ratio"] == density
    assert found["width"] == pytest.approx(found["cell"] * density, abs=1)
    # half a grey is rounding
    assert found["off"] <= 0.51
