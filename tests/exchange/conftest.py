"""The sample pair as a study, with outlines drawn by a reader in two series, signed."""

from __future__ import annotations

from math import cos, pi, sin
from pathlib import Path

import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from storage.records import SeriesRecord, Sighting
from storage.study.reader import ReaderStudy
from tests.builders.lived.readers import sign
from tests.builders.studies import answer, key
from tests.exchange.sample_study import a_study_of_the_sample
from workstation.imaging.geometry import Stack, dot
from workstation.imaging.measuring import PlanePoint
from workstation.reading.marks import Marks, marks_text
from workstation.reading.tools.outlines import BONE, LESION, Outline

READER = "AD"
RADIUS_MM = 6.0


def circle(series: SeriesRecord, index: int, radius_mm: float, part: str, aside_mm: float = 0.0) -> Outline:
    """Round the middle of a slice as it is shown, or so many mm to the right of it."""
    stack = Stack.of(series)
    middle = stack.pixel_to_mm(index, (stack.rows - 1) / 2, (stack.columns - 1) / 2)
    right, down = dot(middle, stack.right) + aside_mm, dot(middle, stack.down)
    points: list[PlanePoint] = [
        (right + radius_mm * cos(2 * pi * step / 90), down + radius_mm * sin(2 * pi * step / 90)) for step in range(90)
    ]
    return Outline(series.code, index, part, tuple(points))


@pytest.fixture(scope="session")
def outlined(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, SeriesRecord]:
    """The study, the signed case, and the series: bone and lesion of the capitate on slices 7 and 8, bone on 9."""
    trial = tmp_path_factory.mktemp("outlined") / "trial"
    a_study_of_the_sample(trial, READER)
    with ReaderStudy.open(trial, READER) as door:
        code = door.worklist()[0].case
        series = next(one for one in door.case(code).visits[0].series if (one.kind, one.plane) == ("T2FS", "COR"))
        drawn = (
            *(circle(series, index, RADIUS_MM, BONE) for index in (7, 8, 9)),
            *(circle(series, index, RADIUS_MM / 2, LESION) for index in (7, 8)),
        )
        sighting = Sighting(series.code, 8, (1.0, 2.0, 3.0), 0.0, 900.0, marks=marks_text(Marks(drawn)))
        grades = {key("1 OST CAP"): "2"}
        keys = keys_in_reading_order(door.scheme)
        changes = [AnswerChanged(at, None, answer(grades.get(at, "0"))) for at in keys]
        sightings = [sighting if at in grades else None for at in keys]
        door.record(code, changes, "room", sightings)
    sign(trial, READER, code)
    return trial, code, series
