"""Decisions on one series from what is known of it alone: kind, plane, turn, stack and side; limits from both sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scoring.values import replace
from storage.records import SeriesRecord, SliceRecord
from storage.vault.choices import NOTHING_CHOSEN, Choice
from storage.vault.vault import SeriesIdentity
from tests.builders.series import a_series
from workstation.intake.decisions import limb
from workstation.intake.decisions.decision import Confidence, Decision
from workstation.intake.decisions.kind import UNKNOWN_WORD, is_open, kind_of
from workstation.intake.decisions.plane import SeriesPlane, plane_of_series, planes, seen_in
from workstation.intake.decisions.plane import Told as ToldPlane
from workstation.intake.decisions.side import SeriesSide, side_of, sides
from workstation.intake.decisions.stack import differences, lie_as_one, refusal
from workstation.intake.decisions.turned import THE_STANDARD_WAY, Told, means, standard, turned_how, turns, wished

CODE = "ABCDEFGH"


def _identity(**facts: Any) -> SeriesIdentity:  # noqa: ANN401 - any fact
    return SeriesIdentity(CODE, "S001", 1, "1.2.3", "T1W", ("by its TR and TE",), "", facts)


def _outcome(decision: Decision[str]) -> tuple[str, Confidence, str | None]:
    return decision.value, decision.confidence, decision.question.proposal if decision.question else None


@pytest.mark.parametrize(
    ("facts", "opened"),
    [
        ({}, False),
        ({"unsure": True}, True),
        ({"unsure": True, "unknown": ["KX"], "against": [UNKNOWN_WORD]}, True),
        ({"unsure": True, "unknown": ["KX", "HAND"], "against": [UNKNOWN_WORD]}, True),
        ({"unsure": True, "unknown": ["HAND"], "against": [UNKNOWN_WORD]}, False),
        ({"unsure": True, "unknown": ["HAND"], "against": [UNKNOWN_WORD, "the TE is odd"]}, True),
        ({"unsure": True, "unknown": [], "against": [UNKNOWN_WORD]}, True),
    ],
)
def test_a_kind_is_asked_unless_harmless_words_alone_leave_it_open(facts: dict[str, Any], opened: bool) -> None:
    assert is_open(facts, {"HAND"}) is opened


def test_an_unsure_kind_offers_its_candidates_and_names_the_first_six_words_that_no_list_has() -> None:
    words = ["W" * 41, *"ABCDEF"]
    identity = _identity(recognised="T1", unsure=True, candidates=["T1", "PD"], unknown=words)

    found = kind_of(identity, NOTHING_CHOSEN, "T1 AX")

    assert _outcome(found) == ("T1", Confidence.UNSURE, "T1")
    assert found.question is not None
    assert found.question.text == "T1 AX: is it T1 or PD?"
    assert found.reasons == ("by its TR and TE", f"not known: {'W' * 40}, A, B, C, D, E")
    assert _outcome(kind_of(_identity(unsure=True), NOTHING_CHOSEN, ""))[2] == ""
    assert kind_of(_identity(unsure=True), NOTHING_CHOSEN, "").reasons == ("by its TR and TE",)
    assert _outcome(kind_of(identity, replace(NOTHING_CHOSEN, kind="PD"), "")) == ("PD", Confidence.DECIDED, None)


def test_a_plane_is_sure_asked_or_decided() -> None:
    identity, asked = _identity(), ToldPlane("COR", ("why",), ("SAG", "COR"))

    assert _outcome(plane_of_series(identity, ToldPlane("COR", ("why",)), NOTHING_CHOSEN, "")) == (
        "COR", Confidence.SURE, None
    )  # fmt: skip
    assert _outcome(plane_of_series(identity, asked, NOTHING_CHOSEN, "")) == ("COR", Confidence.UNSURE, "SAG")
    assert _outcome(plane_of_series(identity, asked, replace(NOTHING_CHOSEN, plane="AX"), "")) == (
        "AX", Confidence.DECIDED, None
    )  # fmt: skip


def test_the_view_of_a_radiograph_is_asked_only_where_it_is_read() -> None:
    identity = _identity(view="PA", views=["PA", "AP"], view_why="nothing says it")

    read, unread = (seen_in(identity, "COR", read=read) for read in (True, False))

    assert (read.magnet, read.view) == ("PA", ToldPlane("PA", ("nothing says it",), ("PA", "AP")))
    assert unread.view == ToldPlane("PA", ("nothing says it",))
    assert planes([read, SeriesPlane("B", "AX", "AX")])[CODE] == read.view


@pytest.mark.parametrize(("x_mm", "asked"), [(150.0, False), (150.5, True), (-150.5, True), (None, False)])
def test_a_wrist_lies_at_the_side_of_the_body_beyond_15_centimetres(x_mm: float | None, asked: bool) -> None:
    there = [SeriesPlane("A", "SAG", x_mm=x_mm), SeriesPlane("B", "COR"), SeriesPlane("C", "AX")]

    assert bool(planes(there)["A"].asked) is asked
    # what isn't read says nothing of where the wrist lay
    unread = [SeriesPlane("D", "AX", read=False, x_mm=x_mm), *(replace(item, x_mm=None) for item in there)]
    assert not planes(unread)["A"].asked


@pytest.mark.parametrize(
    ("shown", "axis"),
    [
        ([("COR", "LR"), ("SAG", "cut")], "LR"),
        ([("SAG", "AP"), ("COR", "cut"), ("AX", "")], "AP"),
        ([("COR", "HF"), ("SAG", "HF"), ("AX", "cut")], "HF"),
        # one along it and one across it are wanted, and all that tell anything tell the same
        ([("COR", "HF")], ""),
        ([("AX", "cut")], ""),
        ([("COR", "HF"), ("SAG", "LR"), ("AX", "cut")], ""),
        ([("COR", "HF"), ("SAG", "cut")], ""),
        ([("COR", "HF"), ("SAG", "cut"), ("AX", "cut")], ""),
        ([], ""),
    ],
)
def test_the_limb_lay_along_what_all_pictures_tell(shown: list[tuple[str, str]], axis: str) -> None:
    assert limb.axis_of(shown) == axis


def test_axial_slices_alone_cut_across_a_limb() -> None:
    fits = {(plane, magnet) for plane in ("AX", "COR", "SAG") for magnet in ("AX", "COR", "SAG")
            if limb.fits(plane, magnet, "LR")}  # fmt: skip

    assert fits == {("AX", "SAG"), ("COR", "AX"), ("COR", "COR"), ("SAG", "AX"), ("SAG", "COR")}
    assert limb.fits("AX", "COR", "")
    assert [limb.likeliest(magnet, "LR") for magnet in ("SAG", "COR", "AX")] == ["AX", "COR", "SAG"]
    assert [limb.likeliest(magnet, "AP") for magnet in ("SAG", "COR", "AX")] == ["SAG", "AX", "COR"]
    assert [limb.likeliest(magnet, "HF") for magnet in ("SAG", "COR", "AX")] == ["SAG", "COR", "AX"]
    assert "cut the limb across" in limb.in_words("AX", "HF")
    assert "cut the limb lengthwise" in limb.in_words("COR", "HF")


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ("HFS", "head first on the back"),
        ("FFDL", "feet first on the left side"),
        ("HF", "HF"),
        ("XXS", "XXS"),
        ("", ""),
    ],
)
def test_how_a_patient_lay_is_said_in_words_or_as_it_is_written(position: str, words: str) -> None:
    assert limb.lying(position) == words


def _turned(turn: str, told: Told, **chosen: Any) -> Decision[str]:  # noqa: ANN401 - any choice
    series = replace(COR, turn=turn)
    return turned_how(series, _identity(), told, replace(NOTHING_CHOSEN, **chosen), "T1 COR")


COR = SeriesRecord(
    CODE, "T1", "COR", "F", 4, 4, (1.0, 1.0), 2.0, (1, 0, 0, 0, 0, -1), "uint16", False, 0, 9, 0.0, 9.0, ()
)  # fmt: skip


def test_how_a_series_is_turned_says_why_or_that_it_was_so_before() -> None:
    sure, asked = Told("180", ("stored upside down",)), Told("", ("so far askew",), ("", "90"))

    assert _turned("180", sure).reasons == ("stored upside down",)
    assert _turned("", sure).reasons == ("shown as it is stored, as before this program, or as it was read",)
    assert _outcome(_turned("", sure)) == ("stored", Confidence.SURE, None)
    assert _outcome(_turned("", asked)) == ("stored", Confidence.UNSURE, "stored")
    # what was asked and is turned otherwise by now is asked still
    assert _outcome(_turned("90", asked)) == ("90", Confidence.UNSURE, "stored")
    assert _outcome(_turned("", asked, turned="90")) == ("90", Confidence.DECIDED, None)


def test_what_was_decided_is_wished_and_else_what_the_header_proves() -> None:
    upside_down = replace(COR, orientation=(-1, 0, 0, 0, 0, 1))

    assert wished(upside_down, NOTHING_CHOSEN, THE_STANDARD_WAY) == "180"
    assert wished(upside_down, replace(NOTHING_CHOSEN, turned="stored"), THE_STANDARD_WAY) == ""


def test_halfway_between_two_quarter_turns_a_picture_stays_as_it_is_stored() -> None:
    half = 0.5**0.5

    told = standard((half, 0, half, half, 0, -half), "COR", THE_STANDARD_WAY)

    assert (told.turn, told.asked) == ("", ())


@pytest.mark.parametrize(
    ("turn", "words"),
    [("", "as it is stored"), ("90", "by 90 degrees clockwise"), ("mirrored", "left for right"),
     ("mirrored-90", "left for right, then by 90 degrees clockwise")],
)  # fmt: skip
def test_a_turn_is_said_in_words(turn: str, words: str) -> None:
    assert means(turn) == words


def test_a_later_visit_that_is_shown_otherwise_is_asked_and_the_first_one_never() -> None:
    # coronal in the wrist and sagittal in the magnet: the header doesn't say which edge is which
    first = replace(COR, code="A", orientation=(0, 1, 0, 0, 0, -1))
    mirrored = replace(COR, code="B", orientation=(0, -1, 0, 0, 0, -1))

    same = turns([(1, first), (2, replace(first, code="B"))], THE_STANDARD_WAY)
    other = turns([(2, mirrored), (1, first)], THE_STANDARD_WAY)
    of_one_visit = turns([(1, first), (1, mirrored)], THE_STANDARD_WAY)
    another_plane = turns([(1, first), (2, replace(mirrored, plane="SAG", orientation=(1, 0, 0, 0, 0, -1)))],
                          THE_STANDARD_WAY)  # fmt: skip

    assert [bool(told.asked) for told in same.values()] == [False, False]
    assert {code: bool(told.asked) for code, told in other.items()} == {"A": False, "B": True}
    assert "H at the top and A at the left, this one with H and P" in other["B"].reasons[-1]
    assert other["B"].asked == ("", "180", "90", "270")
    assert not any(told.asked for told in of_one_visit.values())
    assert not any(told.asked for told in another_plane.values())


def _stack(tmp_path: Path, code: str, heights: list[float], **other: Any) -> SeriesRecord:  # noqa: ANN401 - any part
    made = a_series(tmp_path, code, slices=2)
    slices = tuple(SliceRecord(f"1.{n}", f"{n}.raw", 0, (0.0, 0.0, height)) for n, height in enumerate(heights))
    return replace(made, slices=slices, **other)


@pytest.mark.parametrize(
    ("heights", "even"),
    [
        ([3.0, 7.0], True),
        # of 2 mm a twentieth is 0.1: within it, and beyond
        ([3.09, 7.0], True),
        ([3.15, 7.0], False),
        ([7.0, 9.0], False),
    ],
)
def test_two_series_lie_as_one_where_all_distances_are_the_same_to_a_twentieth(
    tmp_path: Path, heights: list[float], even: bool
) -> None:
    assert lie_as_one(_stack(tmp_path, "A", [1.0, 5.0]), _stack(tmp_path, "B", heights)) is even


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, ""),
        ({"rows": 33}, "size or in the type"),
        ({"dtype": "int16"}, "size or in the type"),
        ({"inverted": True}, "size or in the type"),
        ({"turn": "180"}, "size or in the type"),
        ({"pixel_spacing_mm": (3.0, 3.1)}, ""),
        ({"pixel_spacing_mm": (3.0, 3.2)}, "their pixels differ in size"),
        ({"pixel_spacing_mm": (2.8, 3.0)}, "their pixels differ in size"),
        # the sines of half a degree and of two
        ({"orientation": (1, 0, 0, 0, 0.99996, 0.0087)}, ""),
        ({"orientation": (1, 0, 0, 0, 0.99939, 0.0349)}, "they aren't parallel"),
        ({"orientation": (0.99939, 0.0349, 0, -0.0349, 0.99939, 0)}, "they aren't parallel"),
    ],
)
def test_why_two_series_cannot_be_one_stack(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    found = refusal(_stack(tmp_path, "A", [0.0, 4.0]), _stack(tmp_path, "B", [2.0, 6.0], **other))

    assert (said in found) if said else not found


@pytest.mark.parametrize(("height", "said"), [(4.0, True), (4.009, True), (4.011, False), (3.991, True)])
def test_two_slices_within_a_hundredth_of_a_millimetre_are_at_one_position(
    tmp_path: Path, height: float, said: bool
) -> None:
    found = refusal(_stack(tmp_path, "A", [0.0, 4.0]), _stack(tmp_path, "B", [2.0, height]))

    assert ("at one position" in found) is said


def test_values_are_told_of_each_of_three_stacks_and_of_more_the_distinct_ones() -> None:
    three = [(code, {"EchoTime": value}) for code, value in zip("ABC", "112", strict=True)]
    four = [*three, ("D", {"EchoTime": "3"})]

    assert differences(three) == "their headers differ: EchoTime is 1 in A, 1 in B, 2 in C"
    assert differences(four) == "their headers differ: EchoTime has 3 values: 1, 2, 3"
    assert differences([*four, ("E", {})]) == "their headers differ: EchoTime has 4 values, such as 1, 2, 3"
    assert differences([("A", {"Text": "t" * 65}), ("B", {})]) == (
        f"their headers differ: Text is {'t' * 64} in A, none in B"
    )


def test_the_side_of_a_series_is_of_its_header_its_text_and_its_study_and_of_a_radiograph_none() -> None:
    found = side_of(_identity(side="L", side_text="R", side_study="LR", x_mm=12.0))

    assert (found.header, found.text, found.study, found.x_mm) == ("L", "R", "", 12.0)
    assert (found.contrary, found.own) == (True, "")
    # what an older program imported has its words alone
    assert side_of(_identity(said="left wrist")).text == "L"
    assert side_of(_identity(said="left wrist", side_text="")).text == ""
    assert side_of(_identity(modality="XR", side="L")).header == ""


def _answer(side: str) -> Choice:
    return Choice("side:S001", side, {}, "J. Smit", "the site says so")


def test_an_answer_takes_series_of_the_other_wrist_out_of_a_visit_that_shows_two() -> None:
    left, right, unknown = SeriesSide("A", 1, "L"), SeriesSide("B", 1, "R"), SeriesSide("C", 1)

    both = sides("S001", (left, right, unknown), None)
    answered = sides("S001", (left, right, unknown), _answer("L"))

    assert (both.wrists, both.other) == ({"A": "L", "B": "R", "C": ""}, frozenset())
    assert both.decision.question is not None
    assert both.decision.question.text == "two wrists in one visit: which one is read?"
    assert (set(answered.other), dict(answered.by_visit), dict(answered.wrists)) == ({"B"}, {1: "L"}, {})


def test_one_wrist_at_each_visit_is_answered_for_both_and_nothing_is_taken_out() -> None:
    series = (SeriesSide("A", 1, "L"), SeriesSide("B", 2, "R"))

    asked, answered = sides("S001", series, None), sides("S001", series, _answer("L"))

    assert (asked.wrists, answered.wrists, answered.other) == ({}, {}, frozenset())
    assert dict(answered.by_visit) == {1: "L", 2: "L"}
    assert asked.decision.question is not None
    assert asked.decision.question.text == "which wrist is it?"
    assert [item.word for item in asked.decision.question.answers] == ["L", "R", "two"]
    two = sides("S001", series, _answer("two"))
    assert (two.decision.value, dict(two.by_visit)) == ("two", {1: "L", 2: "R"})
