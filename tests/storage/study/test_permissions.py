"""Permissions, in each state: each cell of the two tables in docs/record.md is done and compared."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from storage.errors import CaseClosed, StudyLocked, UnknownCase
from storage.handover.hand_over import hand_over
from storage.records import SiteNote
from storage.study.coordinator import CoordinatorStudy
from storage.study.reader import ReaderStudy
from tests.builders.studies import a_study, as_it_is, changed, key, read_whole, record, with_files
from workstation.cli import main

SEEN = ("--borders-seen", "--why", "on the console", "--who", "J. Smit")
PHRASE = "correct horse battery"
PAGE = Path(__file__).parents[3] / "docs" / "record.md"


def _table(first: str) -> Mapping[tuple[str, str], str]:
    """The cells of the table whose head begins with that word, by row and column."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    head = _cells(lines[start])
    found = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = _cells(line)
        found.update({(name, column): cell for column, cell in zip(head[1:], cells, strict=True)})
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


READER, FOLDER = _table("reader"), _table("with the folder")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A study with a case of ES in each state, one of MO, and copies of it: locked, and handed over to ES."""
    root = tmp_path_factory.mktemp("permissions")
    trial = with_files(a_study(root / "study", *(f"S{number:03}" for number in range(1, 6))))
    with CoordinatorStudy.open(trial) as study:
        given = study.assign("ES", seed=1)
        draft, parked, signed, again, spare = (item.case for item in given)
        # of a subject that ES reads too: two readings to compare
        other = next(item.case for item in study.assign("MO", seed=2) if item.subject == given[0].subject)
    for case in (draft, signed, again):
        read_whole(trial, case)
    read_whole(trial, other, reader="MO")
    record(trial, parked, changed("1 ERO CAP", "3"))
    with ReaderStudy.open(trial, "ES") as reader:
        reader.park(parked, "ASK")
        # so that the case that is drawn is this one alone
        for case in (signed, draft):
            reader.sign(case, {found.id: "seen" for found in reader.signing_sheet(case).findings})
    with CoordinatorStudy.open(trial) as study:
        subject = next(item.subject for item in study.assign("ES") if item.case == again)
        for seed in range(100):
            shutil.copyfile(trial / "study.db", root / "before.db")
            if study.reread("ES", 1, seed=seed)[0].subject == subject:
                break
            shutil.copyfile(root / "before.db", trial / "study.db")
        study.reopen(draft, "so that it is a draft again")
    with ReaderStudy.open(trial, "MO") as reader:
        reader.set_passphrase(PHRASE)
    hand_over(trial, root / "copy", as_it_is, "ES")
    shutil.copytree(trial, root / "study locked")
    with CoordinatorStudy.open(root / "study locked") as study:
        study.lock(why="interim analysis", incomplete=True)
    cases = {"draft": draft, "parked": parked, "signed": signed, "first of a re-read": again}
    return root, cases | {"another reader's": other, "study locked": draft, "spare": spare}


def _grade(study: ReaderStudy, case: str) -> None:
    before = "" if study.reading(case).answer(key("1 ERO CAP")) is None else "0"
    study.record(case, [changed("1 ERO CAP", "5", before)], "room")


def _sign(study: ReaderStudy, case: str) -> None:
    study.sign(case, {found.id: "seen" for found in study.signing_sheet(case).findings})


DEEDS: Mapping[str, Callable[[ReaderStudy, str], object]] = {
    "look at the grades": lambda study, case: study.reading(case),
    "grade": _grade,
    "note at a site": lambda study, case: study.note(case, key("1 ERO CAP"), SiteNote("look again")),
    "sign": _sign,
    "park": lambda study, case: study.park(case, "ASK"),
    "take back": lambda study, case: study.take_back(case),
    "remember the bookmark": lambda study, case: study.save_bookmark(case, "here"),
}
REFUSALS = {CaseClosed: "closed", UnknownCase: "unknown", StudyLocked: "locked"}


def _content(file: Path) -> list[int]:
    """How many rows there are of what a reader writes for good."""
    connection = sqlite3.connect(file)
    tables = ("event", "act")
    found = [connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables]  # noqa: S608 - ours
    connection.close()
    return found


@pytest.mark.parametrize(("deed", "state"), sorted(READER))
def test_at_a_case_a_reader_may_do_what_the_page_says(
    deed: str, state: str, made: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    root, cases = made
    (tmp_path / "trial").mkdir()
    source = root / ("study locked" if state == "study locked" else "study")
    shutil.copyfile(source / "study.db", tmp_path / "trial" / "study.db")
    before = _content(tmp_path / "trial" / "study.db")

    with ReaderStudy.open(tmp_path / "trial", "ES") as study:
        try:
            DEEDS[deed](study, cases[state])
        except (CaseClosed, UnknownCase, StudyLocked) as refusal:
            found = REFUSALS[type(refusal)]
        else:
            found = "yes"

    after = _content(tmp_path / "trial" / "study.db")
    if found == "yes" and deed == "take back" and after == before:
        found = "nothing"
    assert found == READER[deed, state]
    assert (after != before) == (found == "yes" and deed not in {"look at the grades", "remember the bookmark"})


COMMANDS: Mapping[str, tuple[str, ...]] = {
    "audit": ("audit", "{dir}"),
    "export": ("export", "{dir}", "{out}"),
    "agreement while reads are open": ("agreement", "{dir}", "--inter", "--readers", "ES,MO", "--why", "interim"),
    "board": ("study", "board", "{dir}"),
    "disagreements": ("study", "disagreements", "{dir}", "--readers", "ES,MO", "--why", "interim"),
    "assign": ("study", "assign", "{dir}", "--reader", "PK"),
    "reread": ("reread", "{dir}", "--reader", "ES", "--n", "1"),
    "design --set": ("study", "design", "{dir}", "--set", "reread_n=10", "--why", "as the protocol says"),
    "reopen": ("study", "reopen", "{dir}", "{signed}", "--why", "a slip"),
    "queries --resolve": ("study", "queries", "{dir}", "--resolve", "{parked}", "--why", "as it is"),
    "reset-passphrase": ("study", "reset-passphrase", "{dir}", "--reader", "MO", "--why", "forgotten"),
    "hand-over": ("study", "hand-over", "{dir}", "{out}", "--reader", "ES", *SEEN),
    "merge": ("study", "merge", "{dir}", "{twin}"),
    "lock": ("study", "lock", "{dir}", "--incomplete", "--why", "interim analysis"),
    "unlock": ("study", "unlock", "{dir}", "--why", "one grade more"),
    "reveal": ("study", "reveal", "{dir}", "--why", "an incidental finding"),
}


@pytest.mark.parametrize(("command", "folder"), sorted(FOLDER))
def test_with_a_folder_a_command_does_what_the_page_says(
    command: str, folder: str, made: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, cases = made
    # what the images hold is of no interest here
    monkeypatch.setattr("workstation.intake.importing.giving.renamed", as_it_is)
    for name in ("trial", "twin"):
        shutil.copytree(root / folder, tmp_path / name)
    words: dict[str, object] = {"dir": tmp_path / "trial", "out": tmp_path / "out", "twin": tmp_path / "twin"}

    words |= {name: code for name, code in cases.items() if name.isalpha()}
    status = main([part.format(**words) for part in COMMANDS[command]])

    assert ("no" if status == 2 else "yes") == FOLDER[command, folder]


def test_the_page_has_a_row_for_each_deed_and_each_command() -> None:
    assert {deed for deed, _ in READER} == set(DEEDS)
    assert {command for command, _ in FOLDER} == set(COMMANDS)
