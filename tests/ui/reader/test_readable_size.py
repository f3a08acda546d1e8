"""Text can be read on 4K, whether or not a system scales it; elsewhere nothing is scaled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workstation.ui.shared.density import factor

LOOK = """
import json, os
from workstation.ui.shared.application import the_application
application = the_application()
screen = application.primaryScreen()
print(json.dumps([screen.devicePixelRatio(), screen.size().height(), "QT_SCALE_FACTOR" in os.environ]))
"""


@pytest.mark.parametrize(
    ("height", "ratio", "environment", "wanted"),
    [
        (768, 1.0, {}, 1.0),
        (1080, 1.0, {}, 1.0),
        (1440, 1.0, {}, 1.0),
        (2160, 1.0, {}, 2.0),
        # a system that scales has told the height in its own pixels; 8K scaled by 2 is 4K of them
        (2160, 2.0, {}, 1.0),
        (2160, 1.0, {"QT_SCALE_FACTOR": "1"}, 1.0),
        (2160, 1.0, {"QT_SCALE_FACTOR": ""}, 2.0),
    ],
)
def test_only_a_tall_screen_that_nobody_scales_is_scaled(
    height: int, ratio: float, environment: dict[str, str], wanted: float
) -> None:
    assert factor(height, ratio, environment) == wanted


@pytest.mark.parametrize(
    ("size", "dpi", "found"),
    [
        ((3840, 2160), 96, [2.0, 1080, False]),
        ((1920, 1080), 96, [1.0, 1080, False]),
        ((3840, 2160), 144, [1.5, 1440, False]),
    ],
)
def test_the_application_is_made_for_the_screen_that_there_is(
    size: tuple[int, int], dpi: int, found: list[object], tmp_path: Path
) -> None:
    wide, high = size
    screen = {"name": "only", "x": 0, "y": 0, "width": wide, "height": high, "logicalDpi": dpi, "logicalBaseDpi": 96}
    file = tmp_path / "screens.json"
    file.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={file}"}

    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, timeout=60, check=True
    )

    assert json.loads(done.stdout) == found
