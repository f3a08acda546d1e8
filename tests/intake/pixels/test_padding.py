"""Padding from a header to the screen: it counts in no window, is no picture that two visits share, and is no text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items
from pydicom.tag import Tag
from pydicom.uid import EnhancedMRImageStorage, RLELossless

from storage.records import SeriesRecord
from storage.study.coordinator import CoordinatorStudy
from tests.builders.burned_text import SIDE, a_wrist, drawn
from tests.builders.dicom_files import AXIAL, a_slice, written
from workstation.imaging.padding import blackened
from workstation.imaging.volume import load_volume
from workstation.intake.deidentify.burned_in_text import TextSearch
from workstation.intake.headers.padding import padding_of
from workstation.intake.importing.importer import import_folders
from workstation.intake.pixels.padding import without_padding
from workstation.intake.series.likeness import Sampler, likeness
from workstation.managing.pictures import middle_slice

VALUE, LIMIT = 0x00280120, 0x00280121
EDGE = 4


def values_in_a_frame(around: int | NDArray[np.int64], dtype: str, seed: int = 0) -> NDArray[Any]:
    """40 x 40 of which 32 x 32 were imaged: each value from 0 to 1023 once."""
    values = np.empty((40, 40), np.int64)
    values[...] = around
    values[EDGE:-EDGE, EDGE:-EDGE] = np.random.default_rng(seed).permutation(1024).reshape(32, 32)
    return values.astype(dtype)


def a_padded_slice(number: int, values: NDArray[Any], padding: Sequence[tuple[int, str, int]], **more: Any) -> Dataset:  # noqa: ANN401 - values of any attribute
    """One slice with elements (tag, VR, value) about padding."""
    signed = values.dtype.kind == "i"
    bits = more.pop("BitsStored", 16)
    dataset = a_slice(
        f"1.2.3.1.{number}", z_mm=2.0 * number, Rows=40, Columns=40, BitsStored=bits, HighBit=bits - 1,
        PixelRepresentation=int(signed), PixelData=values.tobytes(), **more,
    )  # fmt: skip
    for tag, vr, value in padding:
        dataset.add_new(Tag(tag), vr, value)
    return dataset


def the_series(study: CoordinatorStudy, folder: Path) -> SeriesRecord:
    """What the import makes of a folder that holds one series."""
    import_folders(study, [folder])
    (series,) = study.subjects()[0].visits[0].series
    return series


US, SS = "US", "SS"
BAND = np.random.default_rng(5).integers(60000, 60010, (40, 40))
KINDS: dict[str, tuple[Any, str, list[tuple[int, str, int]], dict[str, Any]]] = {
    "the highest value": (65535, "uint16", [(VALUE, US, 65535)], {}),
    "the highest of twelve bits": (4095, "uint16", [(VALUE, US, 4095)], {"BitsStored": 12}),
    "the lowest signed value": (-32768, "int16", [(VALUE, SS, -32768)], {}),
    "a range": (BAND, "uint16", [(VALUE, US, 60000), (LIMIT, US, 60009)], {}),
    "a range from its end": (BAND, "uint16", [(VALUE, US, 60009), (LIMIT, US, 60000)], {}),
    "the air's own 0": (0, "uint16", [(VALUE, US, 0)], {}),
    "a value of anatomy": (500, "uint16", [(VALUE, US, 500)], {}),
    "another sign than the pixels": (65535, "uint16", [(VALUE, SS, -1)], {}),
    "a sign that the pixels have and it hasn't": (-2000, "int16", [(VALUE, US, 63536)], {}),
    # 9000 = 2 x 5000 - 1000
    "as it is after rescale": (5000, "uint16", [(VALUE, US, 9000)], {"RescaleSlope": 2, "RescaleIntercept": -1000}),
    "white is low": (65535, "uint16", [(VALUE, US, 65535)], {"PhotometricInterpretation": "MONOCHROME1"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_padding_counts_in_no_window_is_shown_dark_and_stored_as_it_came(
    kind: str, study: CoordinatorStudy, tmp_path: Path
) -> None:
    around, dtype, padding, more = KINDS[kind]
    pictures = [values_in_a_frame(around, dtype, seed) for seed in range(3)]
    for number, values in enumerate(pictures):
        written(a_padded_slice(number, values, padding, **more), tmp_path / "in" / str(number))

    series = the_series(study, tmp_path / "in")
    stored = load_volume(series, study.images)
    shown = blackened(stored, series)

    assert (series.minimum, series.maximum) == (0, 1023)
    # of 3 x 1024 values, 3 x 11 are the first to be 1 %, 3 x 1019 the first to be 99.5 %
    assert (series.window_low, series.window_high) == (10.0, 1018.0)
    assert np.array_equal(stored, np.stack(pictures))
    outside = np.ones((40, 40), np.bool_)
    outside[EDGE:-EDGE, EDGE:-EDGE] = False
    assert np.unique(shown[:, outside]).tolist() == [1023 if series.inverted else 0]
    assert np.array_equal(shown[:, ~outside], stored[:, ~outside])
    (glance,) = study.overview().series
    picture = middle_slice(study.images, glance)
    assert picture is not None
    assert picture[outside].max() == 0


def test_padding_that_some_slices_name_and_others_do_not_is_padding_on_all(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    around = (65535, 60000, 65535)
    named: list[list[tuple[int, str, int]]] = [[(VALUE, US, 65535)], [(VALUE, US, 60000)], []]
    for number in range(3):
        values = values_in_a_frame(around[number], "uint16", number)
        written(a_padded_slice(number, values, named[number]), tmp_path / "in" / str(number))

    series = the_series(study, tmp_path / "in")

    assert series.padding == ((60000, 60000), (65535, 65535))
    assert (series.window_low, series.window_high) == (10.0, 1018.0)
    assert blackened(load_volume(series, study.images), series).max() == 1023


def test_slices_that_come_later_are_counted_as_the_first_ones(study: CoordinatorStudy, tmp_path: Path) -> None:
    for number in range(3):
        values = values_in_a_frame(-32768, "int16", number)
        written(a_padded_slice(number, values, [(VALUE, SS, -32768)]), tmp_path / f"in{number}" / "file")
    import_folders(study, [tmp_path / "in0", tmp_path / "in1"])
    before = study.subjects()[0].visits[0].series[0]

    series = the_series(study, tmp_path / "in2")

    assert len(series.slices) == 3
    assert series.padding == before.padding == ((-32768, -32768),)
    assert (series.minimum, series.window_low, series.window_high) == (0, 10.0, 1018.0)


def test_compressed_files_and_multi_frame_ones_say_it_alike(study: CoordinatorStudy, tmp_path: Path) -> None:
    pictures = [values_in_a_frame(4095, "uint16", seed) for seed in range(2)]
    for number, values in enumerate(pictures):
        dataset = a_padded_slice(number, values, [(VALUE, US, 4095)], BitsStored=12)
        dataset.compress(RLELossless, generate_instance_uid=False)
        written(dataset, tmp_path / "in" / str(number))
    whole = a_padded_slice(
        9, np.stack(pictures), [(VALUE, US, 4095)], BitsStored=12, NumberOfFrames=2, SOPClassUID=EnhancedMRImageStorage,
        SeriesInstanceUID="1.2.3.2", ImagePositionPatient=None, ImageOrientationPatient=None, PixelSpacing=None,
    )  # fmt: skip
    whole.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    whole.PerFrameFunctionalGroupsSequence = Items([_group(float(number)) for number in range(2)])
    written(whole, tmp_path / "in" / "whole")

    import_folders(study, [tmp_path / "in"])

    found = study.subjects()[0].visits[0].series
    assert [(len(item.slices), item.padding) for item in found] == [(2, ((4095, 4095),))] * 2
    assert [(item.window_low, item.window_high) for item in found] == [(10.0, 1018.0)] * 2
    assert all(np.array_equal(load_volume(item, study.images), np.stack(pictures)) for item in found)


def test_a_value_that_nothing_at_an_edge_has_changes_nothing(study: CoordinatorStudy, tmp_path: Path) -> None:
    values = np.random.default_rng(3).permutation(1600).reshape(40, 40).astype(np.uint16)
    written(a_padded_slice(0, values, [(VALUE, US, 700)]), tmp_path / "in" / "file")

    series = the_series(study, tmp_path / "in")

    # of 1600 values, the 16th is the first to be 1 %, the 1592nd the first to be 99.5 %
    assert (series.minimum, series.maximum) == (0, 1599)
    assert (series.window_low, series.window_high) == (15.0, 1591.0)
    stored = load_volume(series, study.images)
    assert np.array_equal(blackened(stored, series), stored)


def test_a_header_that_calls_everything_padding_is_not_believed(study: CoordinatorStudy, tmp_path: Path) -> None:
    values = values_in_a_frame(3000, "uint16")
    written(a_padded_slice(0, values, [(VALUE, US, 0), (LIMIT, US, 65535)]), tmp_path / "in" / "file")

    series = the_series(study, tmp_path / "in")

    assert series.padding == ()
    assert (series.minimum, series.maximum) == (0, 3000)


def test_the_index_keeps_padding_with_the_series_and_nothing_where_there_is_none(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    written(a_padded_slice(0, values_in_a_frame(9, "uint16"), [(VALUE, US, 9)]), tmp_path / "in" / "file")
    written(
        a_slice("1.2.3.7.1", "1.2.3.7", z_mm=50.0, Rows=40, Columns=40, PixelData=bytes(3200)), tmp_path / "in" / "b"
    )

    import_folders(study, [tmp_path / "in"])

    plain = sqlite3.connect(study.path / "study.db")
    found = [row[0] and json.loads(row[0]) for row in plain.execute("SELECT padding FROM series ORDER BY padding")]
    plain.close()
    assert found == [None, [[9, 9]]]


@pytest.mark.parametrize(
    ("value", "limit", "bits", "signed", "ranges"),
    [
        (None, None, 12, False, ()),
        (None, 5, 12, False, ()),
        # 16 bits written, 12 stored: 0xF830 without the upper four
        (-2000, None, 12, False, ((2096, 2096),)),
        (65535, None, 12, True, ((-1, -1),)),
        # a range over the turn of the pattern has two parts
        (-2, 1, 12, False, ((0, 1), (4094, 4095))),
        (0, 70000, 16, False, ((0, 65535),)),
        ("many", None, 16, False, ()),
    ],
)
def test_a_range_is_read_in_the_type_of_the_stored_values(
    value: Any,  # noqa: ANN401 - whatever stands there
    limit: int | None,
    bits: int,
    signed: bool,
    ranges: tuple[tuple[int, int], ...],
) -> None:
    dataset = Dataset()
    for tag, found in ((VALUE, value), (LIMIT, limit)):
        if found is not None:
            dataset.add_new(Tag(tag), "LO" if isinstance(found, str) else "SL", found)

    assert tuple(sorted(padding_of(dataset, bits, signed=signed))) == ranges


def _round(volume: NDArray[Any], around: int) -> NDArray[Any]:
    """What lies in a circular field of view, as int32, and one value around it."""
    row, column = np.mgrid[:SIDE, :SIDE]
    field = (row - SIDE / 2) ** 2 + (column - SIDE / 2) ** 2 <= (SIDE / 2 - 4) ** 2
    return np.where(field, volume, around).astype(np.int32)


def _sample(volume: NDArray[Any], padding: tuple[int, int]) -> Sequence[int | None]:
    sampler = Sampler()
    for values in volume:
        row, column = np.mgrid[:SIDE, :SIDE]
        outside = (row - SIDE / 2) ** 2 + (column - SIDE / 2) ** 2 > (SIDE / 2 - 4) ** 2
        sampler.add(values, outside if padding else None)
    return sampler.sample().sums


def test_two_wrists_in_one_frame_of_padding_are_not_one_examination() -> None:
    first, second = (_round(np.random.default_rng(seed).integers(0, 900, (4, SIDE, SIDE)), 65535) for seed in (1, 2))

    assert likeness(_sample(first, (65535, 65535)), _sample(second, (65535, 65535))) < 0.3
    assert likeness(_sample(first, (65535, 65535)), _sample(first * 2 + 5, (65535, 65535))) > 0.999
    assert likeness([None] * 256, [None] * 256) == 0.0


@pytest.mark.parametrize("around", [-32768, 65535, 0])
@pytest.mark.parametrize("inverted", [False, True], ids=["white is high", "white is low"])
def test_the_edge_of_padding_is_no_text_and_a_name_inside_or_over_it_is(
    around: int,
    inverted: bool,
) -> None:
    wrist = a_wrist().astype(np.int32)
    named_inside = _round(drawn(wrist, (20, 30), 12, 1500), around)
    # over the padding, in the upper margin
    named_over = drawn(_round(wrist, around), (2, 4), 12, 1500)

    assert _found(_round(wrist, around), around, inverted=inverted) == 0
    assert _found(named_inside, around, inverted=inverted) > 0
    assert _found(named_over, around, inverted=inverted) > 0


def test_a_range_that_holds_the_value_of_letters_does_not_hide_them() -> None:
    volume = drawn(np.zeros((4, SIDE, SIDE), np.int32), (2, 4), 12, 1500)

    search = TextSearch(inverted=False)
    for values in volume:
        search.add(without_padding(values, [(0, 2000)], inverted=False))

    assert search.found()


def _found(volume: NDArray[Any], around: int, *, inverted: bool) -> int:
    search = TextSearch(inverted=inverted)
    for values in 1500 - volume if inverted else volume:
        ends = 1500 - around if inverted else around
        search.add(without_padding(values, [(ends, ends)], inverted=inverted))
    return len(search.found())


def _group(z_mm: float) -> Dataset:
    """What an enhanced file says of one frame."""
    group, position, orientation, measures = Dataset(), Dataset(), Dataset(), Dataset()
    position.ImagePositionPatient = [-5.0, -6.0, 2.0 * z_mm]
    orientation.ImageOrientationPatient = AXIAL
    measures.PixelSpacing = [0.4, 0.5]
    group.PlanePositionSequence = Items([position])
    group.PlaneOrientationSequence = Items([orientation])
    group.PixelMeasuresSequence = Items([measures])
    return group
