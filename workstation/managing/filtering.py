"""Filter of subjects by typed words: their codes, the folders of their scans, what is to be done. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

# of a path, from its end: above that folders are called the same for everybody
FOLDERS = 3


def matches(typed: str, code: str, folders: str, to_do: str) -> bool:
    """Whether each typed word stands somewhere in the code, the names of the folders or what is to be done."""
    told = f"{code}\n{folders}\n{to_do}".casefold()
    return all(word in told for word in typed.casefold().split())


def folder_words(paths: Iterable[str]) -> str:
    """The names of the last folders of these files, each once."""
    names = {name: None for path in sorted(paths) for name in PurePath(path).parent.parts[-FOLDERS:]}
    return " ".join(names)
