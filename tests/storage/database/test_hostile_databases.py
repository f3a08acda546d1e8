"""Hostile databases: whatever stands in study.db or vault.db, a command says one plain line and no fault of its own.

RAMRIS_HOSTILE_RUNS and RAMRIS_HOSTILE_SEED give more of them.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.builders.hostile.databases import a_whole_study, edit, edits
from tests.torture.ledger import did
from workstation.cli import main
from workstation.cli.shared import DONE, FINDINGS, REFUSED

RUNS = int(os.environ.get("RAMRIS_HOSTILE_RUNS", "12"))
SEED = int(os.environ.get("RAMRIS_HOSTILE_SEED", "20261129"))
COMMANDS = (
    "audit {trial} --quick",
    "study board {trial}",
    "study queries {trial}",
    "study design {trial}",
    "study check {trial}",
    "study log {trial}",
    "study choices {trial}",
    "study reveal {trial} --why asked",
    "study assign {trial} --reader ES",
    "study assign {trial} --reader MO --seed 3",
    "study reopen {trial} {case} --why again",
    "study backup {trial}",
    "study restore {trial}",
    "study salvage {trial} {out}",
    "study lock {trial} --incomplete --why interim",
    "study merge {trial} {copy}",
    "study merge {copy} {trial}",
    "study disagreements {trial}",
    "sign {trial} --reader ES --case {case} --check",
    "reread {trial} --reader ES --n 1",
    "export {trial} {out}",
    "export {trial} {out} --with-identities --why asked",
    "trail {trial} {out}",
    "agreement {trial} --reader ES",
    "study adopt-vault {trial} --why asked",
    "read {trial} --reader ES --png {out}.png",
    "manage {trial} --png {out}.png",
    "enter {trial} --reader ES",
    "study create {trial}",
    "study add {trial} {scans}",
    "study enrolments {trial}",
    "study enrolments {trial} --rule consecutive --why asked",
    "study decide {trial} finding:AAAAAAAA accept --why asked",
    "study remove {trial} S001 --why asked --who me",
    "study release {trial} --all --why asked",
    "study undo {trial} AAAA --why asked",
    "study hand-over {trial} {out} --borders-seen --why asked --who me",
    "study design {trial} --set reread_n=2 --why asked",
    "study unlock {trial} --why asked",
    "study take-back {trial} --reader ES --why asked",
    "study retire {trial} --reader ES --why asked",
    "study rename-reader {trial} --reader ES --name R1 --why asked",
    "study keep-vault {trial} {out}",
    "study restore-vault {trial} --list",
    "study restore-vault {trial}",
    "study adjudicate {trial} --reader CO",
    "study queries {trial} --resolve {case} --why asked",
    "study reset-passphrase {trial} --reader ES --why asked",
    "agreement {trial} --inter",
    "agreement {trial} --report {out}.html",
    "charter {trial} {out}.pdf",
    "sheets {trial} {out}",
    "outlines {trial} {out}",
    "numbers {trial} --figure differences --out {out}.png",
    "calibrate {trial}",
    "fetch {trial}",
    "open {trial} --png {out}.png",
    "send {trial} postgresql://reader@127.0.0.1:1/inbox?sslmode=require",
    "reader passphrase {trial} --reader ES",
    "study final {trial}",
    "study people {trial}",
    "study people {trial} --set me --name me --role coordinator --why asked",
    "--as me study passphrase {trial}",
    "study scheme list {trial}",
    "study scheme add {trial} ramris-hand --why asked",
    "study scheme remove {trial} ramris-hand --why asked",
    "study blank {trial} AAAA --region 0,0,2,2 --why asked",
    "study choose {trial} AAAA T1 --why asked",
    "study refuse {trial} AAAA --why asked",
    "study decide {trial} size:AAAAAAAA 150 --why asked",
    "study pull {trial} --from http://127.0.0.1:1",
    "study lock-vault {trial}",
    "study unlock-vault {trial}",
    "study join postgresql://reader@127.0.0.1:1/record?sslmode=require {trial}",
    "study move {trial} postgresql://reader@127.0.0.1:1/record?sslmode=require",
    "study move {trial} --back",
    "study upgrade {trial}",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A study and one of its cases."""
    return a_whole_study(tmp_path_factory.mktemp("hostile") / "trial")


@pytest.mark.parametrize("number", range(RUNS))
def test_a_hostile_database_is_told_in_one_line_and_is_no_fault_of_the_program(
    number: int,
    whole: tuple[Path, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, case = whole
    dice = random.Random(f"{SEED} {number}")
    hostile = Path(shutil.copytree(folder, tmp_path / "hostile"))
    done = next(statement for file, statement in edits(dice) if edit(hostile, file, statement))
    places = {"copy": str(folder), "case": case, "scans": str(tmp_path / "scans")}
    (tmp_path / "scans").mkdir()

    for count, words in enumerate(dice.sample(COMMANDS, 6)):
        trial = Path(shutil.copytree(hostile, tmp_path / f"trial{count}"))
        given = words.format(**places, trial=trial, out=tmp_path / f"out{count}").split()
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b""), encoding="utf-8"))
        capsys.readouterr()

        status = main(given)

        said = capsys.readouterr()
        assert status in {DONE, FINDINGS, REFUSED}, (done, words)
        assert "of the program itself" not in said.err, (done, words, said.err)
        # a refusal, and at most one line more for a copy that couldn't be made; before both, that figures are seen
        # while cases are read
        lines = [line for line in said.err.splitlines() if "can sway a reader" not in line]
        assert all(line.startswith("ramris: ") for line in lines), (done, words, said.err)
        assert len(lines) in ({1, 2} if status == REFUSED else {0, 1}), (done, words, said.err)
        did("commands on a hostile database")


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (
            ("study.db", "UPDATE alembic_version SET version_num = '0001'"),
            "says that it has schema 1, and what is in it",
        ),
        (
            ("vault.db", "UPDATE alembic_version SET version_num = '0001'"),
            "says that it has schema 1, and what is in it",
        ),
        (("vault.db", "DELETE FROM secret"), "its secret is gone; `ramris study restore-vault`"),
        (("vault.db", "INSERT INTO secret SELECT 2, value FROM secret"), "it holds more than one secret"),
        (("vault.db", "UPDATE secret SET value = 'x'"), "its secret isn't 32 bytes"),
        (("vault.db", "UPDATE secret SET value = 99999999999"), "its secret isn't 32 bytes"),
        (("vault.db", "UPDATE secret SET value = zeroblob(31)"), "its secret isn't 32 bytes"),
    ],
    ids=[
        *("study of another schema", "vault of another schema", "no secret"),
        *("two secrets", "a secret of text", "a secret of a number", "a short secret"),
    ],
)
def test_what_the_endurance_run_found_is_told(
    done: tuple[str, str], told: str, whole: tuple[Path, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = Path(shutil.copytree(whole[0], tmp_path / "trial"))
    file, statement = done
    assert edit(trial, file, statement)
    before = (trial / file).read_bytes()

    assert main(["study", "board", str(trial)]) == REFUSED

    assert told in capsys.readouterr().err
    assert (trial / file).read_bytes() == before


@pytest.mark.parametrize("words", ["audit {}", "study board {}", "study create {}", "study add {} {}", "export {} {}"])
def test_a_name_that_no_disk_takes_is_told(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(tmp_path / ("N" * 300))

    assert main(words.format(name, name).split()) == REFUSED

    assert "of the program itself" not in capsys.readouterr().err
