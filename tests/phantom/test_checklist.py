"""The findings that a reader of wrists would look for, looked for."""

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless

from tests.phantom.checklist import BRIGHT, DARK, GREY, PAGE, RAISED, findings, page, voxel
from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS
from workstation.phantom.study import SAMPLE_DIFFICULTY, SAMPLE_SEED, SAMPLE_SIZE

BASELINE = Path(__file__).parents[2] / "sample_dicom" / "VEXHOLLOW_0001" / "VEXHOLLOW scan old"
DECODERS = {
    JPEGLSLossless: imagecodecs.jpegls_decode,
    JPEGLosslessSV1: imagecodecs.jpeg8_decode,
    JPEG2000Lossless: imagecodecs.jpeg2k_decode,
}
# as the page says it, in shares of the level that the brightest hundredth exceeds
LOOKS = {DARK: (0.0, 0.34), GREY: (0.08, 0.6), RAISED: (0.25, 0.75), BRIGHT: (0.4, 9.9)}


def pixels(ds: Dataset) -> NDArray[np.float64]:
    decode = DECODERS.get(ds.file_meta.TransferSyntaxUID)
    found = ds.pixel_array if decode is None else decode(get_frame(ds.PixelData, 0, number_of_frames=1))
    return np.asarray(found, float)


def along(ds: Dataset) -> float:
    right, down = np.split(np.array(ds.ImageOrientationPatient, float), 2)
    return float(np.array(ds.ImagePositionPatient, float) @ np.cross(right, down))


@pytest.fixture(scope="module")
def volumes() -> dict[int, NDArray[np.float64]]:
    """Stored values of the sample's baseline by series number: slice, row, column."""
    read = sorted((dcmread(path) for path in BASELINE.glob("*.dcm")), key=along)
    numbers = {int(ds.SeriesNumber) for ds in read}
    return {n: np.stack([pixels(ds) for ds in read if int(ds.SeriesNumber) == n]) for n in numbers}


def test_every_finding_of_the_checklist_is_seen_in_the_sample(volumes: dict[int, NDArray[np.float64]]) -> None:
    scan = pair(SAMPLE_SEED, 1, SAMPLE_SIZE, effects=EFFECTS[SAMPLE_DIFFICULTY]).scans[0]
    found = list(findings(scan))

    unseen = []
    for finding in found:
        volume = volumes[finding.series]
        index, row, column = voxel(scan, finding)
        # the mean of three by three pixels, to see past the noise
        assert 0 < row < SAMPLE_SIZE - 1, finding
        assert 0 < column < SAMPLE_SIZE - 1, finding
        seen = float(volume[index, row - 1 : row + 2, column - 1 : column + 2].mean() / np.percentile(volume, 99))
        low, high = LOOKS[finding.looks]
        if not low <= seen < high:
            unseen.append((finding.text, finding.series, (index + 1, row, column), finding.looks, round(seen, 2)))
    assert len(found) >= 40
    assert not unseen, "\n".join(map(str, unseen))


def test_the_page_says_where_the_findings_are_now() -> None:
    assert PAGE.read_text("utf-8") == page()
