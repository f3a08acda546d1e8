"""Hostile paths on a disk, and hostile words: what a path or a text of a command can be that it shouldn't."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

WORDS: Final = (
    "",
    " ",
    "x" * 10_000,
    "\0",
    "a\0b",
    "\x07\x1b[31m",
    "\u202eevil\u202c",
    "\udcff",
    "a\nb",
    "\r",
    "-1",
    "--",
    "--no-such-option",
    "nan",
    "9" * 5_000,
    "'; DROP TABLE event; --",
    "%s {0} {trial} $HOME `id`",
    "../../..",
    "S001",
    "ES",
    ",",
    ",,ES,ES,",
    "=",
    "a=b=c",
    "\U0001f9b4",
    "٣",
    "ES:1",
    "1/0",
    "2/1",
    "-1%",
    "1e400%",
)
NUMBERS: Final = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "2",
    "0.5",
    "-0.0",
    "1e-320",
    "9" * 30,
    "-" + "9" * 30,
    "9" * 5_000,
    "1e308",
    "1e309",
    "-1e309",
    "nan",
    "inf",
    "-inf",
    "2147483648",
    "9223372036854775808",
    "0x10",
    "1_0",
    "٣",
    "x",
    "\0",
    "\udcff",
    "--",
)
CHOICES: Final = ("", "x", "PAIR", "\0", "\u202e", "\udcff", "x" * 10_000, "-1")
# two of the world's ways to end a disk's patience, and names that no disk takes
FAR: Final = ("/dev/null", "/dev/zero", "/dev/full", "/proc/self/mem", "", ".", "-", "\0", "a\0b", "\udcff", "N" * 300)
TABLES: Final = {
    "utf16.csv": "subject,visit\nS001,1\n".encode("utf-16"),
    "latin.csv": "subject,w\xfc\nS001,\xfc\n".encode("latin-1"),
    "nul.csv": b"subject,visit\nS0\x0001,1\n",
    "binary.csv": bytes(range(256)) * 40,
    "empty.csv": b"",
    "bom.csv": b"\xef\xbb\xbf",
    "wide.csv": b"subject" + b"," * 20_000 + b"\nS001\n",
    "field.csv": b'subject,visit\n"' + b"x" * 200_000 + b'",1\n',
    "quote.csv": b'subject,visit\n"S001,1\n',
    "numbers.csv": b"subject,1,2\nS001,nan,inf\nS002,1e400,-1e400\nS003," + b"9" * 5_000 + b",1\n",
    "bidi.csv": "subject,visit\nS0\u202e01,1\n".encode(),
    "odd.toml": b"a = [1, 2\n",
    "deep.toml": b"a = " + b"[" * 3_000,
    "a\nb.csv": b"subject,visit\nS001,1\n",
}


def made(folder: Path) -> dict[str, str]:
    """Each kind of place in a new `folder`, by what it is; what a disk doesn't take is left out."""
    folder.mkdir()
    places = {f"far {number}": path for number, path in enumerate(FAR)}
    for name, content in TABLES.items():
        (folder / name).write_bytes(content)
        places[name] = str(folder / name)
    (folder / "folder").mkdir()
    (folder / "line\nfeed").mkdir()
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "round").mkdir()
    (folder / "round" / "again").symlink_to(folder / "round", target_is_directory=True)
    (folder / "dangling").symlink_to(folder / "nothing")
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as made_socket:
        made_socket.bind(str(folder / "s"))
    (folder / "study.db").write_bytes(b"not a database" * 100)
    shut = folder / "shut"
    shut.mkdir()
    shut.chmod(0o000)
    names = ("folder", "line\nfeed", "loop", "round", "dangling", "fifo", "s", "shut", "missing", "missing/deeper")
    return places | {name: str(folder / name) for name in names} | {"a file as a folder": f"{folder}/empty.csv/x"}
