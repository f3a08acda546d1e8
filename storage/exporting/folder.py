"""The folder of an export: it appears whole or not at all, and nobody else's file in it is touched."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from storage.errors import NotSaved
from storage.exporting.exchange import NOTE, earlier_files, is_unfinished, put_instead
from storage.files.staging import staging_folder

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
        self,
        name: str,
        parts: Iterable[str | bytes],
        *,
        with_mark: bool = False,
        is_table: bool = False,
        private: bool = False,
    ) -> WrittenFile:
        """Write a file from parts of its text, in UTF-8, or of its bytes.

        Args:
            name: of the file, a folder before it or not.
            parts: its text, or what it holds.
            with_mark: a byte order mark first, for Excel.
            is_table: lines are counted.
            private: for this account alone.
        """
        digest, size, lines = hashlib.sha256(), 0, 0
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

    def path(self, name: str) -> Path:
        """Where a written file lies until the export is whole."""
        return self._folder / name

    def make(self, name: str, write: Callable[[Path], None], *, private: bool = False) -> WrittenFile:
        """A file that a library writes by itself, in a folder of its own until it is there.

        Args:
            name: of the file.
            write: writes to the path it is given; what it makes beside that file goes away.
            private: for this account alone.
        """
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            # the folder is for this account alone
            made = Path(folder) / name
            write(made)
            made.chmod(0o600 if private else 0o644)
            with made.open("rb+") as file:
                digest = hashlib.file_digest(file, "sha256")
                os.fsync(file.fileno())
            made.rename(self._folder / name)
        path = self._folder / name
        return WrittenFile(name, path.stat().st_size, digest.hexdigest())

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
        NotSaved: it can't be written; an earlier export there is as it was, or the line says that it is broken off.
    """
    out = out.resolve()
    try:
        earlier = earlier_files(out)
        with staging_folder(out) as building:
            yield Building(building)
            put_instead(building, out, earlier)
    except OSError as error:
        reason = error.strerror
    else:
        return
    if is_unfinished(out):
        raise NotSaved(
            f"Not exported whole to {out.name}: {reason}. It holds files of two exports now, as {NOTE} "
            "there says. Close programs that have one of them open, free some space, and export again to finish it"
        )
    raise NotSaved(f"Not exported to {out.name}: {reason}. Choose a folder that can be written, with space")


def _encoded(parts: Iterable[str | bytes], *, with_mark: bool) -> Iterator[bytes]:
    if with_mark:
        yield _BYTE_ORDER_MARK
    for part in parts:
        yield part if isinstance(part, bytes) else part.encode()
