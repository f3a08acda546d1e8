"""Whatever was answered comes out as it was answered, and every derived number follows from the exported grades."""

from __future__ import annotations

import csv
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import Answer, AnswerChanged, Graded, NotAssessable, SiteKey
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import grades_on
from storage.exporting.export import export_study
from storage.study.reader import ReaderStudy
from tests.builders.studies import an_assigned_study, record

SCHEME = shipped_scheme()
KEYS = keys_in_reading_order(SCHEME)
# one line of printable text without blanks at its ends, as `check_answer` wants it
_WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


def _answers(key: SiteKey) -> st.SearchStrategy[Answer | None]:
    grades = [Graded(grade) for grade in grades_on(SCHEME.feature(key.feature).scale)]
    codes = [NotAssessable(item.code) for item in SCHEME.unscorable if not item.needs_text]
    return st.one_of(st.sampled_from(grades), st.sampled_from([None, *codes]), _WORDS.map(_other))


def _other(words: str) -> Answer:
    return NotAssessable("OT", words)


READINGS = st.fixed_dictionaries({key: _answers(key) for key in KEYS[:20]}).flatmap(
    lambda some: st.sampled_from([some, some | {key: Graded(Decimal(1)) for key in KEYS[20:]}])
)


def _table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@settings(max_examples=12, deadline=None)
@given(READINGS)
def test_the_tables_read_back_equal_the_study(wanted: dict[SiteKey, Answer | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        study, (case,) = an_assigned_study(Path(folder) / "trial")
        changes = [AnswerChanged(key, None, answer) for key, answer in wanted.items() if answer is not None]
        if changes:
            record(study, case, *changes)
        out = export_study(study, Path(folder) / "out").out
        with ReaderStudy.open(study, "ES") as door:
            reading = door.reading(case)
        scores = {(int(row["visit_num"]), row["feature"], row["site"]): row for row in _table(out, "scores")}
        comments = {(int(row["visit_num"]), row["feature"], row["site"]): row for row in _table(out, "comments")}
        totals = {(int(row["visit_num"]), row["total"]): row for row in _table(out, "totals")}
        changes_of = {row["measure"]: row for row in _table(out, "changes") if row["total_rule"] == "SITE"}

    assert len(scores) == len(KEYS)
    for key in KEYS:
        place = (key.visit, str(key.feature), str(key.site))
        assert _read_back(scores[place], comments.get(place)) == reading.answer(key)
    # the strict total, added up from the exported cells alone
    for declared in SCHEME.totals:
        for visit in (1, 2):
            cells = [row for (at, feature, _), row in scores.items() if at == visit and feature in declared.features]
            whole = all(row["score"] for row in cells)
            assert totals[visit, declared.code]["strict"] == (
                str(sum(Decimal(row["score"]) for row in cells)) if whole else ""
            )
    for measure, row in changes_of.items():
        feature, site = measure.split(".")
        before, after = (scores[visit, feature, site]["score"] for visit in (1, 2))
        assert row["change"] == (str(Decimal(after) - Decimal(before)) if before and after else "")


def _read_back(row: dict[str, str], comment: dict[str, str] | None) -> Answer | None:
    """The answer that a row of scores.csv stands for, its words from comments.csv."""
    match row["score_status"]:
        case "SCORED":
            return Graded(Decimal(row["score"]))
        case "NOT_EVALUABLE":
            words = comment["comment"] if comment else ""
            # the apostrophe that defuses a formula is not the reader's
            defused = words.startswith("'") and words.lstrip("'")[:1] in {*"=+-@", "＝", "＋", "－", "＠"}  # noqa: RUF001 - meant
            return NotAssessable(row["reason_code"], words[1:] if defused else words)
    assert not row["score"]
    return None
