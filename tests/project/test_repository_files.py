"""Files that a hosting site and git hooks read: they say the same as the project's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_citation_is_of_the_newest_version_and_its_day() -> None:
    newest = re.search(r"^## (\S+) - (\S+)$", _text("CHANGELOG.md"), re.MULTILINE)
    cited = dict(re.findall(r"^(version|date-released): (.+)$", _text("CITATION.cff"), re.MULTILINE))

    assert newest is not None
    assert cited == {"version": newest[1], "date-released": newest[2]}


def test_a_commit_is_checked_by_the_ruff_of_the_tests() -> None:
    pinned = re.findall(r"^(ruff==\S+)$", _text(".ci/constraints.txt"), re.MULTILINE)
    hooked = re.findall(r"\[(ruff==[^\]]+)\]", _text(".pre-commit-config.yaml"))

    assert len(hooked) == 2  # to check and to format
    assert set(hooked) == set(pinned)


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("trial/study.db", True),
        ("vault.db", True),
        ("trial/images/0a/1b.dcm", True),
        ("sample_dicom/baseline/0001.dcm", False),
        ("storage/database/study_schema.py", False),
        ("docs/my-study.db.md", False),
    ],
)
def test_a_commit_holds_no_scan_study_or_vault(path: str, held: bool) -> None:
    hook = _text(".pre-commit-config.yaml").partition("id: no-patients")[2].partition("- id:")[0]
    files, exclude = (re.search(rf"^ +{key}: (.+)$", hook, re.MULTILINE) for key in ("files", "exclude"))
    assert files is not None
    assert exclude is not None

    assert (bool(re.search(files[1], path)) and not re.search(exclude[1], path)) is held


def test_the_workflow_gives_jobs_that_there_are_and_says_that_it_never_ran() -> None:
    workflow = _text(".github/workflows/check.yml")
    jobs = set(re.findall(r'"(\w+)": \w+', _text(".ci/do.py").partition("jobs = {")[2].partition("}")[0]))

    given = set(re.findall(r"run: (?:make|python \.ci/do\.py) (\w+)", workflow))
    assert given >= {"test", "demo", "docs"}
    assert given <= jobs
    assert {"debian:12", "windows-latest", "macos-latest"} <= set(re.findall(r"[\w-]+(?::\d+)?", workflow))
    assert "never run" in workflow


def test_every_job_of_the_script_is_one_of_make_too() -> None:
    jobs = set(re.findall(r'"(\w+)": \w+', _text(".ci/do.py").partition("jobs = {")[2].partition("}")[0]))
    targets = set(re.findall(r"^(\w+):$", _text("Makefile"), re.MULTILINE))

    assert targets == jobs
