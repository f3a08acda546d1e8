"""A study of the sample pair, read with points, reasons for no grade, key images and an outline, and signed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged
from storage.records import KeyImage, SeriesRecord, Sighting
from storage.study.reader import ReaderStudy
from tests.builders.lived.readers import sign
from tests.builders.studies import answer, key
from tests.exchange.conftest import circle
from tests.exchange.sample_study import a_study_of_the_sample
from workstation.imaging.geometry import Stack
from workstation.reading.marks import Marks, marks_text
from workstation.reading.tools.outlines import BONE, LESION

READER = "AD"
# the middle of this pixel was pointed at: slice, row, column, from 0
SEEN = (8, 30, 40)
GRADES = {
    "1 SYN RC": "2",
    "1 OST CAP": "3",
    "1 ERO RAD": "10",
    "1 ERO LUN": "NC",
    "1 ERO SCA": "OT:a plate that VEXHOLLOW got",
    "2 ERO RAD": "1",
    "2 TEN E1": "AR",
}


@dataclass(frozen=True, slots=True)
class Read:
    """Where the study lies, the case, and the series that grades of the first visit were seen in."""

    trial: Path
    case: str
    series: SeriesRecord


@pytest.fixture(scope="session")
def read_once(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """As it was built; no test changes it."""
    trial = tmp_path_factory.mktemp("results") / "trial"
    a_study_of_the_sample(trial, READER)
    with ReaderStudy.open(trial, READER) as door:
        code = door.worklist()[0].case
        series = next(one for one in door.case(code).visits[0].series if (one.kind, one.plane) == ("T2FS", "COR"))
        drawn = (circle(series, 7, 6.0, BONE), circle(series, 8, 6.0, BONE), circle(series, 8, 3.0, LESION))
        point = Stack.stored(series).pixel_to_mm(*SEEN)
        sightings = {
            "1 SYN RC": Sighting(series.code, SEEN[0], point, 0.0, 900.0),
            "1 OST CAP": Sighting(series.code, SEEN[0], point, 0.0, 900.0, marks=marks_text(Marks(drawn))),
            "1 ERO LUN": Sighting(series.code, SEEN[0], point, 0.0, 900.0),
            # the cursor stood where the site is expected: the reader chose no point
            "1 ERO RAD": Sighting(series.code, SEEN[0], point, 0.0, 900.0, marks='{"expected":true}'),
        }
        keys = keys_in_reading_order(door.scheme)
        given = {key(place): answer(word) for place, word in GRADES.items()}
        seen = {key(place): sighting for place, sighting in sightings.items()}
        changes = [AnswerChanged(at, None, given.get(at, answer("0"))) for at in keys]
        door.record(code, changes, "room", [seen.get(at) for at in keys])
        for number, slice_index in ((1, 3), (2, 8)):
            door.keep_image(code, KeyImage(number, key("1 OST CAP"), series.code, slice_index, point, 0.0, 900.0))
    sign(trial, READER, code)
    return Read(trial, code, series)


@pytest.fixture
def read(read_once: Read, tmp_path: Path) -> Read:
    """A copy of one's own."""
    shutil.copytree(read_once.trial, tmp_path / "trial")
    return Read(tmp_path / "trial", read_once.case, read_once.series)


def faults(file: Path) -> list[str]:
    """What dciodvfy finds wrong in a file; the test is skipped where it isn't installed."""
    if shutil.which("dciodvfy") is None:
        pytest.skip("needs dciodvfy. On Debian or Ubuntu: sudo apt-get install -y dicom3tools")
    said = subprocess.run(["dciodvfy", str(file)], capture_output=True, text=True, timeout=60, check=False)
    lines = (said.stdout + said.stderr).splitlines()
    # it names the kind of object that it has recognised, and without that it has judged nothing
    assert any(line in {"ComprehensiveSR", "KeyObjectSelectionDocument", "Segmentation"} for line in lines), lines
    return [line for line in lines if line.startswith("Error")]


def groups(report: Any) -> Mapping[tuple[str, str], Any]:  # noqa: ANN401 - a dataset
    """Measurement groups of a report by the codes of finding and site, taken from its elements alone."""
    whole = next(item for item in report.ContentSequence if _name(item) == "126010")
    found = {}
    for group in whole.ContentSequence:
        said = {_name(item): item for item in group.ContentSequence}
        at = (said["121071"].ConceptCodeSequence[0].CodeValue, said["363698007"].ConceptCodeSequence[0].CodeValue)
        assert at not in found
        found[at] = group
    return found


def items(group: Any, kind: str) -> list[Any]:  # noqa: ANN401 - datasets
    """Content items of a type of value."""
    return [item for item in group.ContentSequence if item.ValueType == kind]


def report_in(out: Path, case: str, visit: int) -> Any:  # noqa: ANN401 - a dataset
    return pydicom.dcmread(out / "sr" / f"{case}-{visit}.dcm")


def _name(item: Any) -> str:  # noqa: ANN401 - a dataset
    return str(item.ConceptNameCodeSequence[0].CodeValue)
