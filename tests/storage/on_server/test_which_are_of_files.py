"""The tests of storage that run on study.db alone are a closed list: each is there, has a reason, and is counted."""

from __future__ import annotations

from tests.storage.of_files import HERE, REASONS, TOLD, functions, why

ALL = [name for module in sorted(HERE.rglob("test_*.py")) for name in functions(module)]


def test_each_line_names_a_test_or_a_module_that_is_there_and_why() -> None:
    modules = {name.partition("::")[0] for name in ALL}

    assert set(REASONS) - modules - set(ALL) == set()
    assert all(len(reason) > 20 for reason in REASONS.values())


def test_no_line_stands_below_its_own_module() -> None:
    assert [name for name in REASONS if "::" in name and name.partition("::")[0] in REASONS] == []


def test_as_many_are_of_files_as_the_list_says() -> None:
    of_files = [name for name in ALL if why(name) is not None]

    assert len(of_files) == TOLD, f"of {len(ALL)} tests of storage {len(of_files)} are about files"
    assert why("record/test_killing.py::test_whatever[3]") is not None
    assert why("record/test_recording.py::test_whatever") is None
