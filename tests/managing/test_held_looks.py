"""Looks at a series that waits: text shows in at least one of four, wherever and on how many slices it stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import Choice, HeldSeries
from tests.builders.burned_text import a_picture_series, a_wrist, drawn
from workstation.intake.importing.importer import import_folders
from workstation.managing.held_looks import NAMES, HeldLooks, held_lines, last_lot, looks_at
from workstation.managing.looking import look

SHARPEST = NAMES.index("sharpest slice")


def _looks(study: CoordinatorStudy) -> tuple[HeldLooks, HeldSeries]:
    (held,) = study.vault.choices.held()
    looks = looks_at(study, held.series, held.regions)
    assert looks is not None
    return looks, held


def _imported(folder: Path, value: float, slices: slice) -> CoordinatorStudy:
    volume = a_wrist(slices=8)
    volume[slices] = drawn(volume[slices], (64, 30), 14, value, "DOE JANE")
    a_picture_series(folder / "in", volume, "1.2.3.5")
    study = CoordinatorStudy.create(folder / "trial")
    import_folders(study, [folder / "in"])
    return study


@pytest.mark.parametrize(("name", "value"), [("brightest", 2500), ("darkest", 0)])
def test_text_on_every_slice_is_in_the_average_and_in_the_look_of_its_brightness(
    name: str, value: int, tmp_path: Path
) -> None:
    with _imported(tmp_path, value, slice(None)) as study:
        looks, held = _looks(study)

    row, column, rows, columns = looks.part
    assert all(
        row <= top and column <= left and top + height <= row + rows and left + width <= column + columns
        for top, left, height, width in held.regions
    )
    text = drawn(np.zeros((1, 128, 128)), (64, 30), 14, 1, "DOE JANE")[0] == 1
    inside = text[row : row + rows, column : column + columns]
    for look_name in (name, "average"):
        picture = looks.near[NAMES.index(look_name)]
        difference = float(picture[inside].mean()) - float(np.median(picture[~inside]))
        assert abs(difference) > 80, look_name


def test_text_on_one_slice_is_on_the_sharpest_one(tmp_path: Path) -> None:
    with _imported(tmp_path, 2500, slice(3, 4)) as study:
        looks, _ = _looks(study)

    row, column, rows, columns = looks.part
    text = drawn(np.zeros((1, 128, 128)), (64, 30), 14, 1, "DOE JANE")[0] == 1
    assert looks.near[SHARPEST][text[row : row + rows, column : column + columns]].min() > 200


def test_without_its_scans_there_are_no_looks(tmp_path: Path) -> None:
    with _imported(tmp_path, 2500, slice(None)) as study:
        (held,) = study.vault.choices.held()
        for file in (tmp_path / "in").iterdir():
            file.unlink()

        assert looks_at(study, held.series, held.regions) is None


def test_every_series_that_waits_is_a_line(tmp_path: Path) -> None:
    with _imported(tmp_path, 2500, slice(None)) as study:
        (held,) = study.vault.choices.held()

        assert [(line.subject, line.visit, line.series.code, line.fixed) for line in held_lines(look(study))] == [
            ("S001", 1, held.series, False)
        ]
    assert held_lines(None) == ()


def _row(series: str, answer: str, why: str = "no name") -> Choice:
    return Choice(f"text:{series}", answer, {}, "J. Smit", why)


def test_the_last_lot_is_what_was_answered_together() -> None:
    first, second = _row("AAAA2222", "release", "phantom"), _row("BBBB2222", "release")
    kind = Choice("kind:BBBB2222", "T1", {}, "J. Smit", "text")

    assert last_lot([first, second, kind, _row("CCCC2222", "release")]) == ("BBBB2222", "CCCC2222")
    assert last_lot([first, second, _row("CCCC2222", "refuse")]) == ("CCCC2222",)
    assert last_lot([]) == ()
