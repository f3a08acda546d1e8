"""Synthetic radiographs: every site and grade of the scheme, the same bytes for a seed, damage where it is said."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import numpy as np
import pydicom
import pytest

from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from workstation.app.phantom_and_doctor import Films, phantom
from workstation.errors import UsageRefused
from workstation.phantom.identity import CANARY
from workstation.phantom.radiographs.bones import SPACE, hand, space_of
from workstation.phantom.radiographs.films import FILMS, HAND, film
from workstation.phantom.radiographs.illness import drawn as drawn_illness
from workstation.phantom.radiographs.projection import Grid, bites, drawn
from workstation.phantom.radiographs.write import write_alone

ROWS = 220


def untold(_done: int, _total: int) -> None:
    """Progress that nobody follows."""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("films") / "out"
    write_alone(out, seed=3, subjects=1, rows=ROWS, progress=untold)
    return out


def truth(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth_radiographs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files_in(folder: Path) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(file) for file in sorted(folder.rglob("*.dcm"))]


def test_the_truth_names_each_site_of_the_scheme_once_a_visit(films: Path) -> None:
    scheme = shipped_scheme("sharp-vdh")
    wanted = {(feature.code, site.code) for feature in scheme.features for site in feature.sites}

    for visit in ("1", "2"):
        named = [(row["feature"], row["site"]) for row in truth(films) if row["visit"] == visit]
        assert len(named) == scheme.sites_per_visit == 86
        assert set(named) == wanted


def test_the_first_person_has_every_grade_of_every_feature(films: Path) -> None:
    found: dict[str, set[Decimal]] = defaultdict(set)
    for row in truth(films):
        found[row["feature"]].add(Decimal(row["grade"]))

    for feature in shipped_scheme("sharp-vdh").features:
        assert found[feature.code] == set(grades_on(feature.scale)), feature.code


def test_damage_stays_or_grows_between_the_visits(films: Path) -> None:
    by_visit = {v: {(r["feature"], r["site"]): int(r["grade"]) for r in truth(films) if r["visit"] == v} for v in "12"}
    changes = [by_visit["2"][site] - grade for site, grade in by_visit["1"].items()]

    assert min(changes) == 0
    assert sum(changes) > 0


def test_the_same_seed_gives_the_same_bytes(films: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    write_alone(again, seed=3, subjects=1, rows=ROWS, progress=untold)

    digests = [
        {file.relative_to(folder): hashlib.sha256(file.read_bytes()).digest() for file in folder.rglob("*.*")}
        for folder in (films, again)
    ]
    assert digests[0] == digests[1]


def test_each_visit_has_both_hands_and_both_feet_in_honest_headers(films: Path) -> None:
    found = defaultdict(list)
    for ds in files_in(films):
        side = ds.get("ImageLaterality") or ds.get("Laterality")
        found[ds.StudyInstanceUID].append((ds.BodyPartExamined, side, ds.ViewPosition, ds.Modality))
        assert (ds.Rows, ds.BitsAllocated) == (ROWS, 16)
        assert float(ds.ImagerPixelSpacing[0]) == pytest.approx(FILMS[ds.BodyPartExamined][0] / ROWS)
        assert int(ds.pixel_array.max()) < 1 << ds.BitsStored
        assert CANARY in str(ds.PatientName)
        assert ds.PatientID == f"{CANARY}-0001"

    films_of_a_visit = [
        ("FOOT", "L", "AP", "CR"), ("FOOT", "R", "AP", "CR"), ("HAND", "L", "PA", "DX"), ("HAND", "R", "PA", "DX"),
    ]  # fmt: skip
    assert [sorted(mine) for mine in found.values()] == [films_of_a_visit] * 2


def test_an_erosion_takes_bone_away_where_its_site_is() -> None:
    grid = Grid(0.5, 500, 400, -108.0, 195.0)
    skeleton = hand({})
    healthy = drawn(skeleton, (), grid, np.random.default_rng(1))
    ill = drawn(skeleton, bites(skeleton, {"MCP3": (3, 0)}), grid, np.random.default_rng(1))

    lost = healthy - ill
    row, column = np.unravel_index(int(lost.argmax()), lost.shape)
    at = (grid.left_mm + column * grid.pixel_mm, grid.top_mm - row * grid.pixel_mm)
    # the head of the third metacarpal is 6.6 mm wide on each side
    assert np.hypot(at[0] - skeleton.joints["MCP3"].at[0], at[1] - skeleton.joints["MCP3"].at[1]) < 12
    far = (
        np.hypot(*(axis - mid for axis, mid in zip(grid.at(grid.box((-200, 200), (-200, 200))), at, strict=True))) > 20
    )
    assert float(np.abs(lost[far]).max()) == 0


def test_a_higher_grade_takes_more_bone() -> None:
    grid, skeleton = Grid(0.5, 500, 400, -108.0, 195.0), hand({})
    healthy = drawn(skeleton, (), grid, np.random.default_rng(1))

    lost = [
        float((healthy - drawn(skeleton, bites(skeleton, {"MCP3": (grade, 0)}), grid, np.random.default_rng(1))).sum())
        for grade in range(6)
    ]

    assert lost[0] == 0
    assert sorted(lost[:4]) == lost[:4]
    assert lost[4] > lost[2]
    assert lost[5] > lost[4]


def test_a_narrowed_joint_brings_the_finger_nearer_by_what_is_lost() -> None:
    whole, narrow = hand({}), hand({"MCP2": 0.5 * SPACE["MCP"]})

    moved = np.subtract(whole.bones["PP2"].base, narrow.bones["PP2"].base)

    assert float(np.hypot(*moved)) == pytest.approx(0.5 * space_of("MCP2"))
    assert whole.bones["MC2"] == narrow.bones["MC2"]
    assert whole.bones["PP3"] == narrow.bones["PP3"]


def test_the_left_hand_is_the_right_one_mirrored() -> None:
    """Seen from the back a right thumb is at the left, a left thumb at the right."""
    illness = drawn_illness(np.random.default_rng(1), every_grade=False)[0]
    for side, thumb_left in (("R", True), ("L", False)):
        picture = film((HAND, side), illness, 1.0, ROWS, np.random.default_rng(4))
        values = picture.values.astype(float)
        bone = values.max() - values if picture.kind.inverted else values
        # beside the metacarpals there is the thumb on one side, and air on the other
        level = bone[int(0.50 * ROWS) : int(0.62 * ROWS)]
        tissue = level > np.percentile(bone, 5) + 0.15 * np.ptp(bone)
        columns = np.flatnonzero(tissue.any(axis=0))
        middle = np.flatnonzero((bone[int(0.9 * ROWS) :] > np.percentile(bone, 60)).any(axis=0)).mean()
        assert bool(middle - columns[0] > columns[-1] - middle) is thumb_left, side


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageRefused, match="200 to 5000"):
        write_alone(tmp_path / "a", seed=1, subjects=1, rows=100, progress=untold)
    with pytest.raises(UsageRefused, match="of wrists"):
        phantom(
            tmp_path / "b",
            size=64,
            seed=1,
            subjects=1,
            progress=lambda *_: None,
            labels=True,
            films=Films(ROWS, alone=True),
        )
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()
