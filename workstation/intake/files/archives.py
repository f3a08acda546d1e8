"""Archives as folders of files that are never unpacked to a folder: ZIP, tar, gzip and tar in gzip, within caps.

A member is named by a path below the archive's own, `scans.zip/!12 IM0001`: the number counts and the name is shown.
No file with a name is ever written, so no name in an archive can lead anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from workstation.intake.errors import FileUnusable
from workstation.intake.files.containers import start_of
from workstation.intake.files.gzipped import Gzipped, inflated_start, is_gzip, tar_in
from workstation.intake.files.member import WHAT, Archive
from workstation.intake.files.tarred import Tarred, is_tar
from workstation.intake.files.zipped import Zipped, is_zip
from workstation.intake.findings import SetAside
from workstation.intake.frames import stamp_of

MEMBER: Final = re.compile(r"!(\d+) ")
SHOWN: Final = 64


def is_archive(path: Path) -> bool:
    """Whether the file starts like an archive that can be read."""
    return _starts_like_one(start_of(path))


def members_of(path: Path) -> Iterator[Path | SetAside]:
    """The places of an archive's files; what isn't read comes as set aside, the archive as a whole if it must."""
    try:
        with _lock:
            members = _opened(path).members
    except FileUnusable as refusal:
        yield SetAside(path, refusal.what, refusal.why)
        return
    except OSError:
        yield SetAside(path, "archive", "the file can't be read")
        return
    for number, member in enumerate(members):
        if member is not None:
            inside = path / f"!{number} {_shown(member.name)}"
            yield SetAside(inside, WHAT, member.why) if member.why else inside


def is_member(path: Path) -> bool:
    """Whether the path is a member of an archive: nothing on disk can lie below a file."""
    return MEMBER.match(path.name) is not None and path.parent.is_file()


def read_member(path: Path) -> tuple[bytes, str]:
    """The bytes of a member, and the archive's stamp with the member's number.

    Raises:
        FileUnusable: damaged, an archive itself, or no longer what it was.
        OSError: the archive can't be read.
    """
    found = MEMBER.match(path.name)
    number = int(found[1]) if found else -1
    stamp = f"{stamp_of(path.parent.stat())}:{number}"
    with _lock:
        archive = _opened(path.parent)
        member = archive.members[number] if 0 <= number < len(archive.members) else None
        if member is None or member.why:
            raise FileUnusable("the archive changed while it was being imported", what=WHAT)
        data = archive.read(number)
    if _starts_like_one(data):
        raise FileUnusable("an archive inside an archive; unpack it and import it by itself", what="archive")
    return data, stamp


@contextmanager
def archives_open() -> Iterator[None]:
    """Close at its end the archive that was read last, and with it what was inflated of it."""
    try:
        yield
    finally:
        with _lock:
            _close()


# Members are asked for one after the other, by two threads at most. The last archive stays open: to find the members
# of a tar in gzip all of it must be inflated
_lock = Lock()
_last: list[tuple[Path, str, Archive]] = []


def _opened(path: Path) -> Archive:
    """The archive, open; the lock is held."""
    stamp = stamp_of(path.stat())
    if _last and _last[0][:2] == (path, stamp):
        return _last[0][2]
    _close()
    archive = _open(path)
    _last.append((path, stamp, archive))
    return archive


def _close() -> None:
    while _last:
        _last.pop()[2].close()


def _open(path: Path) -> Archive:
    start = start_of(path)
    if is_zip(start):
        return Zipped(path)
    if is_tar(start):
        return Tarred(path.open("rb"))
    if not is_gzip(start):
        raise FileUnusable("the archive changed while it was being imported", what=WHAT)
    return Tarred(tar_in(path)) if is_tar(inflated_start(path)) else Gzipped(path)


def _starts_like_one(data: bytes) -> bool:
    return is_zip(data) or is_gzip(data) or is_tar(data)


def _shown(name: str) -> str:
    """The last part of a member's name, of harmless signs only."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(sign if sign.isprintable() else "_" for sign in last)[:SHOWN]
