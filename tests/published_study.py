"""The published study on a synthetic cohort: every command of docs/published-study.md, from scans to tables.

`python -m tests.published_study FOLDER` runs the page. What people do between its commands is done here: questions of
the import are answered, a scripted reader grades (tests/builders/analyses/scripted_reader.py), and half a year goes by
before the re-reads. It takes some minutes; then the tables are held against the cohort's shape, which is the published
study's.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import storage.clock

_REAL_NOW = storage.clock.now
_gone_by = timedelta()


def _later() -> datetime:
    return _REAL_NOW() + _gone_by


# before any module takes it by name
storage.clock.now = _later

from tests.builders.analyses.scripted_reader import Shown, Truth, first_readings, lines, rereads, truth_of  # noqa: E402
from tests.builders.trial_cohort import csv_of  # noqa: E402
from workstation.cli import main  # noqa: E402

PAGE: Final = Path(__file__).parents[1] / "docs" / "published-study.md"
READER: Final = "R1"
NOISE: Final = 3
_HALF_A_YEAR: Final = timedelta(days=184)
_TYPED: Final = re.compile(r"^ {4}ramris (.+)$", re.MULTILINE)


def commands(text: str) -> list[str]:
    """The commands of the page in their order, without the comments behind them."""
    return [line.split("  #")[0].strip() for line in _TYPED.findall(text)]


class Way:
    """The commands of the page, run in a folder; and what a person does before or after each."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self.say = folder, say
        self.cases: list[Shown] = []

    def follow(self, typed: str) -> None:
        """Run one command of the page, or what it stands for."""
        began = time.monotonic()
        words = shlex.split(typed)
        if words[0] in {"read", "manage"}:
            self.say(f"  (a window) ramris {typed}")
            return
        if words[0] == "enter":
            self._enter()
        elif words[0] == "sign":
            for shown in self.cases:
                self._sign(shown.case)
        elif words[:2] == ["study", "decide"]:
            self._answer_questions()
        else:
            self._run(words)
        self.say(f"{time.monotonic() - began:6.1f} s  ramris {typed}")

    def _run(self, words: list[str]) -> None:
        status, said = ran([*words, "--json"] if words[0] == "reread" or words[1:2] == ["assign"] else words)
        if words[1:2] == ["assign"]:
            _, enrolled = ran(["study", "enrolments", "trial", "--json"])
            self.cases = first_readings(json.loads(said), json.loads(enrolled))
        elif words[0] == "reread":
            self.cases = rereads(json.loads(said))
            globals()["_gone_by"] = _HALF_A_YEAR
        assert status in {0, 1}, (words, said)

    def _answer_questions(self) -> None:
        """Each question of the import has its answer, and what lacks is accepted."""
        _, text = ran(["study", "check", "trial", "--json"])
        for what, answer, why in answers(json.loads(text)):
            status, said = ran(["study", "decide", "trial", what, answer, "--why", why, "--who", "the coordinator"])
            assert status in {0, 1}, (what, answer, said)

    def _enter(self) -> None:
        text = lines(self.cases, self.truth(), NOISE)
        (self.folder / "grades.csv").write_text(text, "utf-8")
        status, said = ran(["enter", "trial", "--reader", READER, "--json"], text)
        assert status == 0, said

    def _sign(self, case: str) -> None:
        _, text = ran(["sign", "trial", "--reader", READER, "--case", case, "--check", "--json"])
        seen = [part for item in json.loads(text)["findings"] for part in ("--answer", f"{item['id']}=seen")]
        status, said = ran(["sign", "trial", "--reader", READER, "--case", case, *seen])
        assert status == 0, said

    def truth(self) -> Truth:
        """What the scripted reader sees: the cohort's truth, without what a missing series hides."""
        from storage.study.coordinator import CoordinatorStudy  # noqa: PLC0415 - behind the clock

        with CoordinatorStudy.open(self.folder / "trial") as study:
            subjects = {str(item.attributes["PatientID"]): item.subject for item in study.vault.people()}
            kinds: dict[tuple[str, int], set[tuple[str, str]]] = {}
            for series in study.overview().series:
                kinds.setdefault((series.subject, series.visit), set()).add((series.kind, series.plane))
        lacking: dict[tuple[str, int], list[str]] = {}
        for scan, there in kinds.items():
            hidden = ["ERO"] * (("T1", "COR") not in there)
            lacking[scan] = [*hidden, *["SYN", "TEN"] * (("T1FSGD", "AX") not in there)]
        with (self.folder / "cohort" / "truth.csv").open(newline="") as file:
            return truth_of(csv.DictReader(file), subjects, lacking)


def answers(checked: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(what, answer, why) for each question, and for each finding that asks for a person."""
    for item in checked["questions"]:
        yield item["what"], item["proposal"], "the dates are right: who is enrolled again has a baseline again"
    for item in checked["findings"]:
        if item["accepted"] is None and item["level"] != "note" and not item["code"].startswith("question"):
            yield item["id"], "accept", "asked the site: it wasn't acquired"


# the published study: 80 people, 84 enrolments, 77 first scans; n of the changes in its table 3 (scoring rules)
FLOW: Final = {"people": 80, "people_in_two_groups": 4, "enrolments": 84, "read_at_baseline": 77}
CHANGES: Final = {"SYNTOT": 66, "TENTOT": 66, "OSTTOT": 68, "EROTOT": 67, "MRII": 66}
SCANS_AGAIN: Final = 10


def held(folder: Path) -> None:
    """Hold the tables, and what else came of the page, against the shape of the study."""
    found = json.loads((folder / "tables" / "analysis.json").read_text("utf-8"))
    assert {name: found["flow"][name] for name in FLOW} == FLOW
    with (folder / "tables" / "table_3.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == "ALL"]
    assert {code: {int(row["n"]) for row in rows if row["measure"] == code} for code in CHANGES} == {
        code: {n} for code, n in CHANGES.items()
    }
    models = {model["id"]: model for model in found["regressions"]}
    # some are enrolled twice; of somebody the first enrolment may lack what the second has
    assert models["published"]["n"] > models["published"]["people"] >= models["first-enrolments"]["n"]
    assert models["xray-erosion"]["reason"] is None
    assert found["sdc"]["repeats"] == SCANS_AGAIN
    assert all((folder / "tables" / f"figure_{number}.{kind}").exists() for number in (1, 2) for kind in ("svg", "pdf"))
    _, text = ran(["agreement", "trial", "--reader", READER, "--json"])
    assert json.loads(text)["scans"]["n"] == SCANS_AGAIN


def judged(folder: Path) -> str:
    """Let R compute every number of the tables again, from the export and the clinical file alone."""
    if shutil.which("Rscript") is None:
        return "R isn't installed, so it didn't judge the tables"
    from scoring.analysis.plan import shipped_plan  # noqa: PLC0415 - behind the clock
    from tests.builders.analysed import analysed  # noqa: PLC0415
    from tests.builders.analyses.numbers import by_r, differing, numbers  # noqa: PLC0415

    with (folder / "export" / "identities.csv").open(newline="") as file:
        codes = {row["value"]: row["subject_id"] for row in csv.DictReader(file) if row["keyword"] == "PatientID"}
    with (folder / "cohort" / "CLINICAL.csv").open(newline="") as file:
        rows = [row | {"subject_id": codes.get(row["subject_id"], row["subject_id"])} for row in csv.DictReader(file)]
    # R joins by codes
    (folder / "clinical.csv").write_bytes(csv_of(rows))
    outlier = next(iter(codes.values()))
    ours = numbers(analysed(folder, shipped_plan().with_outliers([outlier])))
    assert differing(ours, by_r(folder, outlier)) == []
    return f"{sum(map(len, ours.values()))} numbers of the tables are those of R"


def ran(words: list[str], stdin: str = "") -> tuple[int, str]:
    """Run a command in this process: its exit status, and what it prints."""
    out, before = io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), "utf-8")
    try:
        with contextlib.redirect_stdout(out):
            return main(words), out.getvalue()
    finally:
        sys.stdin = before


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    os.chdir(place)
    way = Way(place.absolute(), partial(print, flush=True))
    for each in commands(PAGE.read_text("utf-8")):
        way.follow(each)
    held(place)
    way.say(f"The tables have the published study's shape. {judged(place.absolute())}")
