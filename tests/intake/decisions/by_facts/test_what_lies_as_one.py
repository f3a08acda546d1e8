"""Stack by the geometry of its series alone: what lies as one, what does not, and how many are one question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

from scoring.values import replace
from storage.records import SeriesRecord, SliceRecord
from storage.vault.choices import NOTHING_CHOSEN, CurrentChoices
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.decisions.stack import lie_as_one, refusal, stacks_in

SIZE = "their pictures differ in size or in the type of their pixels"


def axial(code: str, *heights_mm: float, kind: str = "T1") -> SeriesRecord:
    """Axial slices at these heights, of pixels of 0.4 x 0.5 mm."""
    slices = tuple(SliceRecord(f"{code}.{z}", f"{code}{z}", 0, (0.0, 0.0, z)) for z in heights_mm)
    upright = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    return SeriesRecord(
        code, kind, "AX", "F", 256, 256, (0.4, 0.5), 4.0, upright, "uint16", False, 0, 900, 5.0, 800.0, slices
    )


def tilted(series: SeriesRecord, degrees: float, about: str) -> SeriesRecord:
    """The same, turned a little about the direction of its rows or of its columns."""
    along, up = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = (1.0, 0.0, 0.0, 0.0, along, up) if about == "rows" else (along, 0.0, up, 0.0, 1.0, 0.0)
    return replace(series, orientation=turned)


def decisions(
    visit: Sequence[SeriesRecord], chosen: dict[str, CurrentChoices] | None = None, uids: Sequence[str] = ()
) -> dict[str, Decision[str]]:
    """Of a visit whose series are all of one of the scanner, unless it is said."""
    names = uids or ["1.2.3"] * len(visit)
    known = [
        (item, SeriesIdentity(item.code, "S001", 1, uid, "", (), "")) for item, uid in zip(visit, names, strict=True)
    ]
    return {item.about: item for item in stacks_in(known, chosen or {})}


def asked(found: dict[str, Decision[str]]) -> dict[str, list[str]]:
    return {code: [one.word for one in item.question.answers] for code, item in found.items() if item.question}


# -- two series


def test_slices_of_one_between_those_of_the_other_may_be_one_stack() -> None:
    assert refusal(axial("A", 0, 8), axial("B", 4, 12)) == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [("rows", 255), ("columns", 255), ("dtype", "int16"), ("inverted", True), ("turn", "mirrored")],
)
def test_pictures_of_another_size_or_sort_are_no_part_of_a_stack(name: str, value: Any) -> None:  # noqa: ANN401 - of any field
    assert refusal(axial("A", 0, 8), replace(axial("B", 4, 12), **{name: value})) == SIZE


@pytest.mark.parametrize(
    ("spacing_mm", "alike"),
    [((0.4, 0.5), True), ((0.418, 0.522), True), ((0.382, 0.478), True), ((0.422, 0.5), False), ((0.4, 0.528), False),
     ((0.378, 0.5), False), ((0.4, 0.472), False)],
)  # fmt: skip
def test_pixels_may_differ_by_a_twentieth_in_each_direction(spacing_mm: tuple[float, float], alike: bool) -> None:
    told = refusal(axial("A", 0, 8), replace(axial("B", 4, 12), pixel_spacing_mm=spacing_mm))

    assert told == ("" if alike else "their pixels differ in size")


@pytest.mark.parametrize("about", ["rows", "columns"])
@pytest.mark.parametrize(("degrees", "parallel"), [(0.9, True), (-0.9, True), (1.1, False), (-1.1, False)])
def test_planes_are_parallel_to_a_degree(about: str, degrees: float, parallel: bool) -> None:
    told = refusal(axial("A", 0, 8), tilted(axial("B", 4, 12), degrees, about))

    assert told == ("" if parallel else "they aren't parallel")


@pytest.mark.parametrize(("apart_mm", "two"), [(0.0, False), (0.005, False), (0.02, True)])
def test_slices_at_one_position_are_no_two_of_a_stack(apart_mm: float, two: bool) -> None:
    told = refusal(axial("A", 0, 8), axial("B", 8 + apart_mm, 16))

    assert told == ("" if two else "both have a slice at one position")


# -- an even stack


@pytest.mark.parametrize(
    ("heights_mm", "even"),
    [((4, 12), True), ((4.1, 12.1), True), ((4.15, 12.15), False), ((4, 20), False), ((16, 24), True)],
)
def test_steps_are_even_to_a_twentieth_of_the_usual_one(heights_mm: tuple[float, float], even: bool) -> None:
    assert lie_as_one(axial("A", 0, 8), axial("B", *heights_mm)) is even


def test_of_several_series_each_pair_has_to_fit() -> None:
    first, second, third = axial("A", 0, 12), axial("B", 4, 16), axial("C", 8, 20)

    assert lie_as_one(first, second, third)
    assert not lie_as_one(first, second, replace(third, rows=128))
    # the last one lies in the place of the one before
    assert not lie_as_one(first, second, third, axial("D", 20))


# -- what is asked


def test_two_that_lie_as_one_are_asked_about_once() -> None:
    found = decisions([axial("A", 0, 8), axial("B", 4, 12)])

    assert asked(found) == {"A": ["two", "join:B"]}
    assert (found["A"].confidence, found["B"].confidence) == (Confidence.UNSURE, Confidence.SURE)
    assert [one.means for one in found["A"].question.answers] == [  # type: ignore[union-attr]
        "they stay two stacks",
        "they are one stack, under A",
    ]


def test_where_all_of_several_lie_as_one_all_are_one_answer_else_the_first_that_fits() -> None:
    thirds = [axial("A", 0, 12), axial("B", 4, 16), axial("C", 8, 20)]
    apart = [axial("A", 0, 8), replace(axial("B", 4, 12), rows=128), axial("C", 4, 12), axial("D", 4.01, 12.01)]

    every = decisions(thirds)

    assert asked(every) == {"A": ["two", "join:B,C"]}
    assert every["A"].question.answers[0].means == "they stay 3 stacks"  # type: ignore[union-attr]
    assert asked(decisions(apart)) == {"A": ["two", "join:C"]}


@pytest.mark.parametrize(
    ("second", "uids"),
    [
        (axial("B", 4, 12), ("1.2.3", "1.2.4")),
        (axial("B", 4, 12, kind="T2FS"), ()),
        (axial("B", 4, 13), ()),
    ],
)
def test_what_is_of_two_series_of_the_scanner_or_of_two_kinds_or_lies_apart_is_not_asked_about(
    second: SeriesRecord, uids: tuple[str, ...]
) -> None:
    found = decisions([axial("A", 0, 8), second], uids=uids)

    assert asked(found) == {}
    assert {item.confidence for item in found.values()} == {Confidence.SURE}


def test_of_what_nobody_reads_nothing_is_asked() -> None:
    assert asked(decisions([axial("A", 0, 8, kind="OTHER"), axial("B", 4, 12, kind="OTHER")])) == {}


@pytest.mark.parametrize(
    ("decided", "still"), [({"A": "two"}, {}), ({"B": "two"}, {}), ({"C": "one"}, {"A": ["two", "join:B"]})]
)
def test_that_they_stay_two_is_said_of_all_and_what_was_decided_is_asked_no_more(
    decided: dict[str, str], still: dict[str, list[str]]
) -> None:
    visit = [axial("A", 0, 8), axial("B", 4, 12), axial("C", 30, 38)]
    chosen = {code: replace(NOTHING_CHOSEN, stack=word) for code, word in decided.items()}

    found = decisions(visit, chosen)

    assert asked(found) == still
    (code,) = decided
    assert (found[code].value, found[code].confidence) == (decided[code], Confidence.DECIDED)
