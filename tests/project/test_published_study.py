"""The page that tells the published study step by step: the script that runs it finds each of its steps."""

from __future__ import annotations

from tests.published_study import PAGE, answers, commands
from workstation.phantom.cohort.shape import PAPER, enrolments


def test_the_page_goes_from_a_cohort_to_the_audit_in_the_order_of_a_study() -> None:
    typed = [line.split() for line in commands(PAGE.read_text("utf-8"))]
    steps = [words[words[0] == "study"] for words in typed]

    assert steps == [
        *("phantom", "create", "add", "check", "decide", "enrolments", "check", "assign", "read", "enter", "sign"),
        *("reread", "enter", "sign", "agreement", "lock", "export", "analyse", "audit"),
    ]


def test_the_numbers_of_the_page_are_those_of_the_cohort() -> None:
    text = PAGE.read_text("utf-8")
    found = enrolments(PAPER, 1)
    scanned = [item for item in found if item.visits]
    pairs = [item for item in scanned if len(item.visits) > 1]

    assert f"| people, enrolments, first scans | {PAPER.people}, {len(found)}, {len(scanned)} |" in text
    assert f"The reader gets {len(scanned)} cases, {len(pairs)} pairs and {len(scanned) - len(pairs)} scans" in text
    assert f"| changes of osteitis | {len(pairs)} |" in text
    assert f"| changes of erosion | {len(pairs) - PAPER.no_t1}:" in text
    assert f"MRI(i) | {len(pairs) - PAPER.no_agent}:" in text


def test_each_question_gets_its_proposal_and_what_lacks_is_accepted_once() -> None:
    checked = {
        "questions": [{"what": "visit:S007", "proposal": "E1,E2"}],
        "findings": [
            {"id": "finding:A", "level": "error", "code": "question-visit", "accepted": None},
            {"id": "finding:B", "level": "warning", "code": "series-missing", "accepted": None},
            {"id": "finding:C", "level": "note", "code": "turned", "accepted": None},
            {"id": "finding:D", "level": "warning", "code": "visits-missing", "accepted": {"who": "C"}},
        ],
    }

    given = [(what, answer) for what, answer, _ in answers(checked)]
    assert given == [("visit:S007", "E1,E2"), ("finding:B", "accept")]
