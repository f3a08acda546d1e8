"""Review before signing: a line for each site, and what is to be known of its answers."""

from __future__ import annotations

from decimal import Decimal

from scoring.readings.checks import CaseFacts, checks_of, findings
from scoring.schemes.scheme import FeatureCode
from storage.records import SiteNote
from tests.builders.sessions import SCHEME, after, at
from tests.builders.wrists import a_wrist_case
from tests.fakes.doors import MemoryDoor
from workstation.reading.answers.focus_moves import GoTo
from workstation.reading.answers.grading import CopyBaseline, GradeBlanksZero, MarkUnscorable, SetGrade
from workstation.reading.answers.hide_baseline import ToggleHiding
from workstation.reading.answers.measuring import Draw
from workstation.reading.answers.notes import SetNote, ToggleUnsure
from workstation.reading.answers.review import change_at, review, summary
from workstation.reading.command import Command
from workstation.reading.session.session import Session
from workstation.reading.state import SessionState
from workstation.reading.tools.calliper import Width


def opened(*commands: Command) -> SessionState:
    return after(Session(MemoryDoor(a_wrist_case()), "K7QM2").state, *commands)


def graded(place: str, grade: int) -> tuple[Command, Command]:
    return GoTo(at(place)), SetGrade(Decimal(grade), "COR1")


def remarks(state: SessionState, place: str) -> list[str]:
    key = at(place).key
    return [line.text for line in review(state) if line.remark and key in line.keys]


def test_there_is_a_line_for_every_site_and_a_heading_for_every_feature() -> None:
    lines = review(opened())

    assert [line.text for line in lines if not line.keys] == [feature.name for feature in SCHEME.features]
    # 43 sites of RAMRIS and tenosynovitis, at two visits
    assert sum(not line.remark and len(line.keys) == 2 for line in lines) == 43
    # a site by its name, without what belongs to it behind the colon
    synovitis = [line.text for line in lines if line.keys and not line.remark and line.keys[0].feature == "SYN"]
    assert synovitis == [site.name.partition(":")[0] for site in SCHEME.feature(FeatureCode("SYN")).sites]
    assert all(synovitis)


def test_codes_stand_in_words_with_what_was_noted_beside_their_visit() -> None:
    state = opened(
        GoTo(at("ERO PIS 2")),
        MarkUnscorable("NC"),
        GoTo(at("ERO PIS 2")),
        SetNote("cut off"),
        ToggleUnsure(),
    )

    assert state.notes[at("ERO PIS 2").key] == SiteNote("cut off", unsure=True)
    assert remarks(state, "ERO PIS 2") == [
        "follow-up: NC: Not in the field of view",
        "follow-up: unsure",
        "follow-up: note: cut off",
    ]


def test_sixty_zeros_from_a_few_keys_dont_pass_for_sixty_looks() -> None:
    state = opened(GoTo(at("ERO RAD 1")), GradeBlanksZero(), GradeBlanksZero(), *graded("OST CAP 1", 0))
    state = after(state, GoTo(at("OST CAP 1")), CopyBaseline())

    # 15 bones at two visits at once, and one more at each
    assert summary(state) == (
        "30 sites graded 0 were not seen whole, 30 of them not at all. "
        "30 answers graded 0 at once (Z). 1 answer copied (C)."
    )
    assert "both: with all blank sites at once (Z)" in remarks(state, "ERO RAD 1")


def test_a_check_stands_beside_its_site() -> None:
    state = opened(*graded("ERO CAP 1", 4), *graded("ERO CAP 2", 2))
    kinds = {1: frozenset({"T1"}), 2: frozenset({"T1"})}
    asked = [one for one in findings(SCHEME, state.reading, CaseFacts("known", kinds), checks_of(SCHEME))
             if one.id == "erosion-falls"]  # fmt: skip

    beside = [line for line in review(state, asked) if "question" in line.text]

    assert [(line.text, line.keys, line.asks) for line in beside] == [
        ("follow-up: question 1 above", (at("ERO CAP 2").key,), True)
    ]
    line = next(line for line in review(state) if line.keys[:1] == (at("ERO CAP 1").key,))
    assert change_at(state, line) == "\N{MINUS SIGN}2"


def test_a_blank_site_is_told_once_though_a_check_asks_for_it_too() -> None:
    state = opened(*graded("ERO CAP 1", 4))
    kinds = {1: frozenset({"T1"}), 2: frozenset({"T1"})}
    asked = findings(SCHEME, state.reading, CaseFacts("known", kinds), checks_of(SCHEME))
    assert any(at("ERO CAP 2").key in one.keys for one in asked)

    of_site = [line for line in review(state, asked) if line.remark and at("ERO CAP 2").key in line.keys]

    assert [line.text for line in of_site] == ["follow-up: blank"]


def test_what_is_hidden_at_baseline_isnt_told_here_either() -> None:
    state = opened(*graded("ERO CAP 1", 0), ToggleHiding(), GoTo(at("ERO CAP 2")))

    assert remarks(state, "ERO CAP 1") == []
    assert summary(state) == ""


def test_what_a_reader_may_want_to_look_at_again_is_marked_and_nothing_else() -> None:
    state = opened(*graded("ERO CAP 1", 0), GoTo(at("ERO PIS 2")), MarkUnscorable("NC"), SetNote("cut off"))
    lines = review(state)

    assert not any(line.asks for line in lines if not line.remark)
    asked = {line.text: line.asks for line in lines if at("ERO CAP 1").key in line.keys and line.remark}
    assert [asks for text, asks in asked.items() if "slices seen" in text] == [True]
    told = {line.text: line.asks for line in lines if at("ERO PIS 2").key in line.keys and line.remark}
    assert told["follow-up: NC: Not in the field of view"] is False


def test_a_measurement_is_told_and_asks_nothing() -> None:
    width = Width("COR1", 0, (0.0, 0.0), (4.5, 0.0))
    state = opened(GoTo(at("ERO CAP 1")), Draw(width), SetGrade(Decimal(2), "COR1"))

    told = {line.text: line.asks for line in review(state) if line.remark and at("ERO CAP 1").key in line.keys}

    assert told["baseline: width 4.5 mm"] is False


def test_one_site_and_one_answer_are_told_in_the_singular() -> None:
    one = opened(*graded("ERO CAP 1", 0))
    two = after(one, *graded("ERO HAM 1", 0))
    copied = after(one, GoTo(at("ERO CAP 2")), CopyBaseline())

    assert summary(one) == "1 site graded 0 was not seen whole, 1 of them not at all."
    assert summary(two) == "2 sites graded 0 were not seen whole, 2 of them not at all."
    assert summary(copied).endswith("1 answer copied (C).")


def test_an_unsure_answer_asks_and_its_note_only_tells() -> None:
    state = opened(*graded("ERO CAP 1", 2), GoTo(at("ERO CAP 1")), SetNote("a vessel"), ToggleUnsure())

    asked = {line.text: line.asks for line in review(state) if line.remark and at("ERO CAP 1").key in line.keys}

    assert (asked["baseline: unsure"], asked["baseline: note: a vessel"]) == (True, False)
