"""Benchmarks are no tests, but the study that two of them measure must be the one they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.study.reader import ReaderStudy
from tests.benchmarks.export import build

if TYPE_CHECKING:
    from pathlib import Path


def test_the_study_that_is_measured_has_as_many_complete_readings_as_were_asked_for(tmp_path: Path) -> None:
    build(tmp_path / "trial", 3)
    with ReaderStudy.open(tmp_path / "trial", "ES") as study:
        # RAMRIS and tenosynovitis of one wrist: 43 sites at each of two visits
        assert [(item.answered, item.wanted) for item in study.worklist()] == [(86, 86)] * 3
