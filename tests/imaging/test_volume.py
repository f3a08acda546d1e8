from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from scoring.values import replace
from storage.records import SeriesRecord
from tests.builders.series import a_series
from workstation.imaging.errors import ImagesUnreachable
from workstation.imaging.volume import load_volume
from workstation.tasks.token import Cancelled, Token


def numbered(images: Path, dtype: str = "uint16", offset: int = 0) -> SeriesRecord:
    """Three slices of 2 x 4; the value says slice, row and column."""
    volume = np.arange(24).reshape(3, 2, 4)
    return a_series(images, "S", rows=2, columns=4, slices=3, dtype=dtype, volume=volume, offset=offset)


def test_values_stand_at_slice_row_column_in_the_order_of_the_index(tmp_path: Path) -> None:
    volume = load_volume(numbered(tmp_path), tmp_path)

    assert volume.shape == (3, 2, 4)
    assert volume.dtype == np.dtype("<u2")
    assert volume[2, 1, 3] == 23
    assert volume[1, 0, 2] == 10


def test_pixels_begin_at_the_offset_of_each_slice(tmp_path: Path) -> None:
    volume = load_volume(numbered(tmp_path, offset=1378), tmp_path)

    assert volume[0, 0].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32"])
def test_every_type_of_the_index_is_read_as_it_was_written(tmp_path: Path, dtype: str) -> None:
    extremes = np.array([np.iinfo(dtype).min, np.iinfo(dtype).max]).reshape(1, 1, 2)
    series = a_series(tmp_path, "S", rows=1, columns=2, slices=1, dtype=dtype, volume=extremes)

    assert load_volume(series, tmp_path).tolist() == extremes.tolist()


def test_a_missing_file_is_told_by_its_slice_and_never_by_its_path(tmp_path: Path) -> None:
    series = numbered(tmp_path)
    (tmp_path / series.slices[1].file).unlink()

    with pytest.raises(ImagesUnreachable, match=r"Slice 2 of 3 .* missing") as caught:
        load_volume(series, tmp_path)

    assert str(tmp_path) not in str(caught.value)
    assert series.slices[1].file not in str(caught.value)
    # an OSError that hangs on to the exception would carry the path into a log
    assert caught.value.__context__ is None


def test_halves_that_two_threads_read_are_the_same_series(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        together = load_volume(numbered(tmp_path), tmp_path, None, threads.map)

    assert together.tolist() == np.arange(24).reshape(3, 2, 4).tolist()
    assert not together.flags.writeable


def test_a_slice_that_is_missing_in_the_second_half_is_told_by_its_number(tmp_path: Path) -> None:
    series = numbered(tmp_path)
    (tmp_path / series.slices[2].file).unlink()

    with ThreadPoolExecutor(2) as threads, pytest.raises(ImagesUnreachable, match=r"Slice 3 of 3 .* missing") as caught:
        load_volume(series, tmp_path, None, threads.map)

    assert caught.value.__context__ is None


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_halves_that_two_threads_read_are_held_against_the_record_whole(tmp_path: Path, wrong: int) -> None:
    series = numbered(tmp_path)
    pixels = [np.arange(8 * index, 8 * index + 8, dtype="<u2").tobytes() for index in range(3)]
    of_record = sha256(b"S\0" + b"".join(sha256(one).digest() for one in pixels)).hexdigest()
    series = replace(series, pixels_sha256=of_record)
    file = tmp_path / series.slices[wrong].file

    with ThreadPoolExecutor(2) as threads:
        assert load_volume(series, tmp_path, None, threads.map)[2, 1, 3] == 23
        file.write_bytes(file.read_bytes()[:-1] + b"\x7f")
        with pytest.raises(ImagesUnreachable, match="aren't those that were imported"):
            load_volume(series, tmp_path, None, threads.map)


@pytest.mark.case(59)
@pytest.mark.timeout(20)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_a_pipe_in_the_place_of_an_image_is_told_and_not_waited_for(tmp_path: Path) -> None:
    series = numbered(tmp_path)
    (tmp_path / series.slices[1].file).unlink()
    os.mkfifo(tmp_path / series.slices[1].file)

    with pytest.raises(ImagesUnreachable, match=r"Slice 2 of 3 .* can't be read"):
        load_volume(series, tmp_path)


def test_a_file_one_byte_short_is_refused(tmp_path: Path) -> None:
    series = numbered(tmp_path)
    file = tmp_path / series.slices[2].file
    file.write_bytes(file.read_bytes()[:-1])

    with pytest.raises(ImagesUnreachable, match=r"Slice 3 of 3 .* too short"):
        load_volume(series, tmp_path)


@pytest.mark.parametrize("name", ["../S-0000.raw", "/etc/hostname", "C:\\images\\1.dcm", "a/../../b", "..\\b", ""])
def test_a_file_outside_the_images_folder_is_refused(tmp_path: Path, name: str) -> None:
    series = numbered(tmp_path)
    series = replace(series, slices=(replace(series.slices[0], file=name),))

    with pytest.raises(ImagesUnreachable, match="outside"):
        load_volume(series, tmp_path)


def test_a_type_that_cannot_be_shown_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ImagesUnreachable, match="float64"):
        load_volume(replace(numbered(tmp_path), dtype="float64"), tmp_path)


def test_a_cancelled_load_stops(tmp_path: Path) -> None:
    token = Token()
    token.cancel()

    with pytest.raises(Cancelled):
        load_volume(numbered(tmp_path), tmp_path, token)


def test_a_loaded_volume_cannot_be_written_to(tmp_path: Path) -> None:
    volume = load_volume(numbered(tmp_path), tmp_path)

    with pytest.raises(ValueError, match="read-only"):
        volume[0, 0, 0] = 1
