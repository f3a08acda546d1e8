"""Tests of storage that are about study.db as a file, and why; the others run on a server too."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
_SAID: Final = tomllib.loads((HERE / "of_files.toml").read_text("utf-8"))
TOLD: Final[int] = _SAID["functions"]
REASONS: Final[dict[str, str]] = {name: group["why"] for group in _SAID["because"] for name in group["tests"]}


def why(name: str) -> str | None:
    """The reason, of a test as pytest names it below tests/storage; None where it runs on a server too."""
    plain = name.partition("[")[0]
    return REASONS.get(plain) or REASONS.get(plain.partition("::")[0])


def functions(module: Path) -> list[str]:
    """The tests of a module, as they are listed."""
    tree = ast.parse(module.read_text("utf-8"))
    names = [item.name for item in tree.body if isinstance(item, ast.FunctionDef) and item.name.startswith("test_")]
    return [f"{module.relative_to(HERE).as_posix()}::{name}" for name in names]
