"""Validation page: each requirement names tests that there are, and the page is what its sources say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.validation import (
    PAGE,
    ROOT,
    Requirement,
    Result,
    collected,
    named_files,
    of_run,
    page,
    requirements,
    results,
    written,
)


def test_each_requirement_has_a_number_of_its_own_and_tests_that_there_are() -> None:
    listed = requirements()

    assert [number for number, count in Counter(item.id for item in listed).items() if count > 1] == []
    assert [(item.id, name) for item in listed for name in item.tests if not collected(name)] == []


def test_a_run_for_the_page_takes_each_file_once_and_all_are_there() -> None:
    named = named_files()

    assert len(named) == len(set(named))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_page_is_what_its_sources_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(requirements(), results()), "run python -m tests.validation"


def test_results_are_counted_by_test_and_kept_as_they_were_written(tmp_path: Path) -> None:
    case = '<testcase classname="tests.cli.test_keys" name="{}">{}</testcase>'
    cases = [case.format("test_a[1]", ""), case.format("test_a[2]", "<failure/>"), case.format("test_b", "<skipped/>")]
    junit = tmp_path / "run.xml"
    suite = f'<testsuite timestamp="2026-11-29T10:00:00">{"".join(cases)}</testsuite>'
    junit.write_text(f"<testsuites>{suite}</testsuites>", encoding="utf-8")

    found = of_run(junit)

    assert found == {
        "cli/test_keys.py::test_a": Result(1, 1, 0, "2026-11-29"),
        "cli/test_keys.py::test_b": Result(0, 0, 1, "2026-11-29"),
    }
    assert '"cli/test_keys.py::test_b" = { passed = 0, failed = 0, skipped = 1, day = "2026-11-29" }' in written(found)


def test_a_requirement_whose_test_failed_or_has_no_result_says_so() -> None:
    name = "architecture/test_validation.py::test_the_page_is_what_its_sources_say"
    listed = (Requirement("X1", "it holds", "nobody", (name,)), Requirement("X2", "so does this", "nobody", (name,)))

    assert "1 passed, 2 **failed** on 2026-11-29" in page(listed[:1], {name: Result(1, 2, 0, "2026-11-29")})
    assert "1 tests, no result yet" in page(listed[1:], {})
