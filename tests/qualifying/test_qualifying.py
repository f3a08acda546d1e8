"""Qualification: every check runs here as on a site's machine, and one that must fail does."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.journeys.conftest import ramris
from workstation.qualifying.check import Check, Qualification
from workstation.qualifying.commands import Commands, Ran
from workstation.qualifying.operation import STEPS, operation
from workstation.qualifying.page import qualification_page, summary

PASSED = Check("OQ-1", "asked", "expected", "found", passed=True)
FAILED = Check("OQ-2", "A grade <b>stays</b>", "86", "85 & none", passed=False)
UNTRIED = Check("IQ-1", "files", "a list", "none", passed=None)


class Blind(Commands):
    """A program whose audit finds nothing, whatever was done."""

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        found = super().run(*arguments, stdin=stdin)
        return Ran(0, "The record is intact", "") if arguments[0] == "audit" else found


def _own(folder: Path) -> Mapping[str, str]:
    return {**os.environ, "RAMRIS_DATA": str(folder / "data"), "RAMRIS_CONFIG": str(folder / "settings")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("qualified")


@pytest.fixture(scope="module")
def checks(folder: Path) -> dict[str, Check]:
    told: list[str] = []
    found = {
        check.code: check
        for check in operation(Commands(folder, _own(folder)), lambda _done, _all, stage: told.append(stage))
    }
    assert told == [*(stage for stage, _ in STEPS), "done"]
    return found


def test_every_check_of_what_the_program_does_passes_here(checks: dict[str, Check]) -> None:
    assert list(checks) == [f"OQ-{number}" for number in range(1, 14)]
    assert {code: check.found for code, check in checks.items() if not check.passed} == {}


@pytest.mark.usefixtures("checks")
def test_an_audit_that_finds_no_damage_fails_both_checks_of_it(folder: Path) -> None:
    steps, blind = dict(STEPS), Blind(folder, _own(folder))
    for name in ("damaged-record", "damaged-pixels"):
        (folder / name).rename(folder / f"{name}, before")

    record, pixels = steps["damage to the record"](blind), steps["damage to the pixels"](blind)

    assert (record.passed, pixels.passed) == (False, False)


@pytest.mark.usefixtures("checks")
def test_a_grade_that_was_typed_otherwise_fails_the_check_of_the_export(folder: Path) -> None:
    truth = folder / "scans" / "truth.csv"
    kept = truth.read_text("utf-8")
    lines = kept.splitlines(keepends=True)
    start, _, grade = lines[1].rstrip().rpartition(",")
    truth.write_text("".join([lines[0], f"{start},{3 - int(grade)}\n", *lines[2:]]), "utf-8")
    shutil.rmtree(folder / "csv")
    try:
        found = dict(STEPS)["export"](Commands(folder, _own(folder)))
    finally:
        truth.write_text(kept, "utf-8")

    assert found.passed is False
    assert found.found.startswith("85 of 86 the same")


def test_the_page_says_how_it_came_out_and_what_stands_in_it_is_text() -> None:
    found = Qualification("1.0", (("system", "Linux <1>"),), "then", "now", (UNTRIED,), (PASSED, FAILED))

    page = qualification_page(found)

    assert summary(found) in page.replace("&#x27;", "'")
    assert summary(found) == (
        "1 of 2 checks failed: OQ-2. Don't read a trial on this machine. 1 couldn't be tried here."
    )
    assert "A grade &lt;b&gt;stays&lt;/b&gt;" in page
    assert "85 &amp; none" in page
    assert "Linux &lt;1&gt;" in page
    assert "Performed by, date" in page


def test_a_page_that_is_no_page_is_refused_before_anything_runs(tmp_path: Path) -> None:
    refused = ramris("qualify", tmp_path / "page.pdf")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "must end in .html" in refused.stderr


def test_a_page_in_a_folder_that_is_not_there_is_refused_before_anything_runs(tmp_path: Path) -> None:
    refused = ramris("qualify", tmp_path / "nowhere" / "page.html")

    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "ramris: page.html: its folder isn't there; make it first, or name another one\n"


def test_the_installation_is_told_as_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from workstation.app import qualifying  # noqa: PLC0415 - patched below

    monkeypatch.setattr("workstation.qualifying.operation.STEPS", ())
    found = qualifying.qualify(lambda _done, _all, _stage: None)
    qualifying.write_page(found, tmp_path / "page.html")

    told = json.loads(json.dumps(found.as_json()))
    assert [check["code"] for check in told["installation"]] == ["IQ-1", "IQ-2", "IQ-3", "IQ-4"]
    assert told["passed"]
    assert "pydicom" in told["installation"][1]["found"]
    assert (tmp_path / "page.html").read_text("utf-8").startswith("<!DOCTYPE html>")
