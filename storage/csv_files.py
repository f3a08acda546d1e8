"""Rows to CSV bytes that statistics programs read alike, and bytes to files that appear whole or not at all.

UTF-8 without a byte order mark (base R takes it into the first name), CRLF, RFC 4180 quotes, decimal point.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from storage.errors import NotSaved, StudyError
from storage.export_columns import CODE, NUMBER, TEXT, Column

Cell = str | int | Decimal | None

# What a table program would compute, full-width signs too: owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width is meant


def csv_bytes(columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """The whole file; a row has exactly the columns' names, None is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    names = {column.name for column in columns}
    for row in rows:
        if row.keys() != names:
            raise KeyError(f"the row differs from the columns in {sorted(row.keys() ^ names)}")
        writer.writerow([_written(column, row[column.name]) for column in columns])
    return buffer.getvalue().encode("utf-8")


def put_files(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write all files beside their places, then give each its name. Earlier files of ours are replaced.

    Raises:
        StudyError: a file of that name isn't ours (its first line is another); nothing was written.
        NotSaved: the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_strangers(folder, contents)
        return _put_all(folder, contents)
    except OSError as error:
        reason = error.strerror
    raise NotSaved(f"Not exported to {folder.name}: {reason}. Choose a folder that can be written, with space")


def _written(column: Column, cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case int():
            return str(cell)
    if column.type in {CODE, TEXT} and cell.startswith(_FORMULA):
        return "'" + cell
    if column.type == NUMBER:
        raise TypeError(f"{column.name}: a number is wanted")
    return cell


def _refuse_strangers(folder: Path, contents: Mapping[str, bytes]) -> None:
    for name, content in contents.items():
        place = folder / name
        if not place.exists():
            continue
        header = content.partition(b"\r\n")[0]
        with place.open("rb") as file:
            if file.read(len(header) + 2) != header + b"\r\n":
                raise StudyError(f"{folder.name} holds another {name}; move it away or choose another folder")


def _put_all(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    written: list[tuple[Path, Path]] = []
    try:
        for name, content in contents.items():
            beside = folder / f".{name}.writing"
            written.append((beside, folder / name))
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for beside, place in written:
            beside.replace(place)
    finally:
        for beside, _ in written:
            beside.unlink(missing_ok=True)
    return tuple(place for _, place in written)
