"""Clues to a repeat over a thousand draws: what can be sorted in a copy tells it from a first reading as a coin does.

The draws are the program's own, by its own functions; only database and disk are left out, whose rows and files stand
in the order of codes (`test_editions_tell_no_repeat.py` holds real copies to that).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

import pytest

from scoring.design.draws import case_codes, draw_worklist
from scoring.design.drift_draws import Check, with_repeats
from scoring.design.secret_seed import SecretSeed
from scoring.values import replace
from storage.handover import copied_images
from storage.handover.edition_file import Case
from storage.index.renaming import NewNames
from storage.records import SeriesRecord, VisitRecord
from tests.builders.studies import a_subject, as_it_is

DRAWS, OF_FILES, SUBJECTS, EVERY = 1000, 100, 40, 4
NEAR = 0.05
# 95 % of a normal distribution lie within so many standard errors
WITHIN = 1.96

Drawn = Mapping[str, tuple[bool, tuple[VisitRecord, ...]]]
"""Of each case, by its code and in the order of the worklist: whether it is a repeat, and what the copy names of it."""


def _drawn(number: int) -> Drawn:
    """A worklist with its repeats, its codes, and the names that a copy has for the images of each case."""
    seed = SecretSeed(number, number.to_bytes(32, "big"))
    subjects = {f"S{one:03}": a_subject(f"S{one:03}").visits for one in range(1, SUBJECTS + 1)}
    listed = with_repeats((), draw_worklist(tuple(subjects), seed), Check(EVERY, seed))
    codes = case_codes(len(listed), (), seed)
    key = (number + DRAWS).to_bytes(32, "little")
    return {
        code: (item.again, NewNames(key, code).visits(subjects[item.whose]))
        for code, item in zip(codes, listed, strict=True)
    }


def _series(visits: Sequence[VisitRecord]) -> Iterator[SeriesRecord]:
    return (series for visit in visits for series in visit.series)


def _least(of: Callable[[SeriesRecord], str]) -> Callable[[str, Sequence[VisitRecord]], str]:
    return lambda _code, visits: min(map(of, _series(visits)))


# what stands for each case, and can be sorted; rows, acts and folders are made in the order of codes
CHANNELS: dict[str, Callable[[str, Sequence[VisitRecord]], str]] = {
    "code, and the order of rows and files": lambda code, _visits: code,
    "series code": _least(lambda series: series.code),
    "frame": _least(lambda series: series.frame),
    "file name": _least(lambda series: min(item.file for item in series.slices)),
    "UID": _least(lambda series: min(item.uid for item in series.slices)),
    "series code of the first visit": lambda _code, visits: visits[0].series[0].code,
    "UID of the last image": lambda _code, visits: visits[-1].series[-1].slices[-1].uid,
}


def _area(values: Mapping[str, object], drawn: Drawn) -> float:
    """The chance that a repeat has more of it than a first reading; half where both have as much."""
    again = [values[code] for code, (repeat, _) in drawn.items() if repeat]
    firsts = [values[code] for code, (repeat, _) in drawn.items() if not repeat]
    return float(mean((a > b) + 0.5 * (a == b) for a in again for b in firsts))  # type: ignore[operator] # of one kind


def _interval(areas: Sequence[float]) -> tuple[float, float]:
    """Of the mean, 95 %."""
    off = WITHIN * stdev(areas) / sqrt(len(areas))
    return mean(areas) - off, mean(areas) + off


@pytest.fixture(scope="module")
def draws() -> list[Drawn]:
    return [drawn for drawn in map(_drawn, range(DRAWS)) if any(again for again, _ in drawn.values())]


@pytest.mark.case(109)
@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_over_a_thousand_draws_nothing_that_can_be_sorted_tells_a_repeat(channel: str, draws: list[Drawn]) -> None:
    assert len(draws) > DRAWS * 0.99
    of = CHANNELS[channel]

    low, high = _interval([_area({code: of(code, held[1]) for code, held in drawn.items()}, drawn) for drawn in draws])

    assert 0.5 - NEAR < low < high < 0.5 + NEAR, f"{channel}: {low:.3f} to {high:.3f}"
    # so many draws say more than that: a clue of two in a hundred would be seen
    assert low - 0.02 < 0.5 < high + 0.02


def test_the_place_in_the_worklist_says_little_since_no_repeat_can_stand_early(draws: list[Drawn]) -> None:
    low, high = _interval(
        [_area({code: place for place, code in enumerate(drawn)}, drawn) for drawn in draws[: DRAWS // 2]]
    )

    # a first reading has to come before, and five others between; docs/server.md says so of what remains
    assert 0.5 < low < high < 0.5 + NEAR, f"{low:.3f} to {high:.3f}"


@pytest.mark.case(109)
def test_the_numbers_of_files_on_a_disk_tell_no_repeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # nothing here is to outlive a power cut, and a thousand flushes take a minute
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    areas = []
    for number in range(OF_FILES):
        drawn = _drawn(number)
        folder = tmp_path / str(number)
        for code in sorted(drawn):
            _write(folder, tmp_path / "source", code, drawn[code][1])
        numbers = {code: min((folder / one.slices[0].file).stat().st_ino for one in _series(held[1]))
                   for code, held in drawn.items()}  # fmt: skip
        areas.append(_area(numbers, drawn))

    low, high = _interval(areas)

    assert 0.5 - NEAR < low < high < 0.5 + NEAR, f"{low:.3f} to {high:.3f}"


def _write(folder: Path, source: Path, code: str, visits: tuple[VisitRecord, ...]) -> None:
    """The images of a case, as a hand-over writes them."""
    old = tuple(
        replace(visit, series=tuple(replace(one, pixels_sha256="") for one in visit.series))
        for visit in a_subject("S001").visits
    )
    for one in _series(old):
        for item in one.slices:
            file = source / item.file
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                file.write_bytes(b"pixels".ljust(64))
    folder.mkdir(exist_ok=True)
    case = Case(code, old, visits, None, (1, 2), {}, {})
    copied_images.write(source, folder, case, b"k" * 32, as_it_is)
