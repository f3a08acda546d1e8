"""The hostile cases, the tests that give them, and the page that says which is which.

`python -m tests.hostile_cases` writes docs/hostile-cases.md.
"""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "hostile_cases.toml"
PAGE = ROOT / "docs" / "hostile-cases.md"
HEAD = """# Hostile cases

What scanners, disks and hands can do to the program, what a person then gets, and the test that does it. Written from
the tests' own marks by `python -m tests.hostile_cases`; a test fails when this page and the marks differ. A case
without a test says why.

| case | given | what a person gets | tests |
|---:|---|---|---|
"""


@dataclass(frozen=True)
class HostileCase:
    """One case of the list: what is given, what a person gets, and why no test gives it ("" when one does)."""

    number: int
    given: str
    answer: str
    untested: str = ""


def cases() -> tuple[HostileCase, ...]:
    """Every case of the list, in the order of the numbers."""
    return tuple(HostileCase(**row) for row in tomllib.loads(CASES.read_text(encoding="utf-8"))["case"])


def marked() -> dict[int, tuple[str, ...]]:
    """The tests that give each case, as `file::test`, read from the source, so that nothing can be skipped."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, number in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            found[number].append(f"{path.relative_to(ROOT / 'tests').as_posix()}::{name}")
    return {number: tuple(tests) for number, tests in found.items()}


def _marks(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.case":
                    for argument in decorator.args:
                        yield node.name, ast.literal_eval(argument)


def page(listed: tuple[HostileCase, ...], tests: Mapping[int, tuple[str, ...]]) -> str:
    """docs/hostile-cases.md as Markdown."""
    return HEAD + "".join(
        f"| {case.number} | {_cell(case.given)} | {_cell(case.answer)} | {_where(case, tests)} |\n" for case in listed
    )


def _where(case: HostileCase, tests: Mapping[int, tuple[str, ...]]) -> str:
    given_by = "<br>".join(f"`{test}`" for test in tests.get(case.number, ()))
    return given_by or f"none: {_cell(case.untested)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    PAGE.write_text(page(cases(), marked()), encoding="utf-8")
