"""A header filled into a template is byte for byte what pydicom writes, whatever the slice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.values import replace
from tests.builders.dicom_files import a_slice, written
from workstation.intake.deidentify.blind import Blinder, BlindFile, NewIdentifiers, reference_header
from workstation.intake.deidentify.template import SLICE_UID, BlindingFailed, Template
from workstation.intake.frames import Frame, Physics
from workstation.intake.headers.scan import Scanned, scan

MM = st.floats(-1e6, 1e6, allow_nan=False)
PLACES = st.builds(
    NewIdentifiers,
    slice_uid=st.integers(0, 2**128 - 1).map(lambda number: f"2.25.{number}"),
    study_uid=st.just("2.25.7"),
    series_uid=st.just("2.25.88"),
    frame_uid=st.sampled_from(["", "2.25.999"]),
    number=st.integers(1, 20_000),
)


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Frame:
    found = scan(written(a_slice("1.2.3.4"), tmp_path_factory.mktemp("one") / "file"))
    assert isinstance(found, Scanned)
    return found.frames[0]


def _whole(blinded: BlindFile) -> bytes:
    return b"".join(blinded.parts)


@given(places=st.lists(st.tuples(PLACES, st.tuples(MM, MM, MM)), min_size=1, max_size=4), spacing=st.floats(0.01, 5))
def test_each_slice_of_a_series_gets_the_header_that_pydicom_writes(
    places: list[tuple[NewIdentifiers, tuple[float, float, float]]], spacing: float, frame: Frame
) -> None:
    values = np.arange(12, dtype=np.uint16).reshape(3, 4)
    blinder = Blinder()
    for place, position in places:
        here = replace(frame, position_mm=position, spacing_mm=(spacing, 1 / 3))

        blinded = blinder.blind(here, values, place)

        judge = reference_header(here, values, place) + b"\xe0\x7f\x10\x00OW\x00\x00\x18\x00\x00\x00"
        assert blinded.header == judge
        assert _whole(blinded) == judge + values.tobytes()


NUMBER = st.none() | st.floats(0, 90, allow_nan=False)


@settings(max_examples=40)
@given(
    physics=st.lists(st.builds(Physics, *[NUMBER] * 9), min_size=2, max_size=4),
    sequence=st.frozensets(st.sampled_from(["SE", "IR", "GR"])),
)
def test_each_series_of_an_import_gets_the_header_that_pydicom_writes(
    physics: list[Physics], sequence: frozenset[str], frame: Frame
) -> None:
    values = np.zeros((2, 2), np.uint16)
    blinder = Blinder()
    for number, item in enumerate(physics):
        here = replace(frame, physics=item, evidence=replace(frame.evidence, sequence=sequence))
        place = NewIdentifiers(f"2.25.{number}", "2.25.2", f"2.25.{number + 1}7", "2.25.3" if number % 2 else "", 1)

        assert blinder.blind(here, values, place).header.startswith(reference_header(here, values, place))


def test_series_that_differ_in_anything_else_do_not_share_a_template(frame: Frame) -> None:
    values = np.zeros((2, 2), np.int16)
    blinder = Blinder()
    place = NewIdentifiers("2.25.1", "2.25.2", "2.25.3", "", 1)
    others = (
        frame,
        replace(frame, physics=replace(frame.physics, echo_time=99.0)),
        replace(frame, orientation=(0.0, 1.0, 0.0, 0.0, 0.0, 1.0)),
        replace(frame, facts=replace(frame.facts, layout=replace(frame.facts.layout, inverted=True))),
    )

    for other in others:
        assert blinder.blind(other, values, place).header.startswith(reference_header(other, values, place))


def test_a_template_without_one_of_its_gaps_is_refused(frame: Frame) -> None:
    header = reference_header(frame, np.zeros((2, 2), np.uint16), NewIdentifiers("2.25.1", "2.25.2", "2.25.3", "", 1))

    with pytest.raises(BlindingFailed, match="isn't in the header"):
        Template.of(header, (SLICE_UID, b"\x10\x00\x40\x10"))
