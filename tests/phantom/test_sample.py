"""The pair in sample_dicom/ is what the program writes now."""

import csv
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless

from workstation.phantom.people import pair
from workstation.phantom.realism.difficulty import EFFECTS
from workstation.phantom.rendering import Job, render
from workstation.phantom.study import SAMPLE_DIFFICULTY, SAMPLE_SEED, SAMPLE_SIZE

SAMPLE = Path(__file__).parents[2] / "sample_dicom"
DECODERS = {
    JPEGLSLossless: imagecodecs.jpegls_decode,
    JPEGLosslessSV1: imagecodecs.jpeg8_decode,
    JPEG2000Lossless: imagecodecs.jpeg2k_decode,
}
# computed from the pixels, so they follow the last digit of a processor's sine
FOLLOW_PIXELS = {"PixelData", "WindowCenter", "WindowWidth"}


def pixels(ds: Dataset) -> NDArray[np.int32]:
    decode = DECODERS.get(ds.file_meta.TransferSyntaxUID)
    found = ds.pixel_array if decode is None else decode(get_frame(ds.PixelData, 0, number_of_frames=1))
    return np.asarray(found, np.int32)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The follow-up alone, which is half of the work: it depends on nothing that the baseline draws."""
    out = tmp_path_factory.mktemp("sample") / "sample_dicom"
    render(Job(out, SAMPLE_SEED, 1, 2, SAMPLE_SIZE, effects=EFFECTS[SAMPLE_DIFFICULTY]))
    return out


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.dcm"))


def test_the_sample_has_the_files_that_the_program_writes_now(written: Path) -> None:
    assert [name for name in names(SAMPLE) if "scan NEW (2)" in name] == names(written)
    assert len(names(SAMPLE)) == 2 * len(names(written))


def test_the_sample_shows_what_the_program_writes_now(written: Path) -> None:
    # Bytes are equal under the same libraries and processor; under others a sine may differ in its last digit and a
    # coder may choose other bytes, so what counts is the decoded picture: hardly a pixel differs by more than one step.
    for name in names(written):
        if (SAMPLE / name).read_bytes() == (written / name).read_bytes():
            continue
        kept, now = dcmread(SAMPLE / name), dcmread(written / name)
        assert (np.abs(pixels(kept) - pixels(now)) > 1).mean() < 0.001, name
        for keyword in FOLLOW_PIXELS:
            delattr(kept, keyword)
            delattr(now, keyword)
        assert kept == now, name


def test_the_sample_s_truth_is_that_of_the_model_now() -> None:
    with (SAMPLE / "truth.csv").open(newline="", encoding="utf-8") as file:
        kept = {(int(r["visit"]), r["feature"], r["site"]): float(r["quantity"]) for r in csv.DictReader(file)}
    scans = pair(SAMPLE_SEED, 1, SAMPLE_SIZE, effects=EFFECTS[SAMPLE_DIFFICULTY]).scans

    now = {
        (visit, *key): quantity
        for visit, scan in enumerate(scans, start=1)
        for key, quantity in scan.hand.lesions.quantities().items()
    }

    assert kept.keys() == now.keys()
    assert kept == pytest.approx(now, abs=0.01)


def test_the_sample_is_at_most_fifteen_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) <= 15_000_000


def test_the_sample_says_how_it_was_made_and_what_still_gives_it_away() -> None:
    kept = (SAMPLE / "README.md").read_text("utf-8")

    made = f"--seed {SAMPLE_SEED} --size {SAMPLE_SIZE} --subjects 1 --difficulty {SAMPLE_DIFFICULTY.value}`"
    assert f"`ramris phantom OUT {made}" in kept
    assert "What still tells them from real wrists" in kept
    # an artefact or two, and joints that bend: a reader's first case isn't cleaner than life
    assert "ghosts" in kept
    assert "joints bend" in kept
