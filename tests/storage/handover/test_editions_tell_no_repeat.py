"""Nothing in a reader's copy tells which of its cases are one and the same."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.readings import rounds
from storage.index.renaming import NewNames, renamed
from storage.study.coordinator import CoordinatorStudy
from tests.builders.editions import Trial, a_trial, handed, rows
from tests.builders.studies import a_study, with_files


@pytest.mark.case(109)
def test_no_name_round_or_number_in_any_table_of_a_copy_links_a_repeat_to_its_first(tmp_path: Path) -> None:
    folder, cases = a_trial(tmp_path / "trial", subjects=24, every=4)
    again = [item for item in cases["ES"] if item.round == rounds.DRIFT]
    assert len(again) >= 4

    copy = handed(folder, "es")

    # every row of a case in any table: of the values that no other case has, none is shared by two cases of a subject
    tables_ = [row[0] for row in rows(copy, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert {"reading_case", "series", "image", "event", "act"} <= set(tables_)
    series_of = {str(code): str(case) for code, case in rows(copy, "SELECT code, subject FROM series")}
    codes = {item.case for item in cases["ES"]}
    owned: dict[object, set[str]] = {}
    for table in ("subject", "visit", "series", "image", "reading_case", "case_progress"):
        for row in rows(copy, f"SELECT * FROM {table}"):  # noqa: S608 - names of our tables
            named = {str(value) for value in row if value in codes}
            owners = named or {series_of[str(value)] for value in row if str(value) in series_of}
            for value in row:
                if isinstance(value, str) and len(value) > 4:
                    owned.setdefault(value, set()).update(owners)
    pairs = [{item.case, next(o.case for o in cases["ES"] if o.subject == item.subject)} for item in again]
    shared = {value for value, owners in owned.items() if len(owners) == 2 and owners in pairs}
    assert shared == set()
    # and what stands in all rows alike says nothing either
    assert rows(copy, "SELECT DISTINCT round, mix, due_at_utc FROM reading_case") == [(1, None, None)]
    ((design,),) = rows(copy, "SELECT content FROM design ORDER BY id DESC LIMIT 1")
    held = json.loads(str(design))
    assert (held["repeat_every"], held["reread_n"], held["readers"]) == (None, None, ["ES"])
    assert {seed["seed"] for seed in held["seeds"]}.isdisjoint({5, 6})


def test_rows_and_files_of_a_copy_are_made_in_the_order_of_codes_which_were_drawn(trial: Trial) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    codes = sorted(item.case for item in cases["ES"])

    assert [row[0] for row in rows(copy, "SELECT code FROM subject ORDER BY rowid")] == codes
    by_series = "SELECT subject FROM series GROUP BY subject ORDER BY MIN(rowid)"
    by_image = "SELECT subject FROM image JOIN series ON code = series GROUP BY subject ORDER BY MIN(image.rowid)"
    assert [row[0] for row in rows(copy, by_series)] == [row[0] for row in rows(copy, by_image)] == codes
    files = _first_file(copy)
    times = {(file.stat().st_mtime, file.parent.stat().st_mtime, file.stat().st_size) for file in files.values()}
    assert times == {(315_532_800, 315_532_800, 64)}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Copies of one study for a few seeds; a copy costs a second."""
    root = tmp_path_factory.mktemp("many")
    made = []
    base = a_study(root / "base", *(f"S{number:03}" for number in range(1, 41)))
    for seed in range(3):
        folder = root / f"trial-{seed}"
        shutil.copytree(base, folder)
        with CoordinatorStudy.open(folder) as study:
            study.set_design("repeat_every", "4")
            study.assign("ES", seed=seed)
        made.append(handed(with_files(folder), f"copy-{seed}"))
    return made


def _first_file(copy: Path) -> dict[str, Path]:
    query = "SELECT subject, MIN(file) FROM image JOIN series ON series.code = image.series GROUP BY subject"
    return {str(case): copy / "images" / str(file) for case, file in rows(copy, query)}


def _by(query: str) -> Callable[[Path], dict[str, float]]:
    def ranked(copy: Path) -> dict[str, float]:
        return {str(case): float(place) for place, (case,) in enumerate(rows(copy, query))}

    return ranked


def _of_files(what: Callable[[Path], float]) -> Callable[[Path], dict[str, float]]:
    return lambda copy: {case: what(file) for case, file in _first_file(copy).items()}


CHANNELS: dict[str, Callable[[Path], dict[str, float]]] = {
    "rows of subjects": _by("SELECT code FROM subject ORDER BY rowid"),
    "rows of series": _by("SELECT subject FROM series GROUP BY subject ORDER BY MIN(rowid)"),
    "rows of images": _by(
        "SELECT subject FROM image JOIN series ON code = series GROUP BY 1 ORDER BY MIN(image.rowid)"
    ),
    "rows of acts": _by("SELECT json_extract(detail, '$.subject') FROM act WHERE kind = 'indexed' ORDER BY seq"),
    "size": _of_files(lambda file: file.stat().st_size),
    "time of change": _of_files(lambda file: file.stat().st_mtime),
    "time of the folder": _of_files(lambda file: file.parent.stat().st_mtime),
}


# what the program gives to all cases alike
ALIKE = {"size", "time of change", "time of the folder"}
# rows stand in the order of codes
BY_CODE = {"rows of subjects", "rows of series", "rows of images", "rows of acts"}


@pytest.mark.case(109)
@pytest.mark.parametrize("channel", sorted(ALIKE | BY_CODE))
def test_what_stands_beside_the_names_is_alike_for_all_cases_or_in_the_order_of_their_codes(
    channel: str, many: list[Path]
) -> None:
    """The names themselves, and so the order of codes, are drawn: `test_clues_over_many_draws.py` tries a thousand."""
    for copy in many:
        value = CHANNELS[channel](copy)
        assert len(value) > 40
        if channel in ALIKE:
            assert len(set(value.values())) == 1
        else:
            assert sorted(value, key=lambda case: value[case]) == sorted(value)


def test_over_a_thousand_copies_no_name_tells_a_repeat() -> None:
    wins: dict[str, list[float]] = {"series": [], "frame": [], "uid": []}
    for number in range(1000):
        first, again = (NewNames(number.to_bytes(32, "big"), case) for case in ("MMXQD", "QMDR6"))
        wins["series"].append(first.series("AAAAAAAA") < again.series("AAAAAAAA"))
        wins["frame"].append(first.frame("F") < again.frame("F"))
        wins["uid"].append(first.uid("2.25.1") < again.uid("2.25.1"))

    # 500 of 1,000 expected; 0.05 is 3.2 standard deviations
    assert all(abs(mean(found) - 0.5) < 0.05 for found in wins.values())


def test_names_are_of_one_length_and_an_unknown_frame_stays_unknown() -> None:
    names = [NewNames(bytes([number]) * 32, "MMXQD") for number in range(50)]

    assert {len(item.uid("2.25.7")) for item in names} == {44}
    assert {len(item.series("A")) for item in names} == {8}
    assert names[0].frame("") == ""
    assert len({item.uid("2.25.7") for item in names}) == 50


@given(st.text(alphabet='AB"\\,:{}[]0.1e-', max_size=30))
def test_renaming_changes_whole_strings_alone_and_comes_back(text: str) -> None:
    there = {"A": "XX", "AB": "YYY"}
    back = {new: old for old, new in there.items()}

    assert renamed(renamed(text, there), back) == text
