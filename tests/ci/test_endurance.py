"""Endurance as one command: each long run is a part of it, with fresh seeds in each turn, and what fails is named."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from tests.torture.__main__ import PARTS, ROOT, Part, command, counted, turns


def test_each_file_of_a_part_is_there_and_each_test_of_torture_is_in_a_part() -> None:
    named = {file for part in PARTS for file in part.files}

    assert [file for file in named if not (ROOT / file).exists()] == []
    tortures = {f"tests/torture/{path.name}" for path in (ROOT / "tests" / "torture").glob("test_*.py")}
    assert tortures - named == set()


def test_each_part_comes_in_each_turn_and_no_seed_comes_twice() -> None:
    found = list(islice(turns(7), 2 * len(PARTS)))

    assert [part for part, _ in found] == [*PARTS, *PARTS]
    assert [seed for _, seed in found] == list(range(7, 7 + 2 * len(PARTS)))


def test_the_seed_stands_in_the_line_that_runs_a_part() -> None:
    part = Part("one", ("tests/a.py",), ("--mutant-seed", "{seed}"))

    assert command(part, 42, Path("out.xml"))[-3:] == ["--mutant-seed", "42", "tests/a.py"]


def test_a_result_is_counted_and_what_failed_is_named(tmp_path: Path) -> None:
    case = '<testcase classname="tests.a" name="{}">{}</testcase>'
    cases = [case.format("test_b", "<failure/>"), case.format("test_c", "<skipped/>"), case.format("test_d", "")]
    junit = tmp_path / "run.xml"
    junit.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>", encoding="utf-8")

    assert counted(junit) == (3, 1, ["tests.a::test_b"])
