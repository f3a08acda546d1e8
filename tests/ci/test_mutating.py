"""Mutants of source text: each is one change that is still Python, and hints, refusals and texts are left alone."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.__main__ import ROOT, noticed, sample
from tests.mutation.__main__ import tests_of as of_package
from tests.mutation.mutating import mutants

SOURCE = '''"""Text with 1 < 2."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    LIMIT = 3


def over(one: "1 + 1", other: int = 0) -> bool:
    if one < other and not other:
        raise ValueError(f"{one + 1}: too many")
    return "a" + "b" == f"{one - other}"
'''


def test_each_mutant_is_one_change_of_a_line() -> None:
    found = [(mutant.line, mutant.after) for mutant in mutants(SOURCE)]

    assert sorted(found) == [
        (8, 'def over(one: "1 + 1", other: int = 1) -> bool:'),
        (9, "if not (one < other and not other):"),
        (9, "if one < other and other:"),
        (9, "if one < other or not other:"),
        (9, "if one <= other and not other:"),
        (11, 'return "a" + "b" != f"{one - other}"'),
        (11, 'return "a" + "b" == f"{one + other}"'),
    ]
    assert all(mutant.text.count("\n") == SOURCE.count("\n") for mutant in mutants(SOURCE))


def test_a_sample_is_the_same_for_a_seed_and_another_for_another() -> None:
    one, same, other = (sample("storage/signing", 5, seed) for seed in (1, 1, 2))

    assert one == same != other
    assert len(one) == 5
    assert of_package("storage/signing")[0] == "tests/storage/signing"


def test_a_mutant_is_noticed_by_a_test_that_asks_and_its_file_is_put_back(tmp_path: Path) -> None:
    file = ROOT / "storage" / "clock.py"
    mutant = next(item for item in mutants(file.read_text(encoding="utf-8")) if "midnight != earliest" in item.after)
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "__init__.py").touch()
    copy = tmp_path / "storage" / "clock.py"
    copy.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    asks = "from datetime import UTC\nfrom storage.clock import due\n\ndef test_it() -> None:\n    assert {}\n"
    noon = 'due("2026-01-01T12:00:00.000Z", 1) == "2026-01-03T00:00:00.000Z"'
    for name, claim in (("test_asks.py", noon), ("test_asks_nothing.py", "UTC")):
        (tmp_path / name).write_text(asks.format(claim), encoding="utf-8")

    assert noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_asks.py"])
    assert not noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_asks_nothing.py"])
    assert copy.read_text(encoding="utf-8") == file.read_text(encoding="utf-8")
