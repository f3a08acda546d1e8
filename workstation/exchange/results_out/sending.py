"""Sending of results to an archive by STOW-RS: what became of each object is told.

A server may answer that it has an object where it has another one of that UID, and drop what was sent without a word.
So it is asked first, and what it has is compared. Source: DICOM PS3.18, sections 10.4, 10.5 and 10.6.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pydicom
from msgspec import Struct

from workstation.intake.pulling.parts import Parts, boundary_of
from workstation.intake.pulling.pulling import FILES
from workstation.intake.pulling.server import PullRefused, Server

Progress = Callable[[int, int, str], None]
_STORED, _FAILED, _WARNING, _REASON = "00081199", "00081198", "00081196", "00081197"
# PS3.18 table 10.5.3-1, and PS3.3 C.14.1.1
_WHY: Final = {
    0x0110: "the server could not process it",
    0x0111: "the server has one of that UID",
    0x0112: "the server knows no such object",
    0x0117: "its UID is none",
    0x0122: "the server stores no objects of that kind",
    0x0124: "the server does not let this user store",
    0x0131: "the server lacks room",
    0xA700: "the server lacks room",
    0xA900: "it is not of the kind that it says to be",
    0xC000: "the server does not understand it",
}


class Fate(Enum):
    """What became of an object."""

    STORED = "stored"
    WARNED = "stored, and the server changed or doubts something"
    THERE = "there already, the same"
    OTHER = "not sent: the server has another object of that UID"
    REFUSED = "refused"


class Sent(Struct, frozen=True):
    """An object; why: what the server says, "" where nothing."""

    file: Path
    fate: Fate
    why: str = ""


def send(server: Server, files: Sequence[Path], progress: Progress, cancelled: Callable[[], bool]) -> tuple[Sent, ...]:
    """Send each file, until somebody stops it.

    Raises:
        PullRefused: the server can't be asked. What was stored until then stays there; sending again goes on.
    """
    told: list[Sent] = []
    for done, file in enumerate(files):
        if cancelled():
            break
        progress(done, len(files), "Sending")
        told.append(_sent(server, file))
    progress(len(told), len(files), "Sending")
    return tuple(told)


def _sent(server: Server, file: Path) -> Sent:
    raw = file.read_bytes()
    ours = pydicom.dcmread(BytesIO(raw))
    there = _there(server, ours)
    if there is not None:
        return Sent(file, Fate.THERE if _content(there) == _content(ours) else Fate.OTHER)
    boundary = uuid4().hex
    body = b"".join(
        (f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode(), raw, f"\r\n--{boundary}--\r\n".encode())
    )
    return Sent(file, *_fate(server.store(body, boundary), str(ours.SOPInstanceUID), server.host))


def _there(server: Server, ours: Any) -> Any | None:  # noqa: ANN401 - datasets
    """What the server has of that UID."""
    wanted = str(ours.SOPInstanceUID)
    found = server.json("instances", {"SOPInstanceUID": wanted})
    if not isinstance(found, list) or not found:
        return None
    study, series = (_value(found[0], tag) for tag in ("0020000D", "0020000E"))
    if (study, series) != (str(ours.StudyInstanceUID), str(ours.SeriesInstanceUID)):
        # of another examination: nothing of it needs to be fetched to know that
        return pydicom.Dataset()
    with (
        tempfile.TemporaryDirectory() as folder,
        server.stream(f"studies/{study}/series/{series}/instances/{wanted}", FILES) as (content_type, chunks),
    ):
        Parts(Path(folder), boundary_of(content_type)).take(chunks, lambda _count: None)
        file = next(iter(sorted(Path(folder).iterdir())), None)
        if file is None:
            return pydicom.Dataset()
        return pydicom.dcmread(BytesIO(file.read_bytes()), force=True)


def _content(found: Any) -> Any:  # noqa: ANN401 - datasets
    """A dataset as plain values: the same content is the same, however a server has written its file."""
    return found.to_json_dict()


def _fate(answer: object, uid: str, host: str) -> tuple[Fate, str]:
    if not isinstance(answer, dict):
        raise PullRefused(f"{host} doesn't say what it stored. Look there, then send again")
    for item in _items(answer, _FAILED):
        return Fate.REFUSED, _words(item, _REASON)
    for item in _items(answer, _STORED):
        if _value(item, "00081155") == uid:
            return (Fate.WARNED, _words(item, _WARNING)) if _WARNING in item else (Fate.STORED, "")
    raise PullRefused(f"{host} doesn't say what it stored. Look there, then send again")


def _words(item: dict[str, Any], tag: str) -> str:
    code = _value(item, tag)
    if not isinstance(code, int):
        return "the server gives no reason"
    return _WHY.get(code, f"reason {code:04X}")


def _items(answer: dict[str, Any], tag: str) -> Iterator[dict[str, Any]]:
    element = answer.get(tag)
    values = element.get("Value") if isinstance(element, dict) else None
    yield from (item for item in values or () if isinstance(item, dict)) if isinstance(values, list) else ()


def _value(item: Any, tag: str) -> Any:  # noqa: ANN401 - of JSON
    element = item.get(tag) if isinstance(item, dict) else None
    values = element.get("Value") if isinstance(element, dict) else None
    return values[0] if isinstance(values, list) and values else None
