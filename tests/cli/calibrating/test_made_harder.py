"""`ramris calibrate --make N --difficulty typical`: what can't be seen isn't asked of a reader who learns."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from scoring.readings.answers import format_answer
from storage.audit.verified_readings import study_readings
from workstation.app.calibrating import making
from workstation.cli import main
from workstation.phantom import study
from workstation.phantom.realism.difficulty import Difficulty


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, str]]]:
    """Two small pairs, drawn easily, which is much faster; one lesion is as if it had drowned. What is seen of them."""
    folder = tmp_path_factory.mktemp("typical") / "learning"
    rows: list[dict[str, str]] = []

    def drawn(out: Path, *, extras: study.Extras, **asked: Any) -> None:  # noqa: ANN401 - as it is asked
        assert extras.difficulty is Difficulty.TYPICAL
        write_study(out, **asked)
        with (out / "truth.csv").open(encoding="utf-8", newline="") as file:
            rows.extend({**row, "visible_grade": row["grade"]} for row in csv.DictReader(file))
        next(row for row in rows if row["grade"] != "0")["visible_grade"] = "0"
        with (out / "truth_visible.csv").open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(rows[0]))
            table.writeheader()
            table.writerows(rows)

    write_study = study.write_study
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "SIZE", 64)
        patch.setattr(study, "write_study", drawn)
        assert main(["calibrate", str(folder), "--make", "2", "--seed", "3", "--difficulty", "typical"]) == 0
    return folder, rows


def test_the_reference_has_the_grades_of_what_stands_out_of_the_noise(made: tuple[Path, list[dict[str, str]]]) -> None:
    learning, rows = made
    seen = sorted((row["visit"], row["feature"], row["site"], row["visible_grade"]) for row in rows)
    all_of_it = sorted((row["visit"], row["feature"], row["site"], row["grade"]) for row in rows)

    given = sorted(
        (str(key.visit), str(key.feature), str(key.site), format_answer(answer))
        for reading in study_readings(learning).readings
        for key, answer in reading.reading.answers.items()
    )

    assert given == seen
    assert given != all_of_it


def test_the_record_says_what_the_reference_is(
    made: tuple[Path, list[dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    learning, _ = made

    assert main(["study", "design", str(learning)]) == 0

    assert "what of the lesions drawn stands out of the noise" in capsys.readouterr().out
    assert main(["audit", str(learning)]) == 0


@pytest.mark.parametrize("option", ["--seed=2", "--difficulty=hard"])
def test_what_goes_with_making_is_refused_without_it(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", str(tmp_path), option, "--reader", "R1"]) == 2

    assert capsys.readouterr().err == f"ramris: {option.partition('=')[0]} goes with --make\n"
