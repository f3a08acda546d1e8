"""Disks after a power cut: of all that wasn't synced some is lost, out of order, or torn. Pure.

What was synced is there. Of the rest each write may have got there or not, in any order, and only some of its sectors;
a new length may have come without the bytes and the bytes without it. Names in folders (made, removed, renamed) come in
their order, as file systems with a journal keep them, up to any point behind the folder's last sync.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import PurePath
from random import Random

_ROW = struct.Struct("<iiqq")
SECTOR = 512


class What(IntEnum):
    """As in io_faults.c."""

    WRITTEN = 0
    SYNCED = 1
    CUT = 2
    MADE = 3
    UNLINKED = 4
    RENAMED = 5
    TOLD = 6
    FOLDER = 7


@dataclass(frozen=True, slots=True)
class Call:
    """One call in its order. `place`: where it was written, or the new length; `data`: the bytes, or the old name."""

    what: What
    path: str
    place: int
    data: bytes


def calls(recorded: bytes) -> tuple[Call, ...]:
    """What io_faults.c has written down."""
    return tuple(_calls(recorded))


def _calls(recorded: bytes) -> Iterator[Call]:
    at = 0
    while at < len(recorded):
        what, path, place, length = _ROW.unpack_from(recorded, at)
        at += _ROW.size
        yield Call(What(what), recorded[at : at + path].decode(), place, recorded[at + path : at + path + length])
        at += path + length


@dataclass(slots=True)
class _File:
    durable: bytearray
    pending: list[Call] = field(default_factory=list)


class Disk:
    """Files with what of them is durable and what is on its way."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._named: dict[str, _File] = {path: _File(bytearray(content)) for path, content in files.items()}
        self._durable: dict[str, _File] = dict(self._named)
        self._names: list[tuple[Call, _File | None]] = []

    def take(self, call: Call) -> None:
        """Do a call as the running program saw it done."""
        match call.what:
            case What.WRITTEN | What.CUT:
                self._named[call.path].pending.append(call)
            case What.SYNCED if call.path in self._named:
                found = self._named[call.path]
                for late in found.pending:
                    _apply(found.durable, late)
                found.pending.clear()
            case What.SYNCED:
                here = [name for name in self._names if str(PurePath(name[0].path).parent) == call.path]
                for name in here:
                    _rename(self._durable, *name)
                    self._names.remove(name)
            case What.MADE | What.UNLINKED | What.RENAMED:
                file = _File(bytearray()) if call.what is What.MADE else None
                self._names.append((call, file))
                _rename(self._named, call, file)
            case What.TOLD | What.FOLDER:
                # a folder is made once, by hand or long before: it is there
                pass

    @property
    def waiting(self) -> bool:
        """Whether anything could be lost now."""
        return bool(self._names) or any(file.pending for file in self._named.values())

    def after_a_cut(self, source: Random) -> dict[str, bytes]:
        """The files as one cut of the power now may leave them."""
        names = dict(self._durable)
        for name in self._names[: source.randint(0, len(self._names))]:
            _rename(names, *name)
        return {path: _cut(file, source) for path, file in names.items()}


def _rename(names: dict[str, _File], call: Call, file: _File | None) -> None:
    if call.what is What.MADE and file is not None:
        names[call.path] = file
    elif call.what is What.UNLINKED:
        names.pop(call.path, None)
    elif (old := names.pop(call.data.decode(), None)) is not None:
        names[call.path] = old


def _cut(file: _File, source: Random) -> bytes:
    """All, none or some of what is on its way; in its order or not; whole or torn."""
    content = bytearray(file.durable)
    there = list(file.pending)
    how = source.choice(("none", "all", "some", "some", "shuffled", "torn", "torn"))
    if how == "none":
        there = []
    elif how != "all":
        there = [call for call in there if source.random() < source.choice((0.2, 0.5, 0.9))]
    if how == "shuffled":
        source.shuffle(there)
    for call in there:
        for part in _torn(call, source) if how == "torn" else (call,):
            _apply(content, part)
    return bytes(content)


def _torn(call: Call, source: Random) -> Sequence[Call]:
    """The sectors of a write that got there; a write within one sector is whole or absent."""
    if call.what is not What.WRITTEN:
        return (call,)
    parts, at = [], 0
    while at < len(call.data):
        end = min(len(call.data), at + SECTOR - (call.place + at) % SECTOR)
        if source.random() < 0.5:
            parts.append(Call(call.what, call.path, call.place + at, call.data[at:end]))
        at = end
    return parts


def _apply(content: bytearray, call: Call) -> None:
    if call.what is What.CUT:
        del content[call.place :]
        content.extend(bytes(call.place - len(content)))
        return
    content.extend(bytes(max(0, call.place - len(content))))
    content[call.place : call.place + len(call.data)] = call.data
