"""Export while the order of the visits is hidden: nothing in the files takes one visit for the earlier one."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from scoring.schemes.load import shipped_scheme
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.rows.wide import wide
from storage.exporting.tables.visits import InTime, VisitNames
from storage.exporting.writing import LONG_TABLES

SCHEME = shipped_scheme()
HALF = SCHEME.sites_per_visit
# as shown: all 1 in the first visit, all 2 in the second
READING = ReadingRecord(
    subject="S001",
    case="CASEA",
    reader="ES",
    round=1,
    position=1,
    visits=frozenset({1, 2}),
    cells=[("1", 1, "")] * HALF + [("2", 1, "")] * HALF,
    started="",
    last="",
)
HIDDEN, AS_SHOWN, TURNED = (
    VisitNames(ordered=False),
    VisitNames(ordered=True),
    VisitNames(True, InTime(frozenset({"S001"}))),
)


def _rows(names: VisitNames, table: str) -> list[dict[str, str]]:
    sheet = Sheet(SCHEME, "BLINDED", names, [READING])
    found = dict(filled(sheet) for filled in (*LONG_TABLES, wide))
    ((header, lines),) = [(item.header, lines) for item, lines in found.items() if item.name == table]
    return list(csv.DictReader(_split(lines), fieldnames=header, strict=True))


def _split(parts: Iterator[str]) -> list[str]:
    return "".join(parts).splitlines(keepends=True)


def test_visits_are_a_and_b_without_a_number() -> None:
    rows = _rows(HIDDEN, "scores")

    assert {(row["visit"], row["visit_num"], row["score"]) for row in rows} == {("VA", "", "1"), ("VB", "", "2")}


def test_nothing_is_a_change() -> None:
    changes = _rows(HIDDEN, "changes")

    assert {row["change_status"] for row in changes} == {"NOT_APPLICABLE"}
    assert {row["baseline"] + row["follow_up"] + row["change"] for row in changes} == {""}
    (wide,) = _rows(HIDDEN, "wide")
    assert {name for name in wide if name.startswith("syntot")} >= {"syntot_va", "syntot_vb", "syntot_chg"}
    assert wide["syntot_chg"] == ""


def test_told_in_time_the_visit_shown_first_may_be_the_follow_up() -> None:
    # three joints: 3 x 1 as shown first, 3 x 2 as shown second
    as_shown = {row["visit"]: row["strict"] for row in _rows(AS_SHOWN, "totals") if row["total"] == "SYNTOT"}
    turned = {row["visit"]: row["strict"] for row in _rows(TURNED, "totals") if row["total"] == "SYNTOT"}
    change = {row["total_rule"]: row["change"] for row in _rows(TURNED, "changes") if row["measure"] == "SYNTOT"}

    assert as_shown == {"V1": "3", "V2": "6"}
    assert turned == {"V1": "6", "V2": "3"}
    assert change == {"STRICT": "-3", "COMMON": "-3", "PRORATA": "-3"}
