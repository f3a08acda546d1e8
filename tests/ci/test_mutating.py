"""Mutants of source text: each is one change that is still Python, and hints, refusals and texts are left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutation.__main__ import ROOT, noticed, sample
from tests.mutation.__main__ import tests_of as of_package
from tests.mutation.mutating import Mutant, mutants

SOURCE = '''"""Text with 1 < 2."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    LIMIT = 3


def over(one: "1 + 1", other: int = 0) -> bool:
    if one < other and not other:
        raise ValueError(f"{one + 1}: too many")
    return "a" + "b" == f"{one - other}"


def beside(lines: list[str], rows: list[str]) -> object:
    return csv.reader(lines, strict=True), zip(lines, rows, strict=True)
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
        # of two things side by side it is a guard against authors, as that a value can't be changed is
        (15, "return csv.reader(lines, strict=False), zip(lines, rows, strict=True)"),
    ]
    assert all(mutant.text.count("\n") == SOURCE.count("\n") for mutant in mutants(SOURCE))


def test_a_sample_is_the_same_for_a_seed_and_another_for_another() -> None:
    one, same, other = (sample("storage/signing", 5, seed) for seed in (1, 1, 2))

    assert one == same != other
    assert len(one) == 5
    assert of_package("storage/signing")[0] == "tests/storage/signing"


def _copy_with(folder: Path, tests: dict[str, str]) -> tuple[Path, Mutant]:
    """A copy that holds a module and these tests of it, the module's path, and a mutant of it."""
    file = ROOT / "storage" / "clock.py"
    (folder / "storage").mkdir()
    (folder / "storage" / "__init__.py").touch()
    shutil.copy(file, folder / "storage" / "clock.py")
    for name, claim in tests.items():
        asks = "from pathlib import Path\nfrom datetime import UTC\nfrom storage.clock import due\n\n"
        (folder / name).write_text(f"{asks}def test_it() -> None:\n    assert {claim}\n", encoding="utf-8")
    found = mutants(file.read_text(encoding="utf-8"))
    return file, next(item for item in found if "midnight != earliest" in item.after)


def test_a_mutant_is_noticed_by_a_test_that_asks_and_its_file_is_put_back(tmp_path: Path) -> None:
    noon = 'due("2026-01-01T12:00:00.000Z", 1) == "2026-01-03T00:00:00.000Z"'
    file, mutant = _copy_with(tmp_path, {"test_asks.py": noon, "test_asks_nothing.py": "UTC"})

    assert noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_asks.py"])
    assert not noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_asks_nothing.py"])
    assert (tmp_path / "storage" / "clock.py").read_text(encoding="utf-8") == file.read_text(encoding="utf-8")


def test_a_test_that_fails_of_itself_notices_no_mutant(tmp_path: Path) -> None:
    # as on a machine that is too busy at first: twice it fails
    ran = "len(list(Path().glob('ran*')))"
    at_last = f'Path(f"ran{{{ran}}}").mkdir() or {ran} > 2'
    file, mutant = _copy_with(tmp_path, {"test_at_last.py": at_last, "test_never.py": "not UTC"})

    assert not noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_at_last.py"])
    with pytest.raises(RuntimeError, match="without the mutant, too"):
        noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_never.py"])


def test_a_run_that_does_not_end_notices_a_mutant_when_it_ends_without_it(tmp_path: Path) -> None:
    seconds = '0 if due("2026-01-01T12:00:00.000Z", 1) == "2026-01-03T00:00:00.000Z" else 60'
    with_it = f'__import__("time").sleep({seconds}) is None'
    file, mutant = _copy_with(tmp_path, {"test_waits.py": with_it})

    assert noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_waits.py"], 20)


def test_a_mutant_is_noticed_in_a_program_that_a_test_starts_in_another_folder(tmp_path: Path) -> None:
    line = "from storage.clock import due; print(due('2026-01-01T12:00:00.000Z', 1))"
    started = f'__import__("subprocess").run([__import__("sys").executable, "-c", {line!r}]'
    ran = f"{started}, cwd=Path.home(), capture_output=True)"
    file, mutant = _copy_with(tmp_path, {"test_elsewhere.py": f'b"2026-01-03T00" in {ran}.stdout'})

    assert noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", "test_elsewhere.py"])


def test_a_mutant_that_one_of_several_files_asks_about_is_noticed(tmp_path: Path) -> None:
    noon = 'due("2026-01-01T12:00:00.000Z", 1) == "2026-01-03T00:00:00.000Z"'
    file, mutant = _copy_with(tmp_path, {"test_asks.py": noon, "test_asks_nothing.py": "UTC"})
    named = [f"{name}.py::test_it" for name in ("test_asks", "test_asks_nothing")]

    assert noticed(tmp_path, file, mutant, ["-o", "pythonpath=.", *named])
