"""Files of real scanners: where they lie, and the tests that need them. They are no part of the repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[2] / "shared"
FOLDER = Path(os.environ.get("RAMRIS_REAL_DICOM", _BESIDE / "real-dicom")).resolve()
EXPECTED = FOLDER / "expected.json"


def may_be_missing(environment: Mapping[str, str], beside: Path) -> bool:
    """Whether a run may go without them: anybody's may, but for CI's beside a folder that should hold them."""
    return not (environment.get("CI", "").lower() in {"1", "true"} and beside.is_dir())


LEFT_OUT = not EXPECTED.exists() and may_be_missing(os.environ, _BESIDE)
needs_real_files = pytest.mark.skipif(
    LEFT_OUT,
    reason="files of real scanners aren't here (../shared/real-dicom, or the folder that RAMRIS_REAL_DICOM names)",
)
