"""Questions of the import as one list: what is asked first, with evidence, then what was decided, then what is sure."""

from __future__ import annotations

import pytest

from scoring.schemes.load import shipped_scheme
from storage.vault.choices import UNDO, About, Choice
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question
from workstation.intake.importing.check_report import CheckReport
from workstation.intake.protocol.study_protocol import load_protocol, protocol_text
from workstation.managing.questions import OTHERWISE, TITLES, QuestionLine, Section, question_lines

OWNERS = {"AAAA2222": "S001", "BBBB2222": "S002"}
ONE_OR_TWO = (Answer("one", "they are one person"), Answer("two", "two people"))
PLANE = Question(
    "plane:BBBB2222", "S002", 1, "T1 AX BBBB2222: is it coronal or axial?", (Answer("COR", "coronal"),), "COR"
)
PERSON = Question("person:S001+S002", "S001", None, "one person with S002?", ONE_OR_TWO, "")


def _lines(*decisions: Decision[str], said: tuple[Choice, ...] = (), looked_at: str = "") -> tuple[QuestionLine, ...]:
    report = CheckReport(load_protocol(protocol_text(shipped_scheme())), (), (), decisions, said)
    return question_lines(report, OWNERS, looked_at)


def test_what_contradicts_itself_stands_before_what_is_unsure_whoever_it_is_about() -> None:
    unsure = Decision("plane:BBBB2222", "AX", Confidence.UNSURE, ("its text says coronal",), PLANE, "BBBB2222")
    contrary = Decision("person:S001+S002", "two", Confidence.CONTRADICTORY, ("one ID", "two names"), PERSON)

    person, plane = _lines(unsure, contrary)

    assert (person.line, person.told) == ("S001: one person with S002?", ("One ID", "Two names"))
    assert (plane.line, plane.series) == ("S002 visit 1: T1 AX BBBB2222: is it coronal or axial?", "BBBB2222")
    assert (plane.proposal, [item.word for item in plane.answers]) == ("COR", ["COR"])


def test_what_was_decided_says_who_when_and_why_and_can_be_taken_back() -> None:
    decided = Decision("side:S002", "R", Confidence.DECIDED, ())
    said = Choice("side:S002", "R", {}, "J. Smit", "the site says so", "2026-11-28T20:00:00Z")

    (line,) = _lines(decided, said=(said,))

    assert line.section is Section.DECIDED
    assert line.line == "Wrist of S002: right"
    assert line.told == ("Decided by J. Smit on 2026-11-28: the site says so",)
    assert [item.word for item in line.answers] == ["L", "R", UNDO]


def test_what_is_sure_is_listed_of_the_subject_that_is_looked_at_alone() -> None:
    sure = [
        Decision("kind:AAAA2222", "T1", Confidence.SURE, (), about="AAAA2222"),
        Decision("kind:BBBB2222", "PD", Confidence.SURE, (), about="BBBB2222"),
        Decision("person:S001+S002", "two", Confidence.SURE, ()),
    ]

    assert _lines(*sure) == ()
    assert [line.what for line in _lines(*sure, looked_at="S002")] == ["kind:BBBB2222", "person:S001+S002"]


@pytest.mark.parametrize(
    ("what", "value", "line", "answers", "typed"),
    [
        ("side:S001", "L,R", "Wrist of S001: left, then right", ["L", "R"], False),
        ("side:S001", "-,-", "Wrist of S001: not said", ["L", "R"], False),
        ("side:S001", "two", "Wrist of S001: two wrists", ["L", "R"], False),
        ("visit:S001", "E1,E2+E3", "Visits of S001: visit 1 E1, visit 2 E2+E3", [], True),
        ("stack:AAAA2222", "one", "Stack of S001 AAAA2222: as its headers have it", [], True),
        ("stack:AAAA2222", "join:BBBB2222", "Stack of S001 AAAA2222: join:BBBB2222", [], True),
        ("person:S001", "one", "Person of S001: one person", ["two", "one"], False),
        ("person:S001+S002", "two", "Person of S001+S002: two people", ["one", "two"], False),
    ],
)
def test_what_nobody_asked_can_be_answered_too(
    what: str, value: str, line: str, answers: list[str], typed: bool
) -> None:
    series = what.partition(":")[2]
    decision = Decision(what, value, Confidence.SURE, (), about=series if series in OWNERS else "")

    (found,) = _lines(decision, looked_at="S001")

    assert (found.line, [item.word for item in found.answers], found.typed) == (line, answers, typed)


def test_the_plane_of_a_series_can_be_set_where_nothing_is_asked() -> None:
    (found,) = _lines(
        Decision("plane:AAAA2222", "SAG", Confidence.SURE, ("sagittal by its place",), about="AAAA2222"),
        looked_at="S001",
    )

    assert found.line == "Plane of S001 AAAA2222: sagittal"
    assert [item.word for item in found.answers] == ["AX", "COR", "SAG"]


def test_how_a_series_is_turned_is_in_the_list_too() -> None:
    (found,) = _lines(Decision("turned:AAAA2222", "180", Confidence.SURE, (), about="AAAA2222"), looked_at="S001")

    assert found.line == "Turned of S001 AAAA2222: by 180 degrees clockwise"
    assert [item.word for item in found.answers][:4] == ["stored", "90", "180", "270"]


def test_whatever_is_decided_has_a_title_and_can_be_answered_in_the_window() -> None:
    # accepting and removing have keys of their own; what came, and that a border was seen, are asked of nobody;
    # enrolments are laid down by a command alone
    decided = set(About) - {About.BORDERS, About.ENROLMENTS, About.FINDING, About.IMPORT, About.REMOVE}

    assert set(TITLES) == decided
    assert set(OTHERWISE) == decided - {About.PERSON}
