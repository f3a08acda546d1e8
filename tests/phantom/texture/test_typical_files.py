"""Typical pairs on disk: the same bytes for a seed, what is said of them, and what the import makes of them."""

import csv
import hashlib
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread

from storage.study.coordinator import CoordinatorStudy
from workstation.cli import main
from workstation.errors import UsageRefused
from workstation.intake.importing.importer import import_folders
from workstation.phantom.counting import seen_of
from workstation.phantom.people import pair
from workstation.phantom.protocol import PLANES
from workstation.phantom.realism.difficulty import EFFECT_NAMES, Difficulty
from workstation.phantom.rendering import Job, drawn_slices
from workstation.phantom.study import Extras, write_study

TYPICAL = Extras(difficulty=Difficulty.TYPICAL)


@pytest.fixture(scope="module")
def typical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("typical") / "pair"
    write_study(out, seed=5, size=48, extras=TYPICAL)
    return out


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(typical: Path, tmp_path: Path) -> None:
    write_study(tmp_path / "again", seed=5, size=48, extras=TYPICAL)

    assert digests(tmp_path / "again") == digests(typical)


def test_the_grades_are_those_of_the_easy_pictures(typical: Path, small: Path) -> None:
    rows = []
    for folder in (typical, small):
        with (folder / "truth.csv").open(newline="", encoding="utf-8") as file:
            rows.append([(r["visit"], r["feature"], r["site"], r["grade"]) for r in csv.DictReader(file)])

    assert rows[0] == rows[1]
    name = "truth_transform.json"
    assert (typical / name).read_bytes() == (small / name).read_bytes()


def visible(folder: Path) -> list[dict[str, str]]:
    with (folder / "truth_visible.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_what_is_visible_stands_beside_the_truth_and_is_never_more(typical: Path, small: Path) -> None:
    with (typical / "truth.csv").open(newline="", encoding="utf-8") as file:
        true = [(r["visit"], r["feature"], r["site"], r["quantity"], r["grade"]) for r in csv.DictReader(file)]
    rows = visible(typical)

    assert [(r["visit"], r["feature"], r["site"], r["quantity"], r["grade"]) for r in rows] == true
    for row in rows:
        assert 0 <= float(row["visible"]) <= float(row["quantity"]) + 1e-4
        assert int(row["visible_grade"]) <= int(row["grade"])
    assert not (small / "truth_visible.csv").exists()


def test_what_is_visible_of_a_site_is_its_share_of_all_sheets_and_of_a_sheath_the_greatest_width() -> None:
    ost, ten = ("OST", "CAP"), ("TEN", "E4")
    sheets = [{ost: (30.0, 50.0), ten: (1.5, 2.0)}, {ost: (10.0, 50.0), ten: (1.0, 4.0)}, {}]

    # 40 of 100 voxels of a third of the bone; 1.5 of 4 mm of a sheath that is 3.8 mm wide in the model
    assert seen_of(sheets, {ost: 0.33, ten: 3.8}) == pytest.approx({ost: 0.4 * 0.33, ten: 1.5 / 4 * 3.8})


def test_with_all_effects_left_out_the_pictures_are_the_easy_ones(small: Path, tmp_path: Path) -> None:
    write_study(tmp_path / "plain", seed=5, size=48, extras=Extras(difficulty=Difficulty.TYPICAL, without=EFFECT_NAMES))

    plain, easy = digests(tmp_path / "plain"), digests(small)
    assert plain.pop("README.md") != easy.pop("README.md")
    assert plain == easy


@pytest.mark.parametrize("effect", EFFECT_NAMES)
def test_each_effect_can_be_left_out_alone(effect: str) -> None:
    effects = Extras(difficulty=Difficulty.TYPICAL, without=(effect,)).effects()
    scan = pair(5, 1, 32, coarse=True, effects=effects).scans[0]

    # one slice of each plane: four coronal series, three axial ones
    job = Job(Path(), 5, 1, 1, 32, coarse=True, effects=effects)
    drawn = [values for plane in PLANES for _, _, values in drawn_slices(job, scan, plane, [3])]
    assert [values.shape for values in drawn] == [(32, 32)] * 7
    assert effects.off() == (effect,)


def test_an_effect_left_out_of_easy_pictures_is_said_to_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["phantom", str(tmp_path / "out"), "--size", "32", "--without", "noise"]) == 0

    assert "--without noise changes nothing: easy pictures have no effects" in capsys.readouterr().out


def test_an_effect_that_there_is_not_is_refused_by_the_names_of_all(tmp_path: Path) -> None:
    with pytest.raises(UsageRefused, match="without fog: there are bones, marrow, cortex, lesions"):
        write_study(tmp_path / "out", extras=Extras(difficulty=Difficulty.HARD, without=("fog",)))

    assert not (tmp_path / "out").exists()


def test_the_command_s_option_says_on_the_page_how_it_was_made_and_what_gives_it_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    without = ["--without", "ghosts", "--without", "motion"]

    status = main(["phantom", str(out), "--size", "32", "--difficulty", "hard", *without])

    text = (out / "README.md").read_text("utf-8")
    assert status == 0
    assert "--subjects 1 --difficulty hard --without ghosts --without motion`" in text
    assert "What still tells them from real wrists" in text


def test_a_cohort_takes_no_difficulty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["phantom", str(tmp_path / "out"), "--cohort", "paper", "--difficulty", "hard"])

    assert status == 2
    assert "--difficulty doesn't go with --cohort" in capsys.readouterr().err


def test_fat_is_shifted_along_the_frequency_axis_that_the_header_names(typical: Path) -> None:
    found = {}
    for path in typical.rglob("*.dcm"):
        ds = dcmread(path, stop_before_pixels=True)
        found[str(ds.SeriesDescription)] = ds
    # acquired matrix: frequency rows, frequency columns, phase rows, phase columns (PS3.3 C.8.3.1)
    for name, ds in found.items():
        across = ds.InPlanePhaseEncodingDirection == "COL"
        assert across == ("AX" in name), name
        rows, columns, phase_rows, phase_columns = ds.AcquisitionMatrix
        assert (columns, rows, phase_columns) == (48, 0, 0) if across else (rows, columns, phase_rows) == (48, 0, 0)
        # 440 Hz lie between fat and water at 3 T: one to two points, fewer where fat is suppressed
        points = 440 / float(ds.PixelBandwidth)
        assert 0.95 <= points <= (1.4 if "SP" in name else 2.0), name


def test_the_import_finds_the_same_series_as_in_easy_pictures_and_has_nothing_to_ask(
    typical: Path, small: Path, tmp_path: Path
) -> None:
    found: list[tuple[list[Any], list[Any]]] = []
    for folder in (typical, small):
        with CoordinatorStudy.create(tmp_path / folder.parent.name) as study:
            report: dict[str, Any] = import_folders(study, [folder]).as_json()
        series = [s for subject in report["subjects"] for visit in subject["visits"] for s in visit["series"]]
        found.append((sorted((s["kind"], s["plane"], s["slices"]) for s in series), report["findings"]))

    assert found[0] == found[1]
    assert found[0][1] == []
