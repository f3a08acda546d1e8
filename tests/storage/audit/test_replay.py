"""Rows that are sealed as the program seals them, and don't follow from those before: the replay names each.

Whoever edits a record and knows how to work its hashes out again is stopped by what the rows say, or by the head.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from scoring.readings.answers import stored_answer
from scoring.readings.reading import Reading, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import FeatureCode, SiteCode
from storage.audit.replay import Misfit, Replay
from storage.database import study_schema as tables
from storage.record.acts import COORDINATOR, READER, Act
from storage.record.chain import Link, canonical, joined, seal
from storage.schemes.study_schemes import StudySchemes
from storage.signing.content import signed_content

NAMES = tuple(column.name for column in tables.event.columns)
SCHEME = shipped_scheme()
NOON = "2026-03-02T12:00:00.000Z"
EVENTS, ACTS = "e" * 64, "a" * 64


class _Record:
    """A record that is played row by row. ES has C1 of both visits, C2 of the second one alone, and MO has C3."""

    def __init__(self) -> None:
        self.replay = Replay(StudySchemes(SCHEME), Link(0, "", EVENTS), Link(0, "", ACTS), NAMES)
        self.act("designed", {"design": 1, "sha256": "one", "study_sha256": "made so"})
        self.assigned(1, "ES", ["C1", "S001", 1, 1, None, None, "[1,2]", 1], ["C2", "S002", 1, 2, None, None, "[2]", 1])
        self.assigned(2, "MO", ["C3", "S001", 1, 1, None, None, "[1,2]", 1])

    def assigned(self, draw: int, reader: str, *cases: list[Any]) -> None:
        self.act("assigned", {"draw": {"id": draw}, "cases": list(cases)}, reader=reader)

    def act(self, kind: str, said: Mapping[str, Any], role: str = COORDINATOR, **other: Any) -> None:  # noqa: ANN401 - any cell
        """Play the next act; `other` are cells that it has otherwise, sealed with the rest."""
        link, event = self.replay.act_link, self.replay.event_link
        fields: dict[str, Any] = {
            "seq": link.seq + 1, "at_utc": NOON, "kind": kind, "role": role, "reader": None, "case": None,
            "detail": canonical(said), "design": 1, "clock_back_ms": None, "after_event": event.seq,
            "event_hash": event.hash, "previous_hash": link.hash,
        } | other  # fmt: skip
        row = {"hash": seal(fields)} | fields
        self.replay.act(Act(**row), row)

    def event(self, place: str, after: str, before: str = "", **other: Any) -> None:  # noqa: ANN401 - any cell
        """Play the next answer, of ES in C1 if `other` doesn't say otherwise."""
        link = self.replay.event_link
        visit, feature, site = place.split()
        fields: dict[str, Any] = dict.fromkeys(NAMES) | {
            "seq": link.seq + 1, "at_utc": NOON, "reader": "ES", "role": "reader", "case": "C1", "round": 1,
            "visit": int(visit), "feature": feature, "site": site, "before": before, "after": after, "source": "room",
            "scheme_sha256": SCHEME.sha256, "design": 1, "design_sha256": "one", "previous_hash": link.hash,
        } | other  # fmt: skip
        fields["hash"] = other.get("hash", seal(fields))
        self.replay.event([fields[name] for name in NAMES])

    def signed(self, case: str, answers: Mapping[str, str], visits: tuple[int, ...] = (1, 2), **other: Any) -> None:  # noqa: ANN401 - any part
        """Play a signature under these answers."""
        given = {}
        for place, text in answers.items():
            visit, feature, site = place.split()
            answer = stored_answer(text)
            assert answer is not None
            given[SiteKey(int(visit), FeatureCode(feature), SiteCode(site))] = answer
        content = signed_content(SCHEME, Reading(given), visits)
        self.act("signed", content | other, READER, reader="ES", case=case)


@pytest.fixture
def record() -> _Record:
    return _Record()


def test_what_follows_is_played_and_what_stands_is_known(record: _Record) -> None:
    record.event("1 ERO CAP", "2")
    record.event("1 ERO CAP", "3", "2", at_utc="2026-03-02T12:00:05.000Z")
    record.event("1 OST RAD", "1", case="C2", at_utc="2026-03-02T12:00:06.000Z")
    record.act(
        "noted",
        {"visit": 1, "feature": "ERO", "site": "CAP", "note": "", "unsure": False},
        READER,
        reader="ES",
        case="C1",
    )

    replay = record.replay
    assert replay.answers["C1"] == {(1, "ERO", "CAP"): "3"}
    assert replay.first == {"C1": NOON, "C2": "2026-03-02T12:00:06.000Z"}
    assert replay.found.study_sha256 == "made so"
    assert replay.found.cases["C2"] == ["C2", "ES", "S002", 1, 2, None, None, "[2]", 1, 1]
    assert replay.found.draws == {1: {"id": 1}, 2: {"id": 2}}
    assert replay.head == joined(replay.event_link.hash, replay.act_link.hash)
    assert (replay.event_link.seq, replay.act_link.seq, replay.clock_steps_ms) == (3, 4, [])


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"seq": 3}, "row 2 is missing"),
        ({"seq": 1}, "row 2 is missing"),
        ({"previous_hash": EVENTS}, "hash of the row before"),
        ({"hash": "0" * 64}, "doesn't match what it says"),
        ({"scheme_sha256": "another"}, "under another scheme"),
        ({"case": "C9"}, "case C9 isn't on the worklist of ES"),
        ({"case": "C3"}, "case C3 isn't on the worklist of ES"),
        ({"reader": "MO"}, "case C1 isn't on the worklist of MO"),
        ({"round": 2}, "isn't of that round or role"),
        ({"role": "coordinator"}, "isn't of that round or role"),
        ({"design": None}, "another design"),
        ({"design": 2}, "another design"),
        ({"design_sha256": "two"}, "another design"),
        ({"after": "11"}, "0-10"),
        ({"site": "XXX"}, "XXX"),
        ({"case": "C2"}, "case C2 shows no visit 2"),
        ({"before": "1"}, "its old answer isn't the one before"),
        ({"clock_back_ms": 1}, "of the clock isn't so"),
        ({"at_utc": "2026-03-02T11:59:59.000Z"}, "of the clock isn't so"),
        ({"at_utc": "2026-03-02T11:59:59.000Z", "clock_back_ms": 999}, "of the clock isn't so"),
    ],
)  # fmt: skip
def test_an_answer_that_does_not_follow_is_named_though_its_seal_is_right(
    record: _Record, cells: dict[str, Any], said: str
) -> None:
    record.event("1 ERO CAP", "2")

    with pytest.raises(Misfit, match=said):
        record.event(**({"place": "2 ERO CAP", "after": "3"} | cells))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"seq": 6}, "act 4 is missing"),
        ({"seq": 3}, "act 4 is missing"),
        ({"previous_hash": ACTS}, "hash of the act before"),
        ({"hash": "0" * 64}, "doesn't match what it says"),
        ({"after_event": 0}, "stands behind record row 0"),
        ({"event_hash": EVENTS}, "that isn't the row it saw"),
        ({"role": READER}, "locked isn't for the reader"),
        ({"kind": "praised"}, "praised isn't for the coordinator"),
        ({"clock_back_ms": 1}, "of the clock isn't so"),
        ({"at_utc": "2026-03-02T11:00:00.000Z"}, "of the clock isn't so"),
    ],
)
def test_an_act_that_does_not_follow_is_named_though_its_seal_is_right(
    record: _Record, cells: dict[str, Any], said: str
) -> None:
    record.event("1 ERO CAP", "2")

    with pytest.raises(Misfit, match=said):
        record.act(**({"kind": "locked", "said": {"why": "done"}} | cells))


def test_a_clock_that_went_back_and_is_said_to_is_counted(record: _Record) -> None:
    record.event("1 ERO CAP", "2")
    record.event("2 ERO CAP", "2", at_utc="2026-03-02T11:59:59.500Z", clock_back_ms=500)
    record.act("locked", {}, at_utc="2026-03-02T11:59:58.000Z", clock_back_ms=2000)

    assert record.replay.clock_steps_ms == [500, 2000]


@pytest.mark.parametrize("number", [1, 3])
def test_designs_are_numbered_one_after_the_other(record: _Record, number: int) -> None:
    with pytest.raises(Misfit, match=f"lays down design {number}, and 2 was next"):
        record.act("designed", {"design": number, "sha256": "two"})


def test_an_answer_is_given_under_the_newest_design_and_one_from_a_copy_under_any(record: _Record) -> None:
    record.act("designed", {"design": 2, "sha256": "two"})
    record.replay.merged({2, 3})

    with pytest.raises(Misfit, match="another design"):
        record.event("1 ERO CAP", "2")
    record.event("1 ERO CAP", "2", design=2, design_sha256="two")
    record.event("1 ERO CAP", "3", "2")
    with pytest.raises(Misfit, match="another design"):
        record.event("2 ERO CAP", "3", design=1, design_sha256="two")
    # in a copy that an old program wrote it names none
    record.event("2 ERO CAP", "3", design=None, design_sha256=None)
    assert record.replay.found.study_sha256 == "made so"


def test_rows_from_before_there_were_designs_are_of_whom_the_tables_say() -> None:
    record = _Record.__new__(_Record)
    record.replay = Replay(StudySchemes(SCHEME), Link(0, "", EVENTS), Link(0, "", ACTS), NAMES)
    record.replay.known_later({"C1": ("ES", 1), "C3": ("MO", 1)})
    old: dict[str, Any] = {"design": None, "design_sha256": None, "role": None, "round": None}

    record.event("1 ERO CAP", "2", **old)
    # and said nothing of the clock
    record.event("2 ERO CAP", "2", at_utc="2026-03-02T11:00:00.000Z", **old)
    with pytest.raises(Misfit, match="case C3 isn't on the worklist of ES"):
        record.event("1 ERO CAP", "2", case="C3", **old)

    assert record.replay.clock_steps_ms == [3_600_000]


SHARE = {"share": [1, 2], "parts": ["S001", "S002"]}


def test_a_subject_is_in_one_part_of_a_share_and_may_be_in_parts_of_another(record: _Record) -> None:
    record.act("allotted", SHARE)
    record.act("allotted", {"share": [1, 3], "parts": ["S001"]})
    record.act("allotted", {"share": [2, 2], "parts": ["S003"]})

    with pytest.raises(Misfit, match="S002 was in a part of 2 already"):
        record.act("allotted", {"share": [2, 2], "parts": ["S004", "S002"]})


def _sign(record: _Record) -> None:
    record.event("1 ERO CAP", "2")
    record.signed("C1", {"1 ERO CAP": "2"})


def _take_back(record: _Record) -> None:
    record.act("taken_back", {"cases": ["C1"]}, reader="ES")


def _lock(record: _Record) -> None:
    record.act("locked", {})


@pytest.mark.parametrize(
    ("closing", "said", "opening"),
    [
        (_sign, "case C1 was signed before it", ("reopened", {}, {"case": "C1", "reader": "ES"})),
        (_take_back, "case C1 was taken back before it", ("given_back", {"cases": ["C1"]}, {"reader": "ES"})),
        (_lock, "the study was locked before it", ("unlocked", {}, {})),
    ],
    ids=["signed", "taken back", "locked"],
)
def test_a_closed_case_takes_no_answer_until_it_is_opened_again(
    record: _Record, closing: Callable[[_Record], None], said: str, opening: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    closing(record)

    with pytest.raises(Misfit, match=said):
        record.event("2 ERO CAP", "3")
    kind, detail, cells = opening
    record.act(kind, detail, **cells)
    record.event("2 ERO CAP", "3")

    assert record.replay.answers["C1"][2, "ERO", "CAP"] == "3"


@pytest.mark.parametrize(
    ("answers", "content", "said"),
    [
        ({"1 ERO CAP": "3"}, {}, "the answers that were signed"),
        ({}, {}, "the answers that were signed"),
        ({"1 ERO CAP": "2"}, {"totals": {}}, "the totals that were signed"),
        ({"1 ERO CAP": "2"}, {"answers_sha256": "0" * 64}, "the answers that were signed"),
    ],
)
def test_a_signature_is_under_what_stands(
    record: _Record, answers: dict[str, str], content: dict[str, Any], said: str
) -> None:
    record.event("1 ERO CAP", "2")

    with pytest.raises(Misfit, match=said):
        record.signed("C1", answers, **content)


def test_a_blank_answer_is_none_in_a_signature_and_a_scan_alone_has_one_visit(record: _Record) -> None:
    record.event("1 ERO CAP", "2", case="C2")
    record.event("1 ERO CAP", "", "2", case="C2")

    with pytest.raises(Misfit, match="the totals that were signed"):
        record.signed("C2", {}, (1, 2))
    record.signed("C2", {}, (1,))


def test_nobody_signs_twice_or_for_another(record: _Record) -> None:
    _sign(record)

    with pytest.raises(Misfit, match="case C1 was signed already"):
        record.signed("C1", {"1 ERO CAP": "2"})
    with pytest.raises(Misfit, match="case C3 isn't on the worklist of ES"):
        record.signed("C3", {})


@pytest.mark.parametrize(
    ("cells", "place", "said"),
    [
        ({"case": "C3"}, (1, "ERO", "CAP"), "case C3 isn't on the worklist of ES"),
        ({"case": "C1"}, (1, "ERO", "XXX"), "XXX"),
        ({"case": "C1"}, (3, "ERO", "CAP"), "3"),
        ({"case": "C2"}, (2, "ERO", "CAP"), "case C2 shows no visit 2"),
    ],
)
def test_a_note_is_at_a_site_of_ones_own_case(
    record: _Record, cells: dict[str, Any], place: tuple[int, str, str], said: str
) -> None:
    visit, feature, site = place
    detail = {"visit": visit, "feature": feature, "site": site, "note": "faint", "unsure": True}

    with pytest.raises(Misfit, match=said):
        record.act("noted", detail, READER, reader="ES", **cells)
    record.act("noted", detail | {"visit": 1, "site": "CAP"}, READER, reader="ES", case="C1")


AGAIN = ["C1B", "S001", 2, 3, None, None, "[1,2]", 1]


@pytest.mark.parametrize(
    ("reader", "again"),
    [("MO", AGAIN), ("ES", [*AGAIN[:2], 3, *AGAIN[3:]]), ("ES", ["C1B", "S002", *AGAIN[2:]]),
     ("ES", [*AGAIN[:-1], 2]), ("ES", [*AGAIN[:-2], "[3]", 1])],
    ids=["another reader", "a drift check", "another subject", "another enrolment", "another scan"],
)  # fmt: skip
def test_what_was_not_signed_is_reopened_only_where_it_was_drawn_again(
    record: _Record, reader: str, again: list[Any]
) -> None:
    record.assigned(3, reader, again)

    with pytest.raises(Misfit, match="case C1 wasn't signed"):
        record.act("reopened", {}, case="C1", reader="ES")
    # rows of before schema 15 name no enrolment, and are of the first
    record.assigned(4, "ES", ["C1C", *AGAIN[1:6], "[2]"])
    record.act("reopened", {}, case="C1", reader="ES")
    with pytest.raises(Misfit, match="case C9 wasn't signed"):
        record.act("reopened", {}, case="C9", reader="ES")


def test_a_study_is_locked_and_unlocked_in_turns(record: _Record) -> None:
    with pytest.raises(Misfit, match="the study was unlocked already"):
        record.act("unlocked", {})
    record.act("locked", {})
    with pytest.raises(Misfit, match="the study was locked already"):
        record.act("locked", {})


def test_only_an_unread_case_of_the_reader_is_taken_back_and_only_such_a_one_given_back(record: _Record) -> None:
    record.event("1 ERO CAP", "2")
    with pytest.raises(Misfit, match="case C1 was begun"):
        record.act("taken_back", {"cases": ["C2", "C1"]}, reader="ES")
    with pytest.raises(Misfit, match="case C3 isn't on the worklist of ES"):
        record.act("taken_back", {"cases": ["C3"]}, reader="ES")
    with pytest.raises(Misfit, match="case C2 wasn't taken back from ES"):
        record.act("given_back", {"cases": ["C2"]}, reader="ES")

    record.act("taken_back", {"cases": ["C2"]}, reader="ES")
    assert record.replay.found.excluded == {"C2"}
    with pytest.raises(Misfit, match="case C2 isn't on the worklist of ES"):
        record.act("taken_back", {"cases": ["C2"]}, reader="ES")
    with pytest.raises(Misfit, match="case C2 wasn't taken back from MO"):
        record.act("given_back", {"cases": ["C2"]}, reader="MO")

    record.act("given_back", {"cases": ["C2"]}, reader="ES")
    assert record.replay.found.excluded == set()
    with pytest.raises(Misfit, match="case C2 wasn't taken back from ES"):
        record.act("given_back", {"cases": ["C2"]}, reader="ES")


def test_an_excluded_case_is_no_more_to_be_taken_back(record: _Record) -> None:
    record.act("excluded", {"cases": ["C2"]})

    assert record.replay.found.excluded == {"C2"}
    with pytest.raises(Misfit, match="case C2 isn't on the worklist of ES"):
        record.act("taken_back", {"cases": ["C2"]}, reader="ES")
    record.act("included", {"cases": ["C2"]})
    assert record.replay.found.excluded == set()


def test_the_last_index_and_passphrase_hold_and_a_subject_may_be_gone(record: _Record) -> None:
    for subject, digest in (("S001", "old"), ("S001", "new"), ("S002", "here"), ("S002", "")):
        record.act("indexed", {"subject": subject, "sha256": digest})
    record.act("passphrase", {"sha256": "mark"}, reader="ES")
    record.act("passphrase", {"sha256": None}, reader="MO")

    assert record.replay.found.indexes == {"S001": "new"}
    assert record.replay.found.passphrases == {"ES": "mark", "MO": None}
