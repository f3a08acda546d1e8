"""The folder of an export: it appears whole or not at all, and nobody else's file in it is touched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from storage.errors import NotSaved, StudyError
from storage.whole_folder import built_beside

PACKAGE_FILE: Final = "datapackage.json"
# what the package says of files that are no resources of it; our mark in it, too
OURS: Final = "ramris"
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_BUFFER_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of the export as it is on disk; `rows`: lines below the header, None for what is no table."""

    name: str
    size: int
    sha256: str
    rows: int | None = None

    def as_json(self) -> dict[str, object]:
        """For people's scripts."""
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"name": self.name, "bytes": self.size, "sha256": self.sha256, **rows}


class Building:
    """A folder in the making: files are written into it one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(
        self, name: str, parts: Iterable[str], *, with_mark: bool = False, is_table: bool = False, private: bool = False
    ) -> WrittenFile:
        """Write a file from parts of its text, in UTF-8.

        Args:
            name: of the file, a folder before it or not.
            parts: its text.
            with_mark: a byte order mark first, for Excel.
            is_table: lines are counted.
            private: for this account alone.
        """
        digest, size, lines = sha256(), 0, 0
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        with path.open("xb", buffering=_BUFFER_BYTES) as file:
            if private:
                # before the first byte; Windows has no such permissions, and keeps those of the folder
                path.chmod(0o600)
            for content in _encoded(parts, with_mark=with_mark):
                file.write(content)
                digest.update(content)
                size += len(content)
                lines += content.count(b"\r\n")
            file.flush()
            os.fsync(file.fileno())
        return WrittenFile(name, size, digest.hexdigest(), lines - 1 if is_table else None)

    def copy_with_mark(self, name: str, to: str, *, private: bool = False) -> WrittenFile:
        """A copy of a written table with a byte order mark."""
        with (self._folder / name).open(encoding="utf-8", newline="") as source:
            return self.write(
                to, iter(lambda: source.read(_BUFFER_BYTES), ""), with_mark=True, is_table=True, private=private
            )


@contextmanager
def export_folder(out: Path) -> Iterator[Building]:
    """A folder to write into; when the block ends without an error, what it holds is what `out` holds.

    Raises:
        StudyError: `out` holds something that no export wrote, or that was changed since; nothing was touched.
        NotSaved: it can't be written; an earlier export there is as it was.
    """
    out = out.resolve()
    try:
        earlier = _earlier_files(out)
        with built_beside(out) as building:
            yield Building(building)
            _put_in_place(building, out, earlier)
    except OSError as error:
        reason = error.strerror
    else:
        return
    raise NotSaved(f"Not exported to {out.name}: {reason}. Choose a folder that can be written, with space")


def _encoded(parts: Iterable[str], *, with_mark: bool) -> Iterator[bytes]:
    if with_mark:
        yield _BYTE_ORDER_MARK
    for part in parts:
        yield part.encode()


def _earlier_files(out: Path) -> tuple[str, ...]:
    """The files of an earlier export in `out`; none when it is empty or not there."""
    if not out.exists():
        return ()
    if not out.is_dir():
        raise StudyError(f"{out.name} is a file; choose a new or an empty folder")
    found = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir())
    if not found:
        return ()
    known = _listed(out)
    for name in found:
        if name not in known:
            raise StudyError(f"{out.name} holds {name}, which no export wrote; choose a new or an empty folder")
        if known[name] not in {"", _digest(out / name)}:
            raise StudyError(f"{name} in {out.name} was changed after its export; choose a new or an empty folder")
    return tuple(found)


def _listed(out: Path) -> dict[str, str]:
    """File -> SHA-256 as the package of an earlier export says; that of the package itself is unknown."""
    try:
        package: Any = json.loads((out / PACKAGE_FILE).read_bytes())
        named = [*package["resources"], *package[OURS]["other_files"]]
        digests = {str(item["path"]): str(item["hash"]).removeprefix("sha256:") for item in named}
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return {PACKAGE_FILE: "", **digests}


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while content := file.read(_BUFFER_BYTES):
            digest.update(content)
    return digest.hexdigest()


def _put_in_place(building: Path, out: Path, earlier: tuple[str, ...]) -> None:
    """Give the folder its name. Over an earlier export: file by file, the package last, since it vouches for them."""
    building.chmod(0o755)
    if not out.exists():
        building.rename(out)
        return
    for name in sorted(earlier, key=lambda name: name != PACKAGE_FILE):
        (out / name).unlink()
    made = sorted(path.relative_to(building).as_posix() for path in building.rglob("*") if path.is_file())
    for name in sorted(made, key=lambda name: name == PACKAGE_FILE):
        (out / name).parent.mkdir(exist_ok=True)
        (building / name).replace(out / name)
