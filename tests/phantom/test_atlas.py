"""The atlas that comes with the program: a picture of every grade at every site, and it says what was counted."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from scoring.schemes.load import shipped_scheme
from workstation.cli import main
from workstation.phantom.acquiring import points
from workstation.phantom.atlas import plate_pictures
from workstation.phantom.atlas.greys import STEP, png
from workstation.phantom.atlas.lesion import rings
from workstation.phantom.atlas.plates import SERIES_OF, TARGETS, Plate
from workstation.phantom.counting import count, together
from workstation.phantom.people import planned
from workstation.phantom.study import SAMPLE_SEED
from workstation.phantom.surveying import survey
from workstation.reading.atlas import Picture, shipped_atlas

FOLDER = Path(__file__).parents[2] / "scoring" / "schemes" / "shipped" / "ramris-wrist" / "atlas"
MOST_BYTES = 10_000_000
# one of each feature, none of them at a band's edge
DRAWN_ANEW = (("SYN", "RC", 2), ("TEN", "E4", 2), ("OST", "RAD", 2), ("ERO", "SCA", 3))


@cache
def pictures() -> dict[tuple[str, str, Decimal], Picture]:
    return {(one.feature, one.site, one.grade): one for one in shipped_atlas(shipped_scheme("ramris-wrist")).pictures}


def amount(caption: str) -> float:
    """What a caption says: a share in percent, or millimetres; 0 where nothing is ill."""
    found = re.search(r": ([\d.]+) (?:%|mm)", caption)
    return float(found[1]) if found else 0.0


def deserved(feature: str, said: float) -> int:
    """The grade by the published limits: tenths, thirds, 2 and 5 mm."""
    if said == 0:
        return 0
    if feature == "TEN":
        return 1 + (said >= 2) + (said >= 5)
    return next(grade for grade in range(1, 11) if said <= {"ERO": 10 * grade}.get(feature, 100 * grade / 3))


def test_every_feature_site_and_grade_has_a_picture_and_its_words_deserve_the_grade() -> None:
    scheme = shipped_scheme("ramris-wrist")
    wanted = {
        (feature.code, site.code, grade.grade)
        for feature in scheme.features
        for site in feature.sites
        for grade in feature.scale.grades
    }

    assert set(pictures()) == wanted
    assert len(wanted) == 277
    for (feature, site, grade), picture in pictures().items():
        assert picture.caption.startswith("Synthetic: "), picture.file.name
        assert deserved(feature, amount(picture.caption)) == grade, (picture.file.name, picture.caption)
        assert bool(picture.outline) is (grade > 0), (site, grade)


def test_all_of_it_is_small_and_each_file_says_alone_what_it_is() -> None:
    files = sorted(FOLDER.iterdir())

    assert sum(file.stat().st_size for file in files) <= MOST_BYTES
    assert {file.suffix for file in files} == {".png", ".toml"}
    for picture in pictures().values():
        with Image.open(picture.file) as image:
            assert image.mode == "L"
            assert image.size[0] == image.size[1]
            assert image.text["Description"] == picture.caption  # type: ignore[attr-defined] # of PNG alone
            assert image.text["Copyright"] == "MIT licence"  # type: ignore[attr-defined] # as above
        for ring in picture.outline:
            assert all(-1 <= value <= image.size[0] for corner in ring for value in corner), picture.file.name


@pytest.mark.parametrize(("feature", "site", "grade"), DRAWN_ANEW)
def test_what_is_said_is_what_is_counted_in_the_voxels_of_the_whole_wrist(feature: str, site: str, grade: int) -> None:
    plate = Plate(feature, site, grade, TARGETS[feature][grade])
    hand = plate_pictures._ill(plate)
    layout = plate_pictures.person().layouts[SERIES_OF[feature][1]]
    pixel = layout.acquired_mm * layout.acquired / 192 / hand.skeleton.size
    sheets = [survey(hand, points(hand, layout, index / 2, 192), pixel) for index in range(2 * layout.slices)]
    counted = together([count(hand, one.at, one.distances) for one in sheets if one is not None])[feature, site]
    said = amount(pictures()[feature, site, Decimal(grade)].caption)

    # voxels of half a millimetre, slices of 1.1 to 1.7: some hundredths of a bone, half a millimetre of a sheath
    assert counted * (1 if feature == "TEN" else 100) == pytest.approx(said, abs=0.6 if feature == "TEN" else 4)
    # and nothing else is ill
    totals = plate.illness().totals()
    assert totals == {**dict.fromkeys(("SYN", "TEN", "OST", "ERO"), 0), feature: grade}


@pytest.mark.parametrize(("feature", "site", "grade"), DRAWN_ANEW)
def test_drawn_anew_it_is_the_picture_that_is_shipped(feature: str, site: str, grade: int) -> None:
    plate = Plate(feature, site, grade, TARGETS[feature][grade])
    drawn = plate_pictures.draw(plate)
    kept = pictures()[feature, site, Decimal(grade)]
    with Image.open(kept.file) as image:
        shipped = np.asarray(image, np.int16)

    # a grey apart where another processor rounds otherwise
    assert np.abs(np.rint(drawn.grey / STEP) * STEP - shipped).max() <= 2 * STEP
    assert [len(ring) for ring in drawn.rings] == [len(ring) for ring in kept.outline]
    # the lesion is in it, and stands out of what the same place looks like when it is well
    well = plate_pictures.draw(Plate(feature, site, 0, 0.0)).grey.astype(float)
    columns, rows = (np.clip(np.rint(np.mean([at[k] for at in drawn.rings[0]])), 0, len(well) - 1) for k in (0, 1))
    around = np.s_[int(rows) - 4 : int(rows) + 5, int(columns) - 4 : int(columns) + 5]
    change = drawn.grey[around].astype(float).mean() - well[around].mean()
    assert abs(change) > 15
    assert bool(change < 0) is (feature == "ERO")


def test_an_outline_encloses_what_is_ill_and_leaves_out_holes_and_specks() -> None:
    rows, columns = np.mgrid[0:80, 0:80].astype(np.float32)
    ring = np.maximum(np.hypot(rows - 40, columns - 30) - 20, 8 - np.hypot(rows - 40, columns - 30))
    speck = np.hypot(rows - 5, columns - 70) - 0.6

    (found,) = rings(np.minimum(ring, speck))

    x, y = np.array(found).T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    assert area == pytest.approx(np.pi * 20**2, rel=0.02)
    assert (x.mean(), y.mean()) == pytest.approx((30, 40), abs=0.5)


def test_a_picture_is_read_back_as_it_was_to_a_fourth_grey(tmp_path: Path) -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    (tmp_path / "a.png").write_bytes(png(grey, {"Title": "synthetic"}))

    with Image.open(tmp_path / "a.png") as image:
        assert np.abs(np.asarray(image, np.int16) - grey).max() <= STEP / 2
        assert image.text == {"Title": "synthetic"}  # type: ignore[attr-defined] # of PNG alone


def test_it_is_nobody_of_the_sample() -> None:
    assert plate_pictures.SEED != SAMPLE_SEED
    assert planned(plate_pictures.SEED, plate_pictures.NUMBER) != planned(SAMPLE_SEED, 1)


def test_the_command_refuses_what_an_atlas_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phantom", str(tmp_path / "a"), "--atlas", "--seed", "3"]) == 2
    assert "--seed doesn't go with --atlas, which is always the same" in capsys.readouterr().err
    (tmp_path / "kept.txt").write_text("x")
    assert main(["phantom", str(tmp_path), "--atlas"]) == 2
    assert "holds something already" in capsys.readouterr().err
