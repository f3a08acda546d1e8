"""An attack on what a reader can see of a draw: codes, orders and names, held against who is read twice.

Each guess is a number for each case, or for each pair of a case read again and a first reading. Over 1,000 draws with
1,000 secrets the area under its curve must be that of a coin. Draws and names are made by the functions that a study
and a copy of it are made with: what is named in a copy is named by `NewNames`, in a study by `Disguise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import mean, pstdev
from typing import Final, NamedTuple

import numpy as np
import pytest

from scoring.design.draws import ALPHABET, Entry, case_codes, draw_rereads, draw_worklist, mixed_worklist
from scoring.design.drift_draws import Check, with_repeats
from scoring.design.secret_seed import SecretSeed
from storage.index.renaming import NewNames
from storage.records import VisitRecord
from storage.worklists.visit_order import drawn as visits_drawn
from tests.builders.studies import a_stack
from workstation.intake.deidentify.blind import Disguise
from workstation.intake.series.pairing import subject_codes

DRAWS: Final = 1_000
# a seed as people type it, the same in all studies: only the secret differs
SEED: Final = 7
SUBJECTS: Final = tuple(f"S{number:03}" for number in range(1, 31))
AGAIN: Final = 6


class Seen(NamedTuple):
    """What a reader sees of a case: its place on the list, and the texts that can be sorted or compared."""

    place: int
    texts: Mapping[str, str]


CHANNELS: Final = ("code", "series", "frame", "UID", "folder", "file", "place")


def _seen(code: str, place: int, number: int, subject: str) -> Seen:
    """Under the names of a copy, from those that the study has for the subject's images."""
    before = a_stack(f"series {subject}")
    (visit,) = NewNames(_secret(number), code).visits((VisitRecord(1, (before,)),))
    (series,) = visit.series
    image = series.slices[0]
    folder, _, file = image.file.partition("/")
    texts = {"series": series.code, "frame": series.frame, "UID": image.uid, "folder": folder, "file": file}
    return Seen(place, {"code": code, **texts})


def _secret(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _rank(text: str) -> float:
    """A text as a number that sorts as it does."""
    return float(int.from_bytes(text.encode()[-8:].rjust(8, b"\0"), "big")) if text.isdecimal() else _base(text)


def _base(text: str) -> float:
    return sum(ord(letter) * 128.0**-place for place, letter in enumerate(text))


def _value(seen: Seen, channel: str) -> float:
    return float(seen.place) if channel == "place" else _rank(seen.texts[channel])


def _area(true: Sequence[float], false: Sequence[float]) -> float:
    """The area under the curve of a guess: how often a true one is above a false one; ties count half."""
    one, other = np.array(true)[:, None], np.array(false)[None, :]
    return float(np.mean((one > other) + 0.5 * (one == other)))


def _hold(areas: Sequence[float]) -> None:
    assert len(areas) == DRAWS
    assert pstdev(areas) < 0.25, "so few cases that the mean of the draws says nothing"
    assert abs(mean(areas) - 0.5) < 0.05


@pytest.fixture(scope="module")
def hidden() -> list[tuple[list[Seen], list[Seen]]]:
    """Of each draw the hidden repeats and the first readings."""
    found = []
    for number in range(DRAWS):
        seed = SecretSeed(SEED, _secret(number))
        listed = with_repeats((), draw_worklist(SUBJECTS, seed), Check(5, seed))
        codes = case_codes(len(listed), (), seed)
        pairs = [
            (item, _seen(code, place, number, item.whose))
            for place, (item, code) in enumerate(zip(listed, codes, strict=True))
        ]
        found.append(([seen for item, seen in pairs if item.again], [seen for item, seen in pairs if not item.again]))
    return found


@pytest.mark.case(109)
@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_that_can_be_sorted_tells_which_case_is_a_hidden_repeat(
    channel: str, hidden: list[tuple[list[Seen], list[Seen]]]
) -> None:
    # the first six places never hold a repeat, which whoever reads the documentation knows: among the others none is
    # likelier. docs/record.md says so
    areas = []
    for again, firsts in hidden:
        later = [seen for seen in firsts if channel != "place" or seen.place > 5]
        areas.append(_area([_value(seen, channel) for seen in again], [_value(seen, channel) for seen in later]))

    _hold(areas)


def _same_letters(one: str, other: str) -> float:
    return float(sum(a == b for a, b in zip(one, other, strict=True)))


def _same_letters_anywhere(one: str, other: str) -> float:
    return float(len(set(one) & set(other)))


def _near(one: str, other: str) -> float:
    return -abs(_rank(one) - _rank(other))


def _common_sum(one: str, other: str) -> float:
    """The difference of two codes letter by letter is the same more often than chance if one stream made both."""
    apart = [(ALPHABET.find(a) - ALPHABET.find(b)) % len(ALPHABET) for a, b in zip(one, other, strict=True)]
    return float(sum(a == b for a, b in pairwise(apart)))


LIKENESS: Final[Mapping[str, Callable[[str, str], float]]] = {
    "near": _near,
    "same letters": _same_letters,
    "letters anywhere": _same_letters_anywhere,
    "same step": _common_sum,
}


@pytest.fixture(scope="module")
def reread() -> list[tuple[dict[str, Seen], dict[str, Seen]]]:
    """Of each draw the cases read again and the first readings, by subject; all were read when re-reads were drawn."""
    found = []
    for number in range(DRAWS):
        seed = SecretSeed(SEED, _secret(number))
        order = draw_worklist(SUBJECTS, seed)
        codes = case_codes(len(order), (), seed)
        again = draw_rereads(SUBJECTS, AGAIN, SecretSeed(SEED, _secret(number)))
        later = case_codes(AGAIN, codes, SecretSeed(SEED + 1, _secret(number)))
        entries = [Entry(code, "2026-01-01", None) for code in codes]
        entries += [Entry(code, "2026-07-01", item.mix) for code, item in zip(later, again, strict=True)]
        # half of the first readings were read by then
        places = {
            code: place for place, code in enumerate(mixed_worklist(entries, dict.fromkeys(codes[:15], "2026-02")))
        }
        repeats = {
            item.subject: _seen(code, places[code], number, item.subject)
            for code, item in zip(later, again, strict=True)
        }
        firsts = {
            subject: _seen(code, places[code], number, subject)
            for subject, code in zip(order, codes, strict=True)
            if subject in repeats
        }
        found.append((repeats, firsts))
    return found


def _guesses() -> Iterator[tuple[str, str]]:
    for likeness in LIKENESS:
        yield "code", likeness
    for channel in CHANNELS[1:]:
        yield channel, "same letters"


@pytest.mark.case(109)
@pytest.mark.parametrize(("channel", "likeness"), list(_guesses()))
def test_no_likeness_of_names_or_places_tells_which_first_reading_a_case_repeats(
    channel: str, likeness: str, reread: list[tuple[dict[str, Seen], dict[str, Seen]]]
) -> None:
    areas = []
    for again, firsts in reread:
        true: list[float] = []
        false: list[float] = []
        for subject, case in again.items():
            for other, first in firsts.items():
                alike = (
                    -abs(float(case.place - first.place))
                    if channel == "place"
                    else LIKENESS[likeness](case.texts[channel], first.texts[channel])
                )
                (true if subject == other else false).append(alike)
        areas.append(_area(true, false))

    _hold(areas)


@pytest.mark.parametrize("channel", ["number", "code", "uid", "file_name"])
def test_neither_number_nor_name_tells_which_of_two_visits_came_first(channel: str) -> None:
    first, second = [], []
    for number in range(DRAWS):
        shown = visits_drawn("S001", ("20240102", "20250103"), _secret(number))
        # what import names a series and its files by: its old UID, under the secret
        names = Disguise(_secret(number))
        made = {"number": lambda visit, shown=shown: float(shown[visit])} | {
            kind: lambda visit, make=make: _rank(make("series", f"1.2.{visit}").removeprefix("2.25."))
            for kind, make in (("code", names.code), ("uid", names.uid), ("file_name", names.file_name))
        }
        first.append(made[channel](1))
        second.append(made[channel](2))

    # 500 of 1,000 expected; 0.05 is 3.2 standard deviations
    assert abs(mean(a < b for a, b in zip(first, second, strict=True)) - 0.5) < 0.05


def test_the_number_of_a_subject_says_nothing_of_the_name() -> None:
    areas = []
    for number in range(DRAWS):
        codes = subject_codes(("A. Aas", "B. Bee", "C. Cox", "X. Xi", "Y. Yu", "Z. Zoe"), {}, _secret(number))
        late, early = ([codes[key] for key in sorted(codes) if (key > "M") is half] for half in (True, False))
        areas.append(_area([float(code[1:]) for code in late], [float(code[1:]) for code in early]))

    assert abs(mean(areas) - 0.5) < 0.05
