"""The page in a reader's copy that says how to open it: what it says is so, and tells nobody anything else."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from storage.audit.verification import audit
from storage.recovery.merge import merge
from tests.builders.editions import Trial, handed
from tests.builders.studies import changed, record
from workstation.actions.loading import shipped_actions
from workstation.cli.reading import read
from workstation.starting.actions import shipped_actions as start_actions


def _page(copy: Path) -> str:
    return (copy / "README.txt").read_text("utf-8")


def test_the_command_of_the_page_opens_this_copy_for_its_reader(trial: Trial) -> None:
    copy = handed(trial[0], "es")

    (line,) = (line.strip() for line in _page(copy).splitlines() if line.strip().startswith("ramris read"))
    program, command, *arguments = shlex.split(line)

    assert (program, command) == ("ramris", read.name)
    given = read.make_context("read", arguments).params
    assert {name: value for name, value in given.items() if value} == {"directory": Path.cwd(), "reader": "ES"}


def test_the_keys_that_the_page_names_do_what_it_says(trial: Trial) -> None:
    keys = {key: action.id for action in shipped_actions() for key in action.keys}

    page = _page(handed(trial[0], "es"))
    assert "F1 shows all keys" in page
    assert keys["F1"] == "help.keys"
    assert "Press R and choose this folder." in page
    assert {action.id: action.key for action in start_actions()}["study.read"] == "R"


def test_the_page_tells_no_case_no_subject_no_date_and_not_where_it_was_made(trial: Trial) -> None:
    folder, cases = trial
    page = _page(handed(folder, "made-in-january"))

    names = [item.case for item in cases["ES"]] + ["S001", "MO", "made-in-january", folder.name, str(folder.parent)]
    assert [name for name in names if re.search(rf"\b{re.escape(name)}\b", page)] == []
    # the digits of the page count steps and name one key
    assert re.findall(r"\d+", page) == ["1", "2", "3", "1"]


def test_two_copies_of_a_reader_have_the_same_page_of_the_same_age(trial: Trial) -> None:
    folder, cases = trial
    first = handed(folder, "first")
    record(first, cases["ES"][0].case, changed("1 ERO CAP", "7"))
    merge(folder, [first])

    second = handed(folder, "second")

    assert _page(first) == _page(second)
    # 1980, as the images: when they were handed over is told by neither
    assert {(copy / "README.txt").stat().st_mtime for copy in (first, second)} == {315_532_800}


@pytest.mark.parametrize("fate", ["kept", "changed", "removed"])
def test_a_copy_is_audited_and_comes_home_whatever_became_of_its_page(trial: Trial, fate: str) -> None:
    folder, cases = trial
    copy = handed(folder, "es")
    record(copy, cases["ES"][0].case, changed("1 ERO CAP", "7"))
    if fate == "changed":
        (copy / "README.txt").write_text("notes of my own", encoding="utf-8")
    if fate == "removed":
        (copy / "README.txt").unlink()

    assert audit(copy).events == 1
    (done,) = merge(folder, [copy])

    assert done.answers == 1
