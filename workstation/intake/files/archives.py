"""ZIP archives as folders of files that are never unpacked: members are read into memory, within caps.

A member's place is a path below the archive's own, `scans.zip/!12 IM0001`: the number counts and the name is shown.
Nothing is ever written, so no name in an archive can lead anywhere.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from workstation.intake.errors import FileUnusable
from workstation.intake.findings import SetAside
from workstation.intake.frames import stamp_of

SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
MOST_BYTES = 2 << 30
LARGEST_MEMBER = 1 << 30
MOST_MEMBERS = 100_000
LARGEST_RATIO = 100
# Below this even a picture of one colour may be packed tighter than the ratio, and no harm is done
SMALL = 1 << 20
MEMBER = re.compile(r"!(\d+) ")
SHOWN = 64
WHAT = "file in an archive"
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENCRYPTED = 0x1


def is_archive(path: Path) -> bool:
    """Whether the file starts like a ZIP archive."""
    try:
        with path.open("rb") as file:
            return file.read(4) in SIGNATURES
    except OSError:
        return False


def members_of(path: Path) -> Iterator[Path | SetAside]:
    """The places of an archive's files; what isn't read comes as set aside, the archive as a whole if it must."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield SetAside(path, "archive", "the archive is damaged")
        return
    if len(members) > MOST_MEMBERS:
        yield SetAside(
            path, "archive", f"more than {MOST_MEMBERS} files in one archive; unpack it and import the folder"
        )
    elif sum(member.file_size for member in members) > MOST_BYTES:
        yield SetAside(path, "archive", "unpacks to more than 2 GiB; unpack it and import the folder")
    elif any(_swells(member) for member in members):
        yield SetAside(path, "archive", f"unpacks to more than {LARGEST_RATIO} times its size, which no images do")
    else:
        for number, member in enumerate(members):
            if not member.is_dir():
                member_path = path / f"!{number} {_shown(member.filename)}"
                why = _unread(member)
                yield SetAside(member_path, WHAT, why) if why else member_path


def is_member(path: Path) -> bool:
    """Whether the path is a place in an archive: nothing on disk can lie below a file."""
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
    try:
        with zipfile.ZipFile(path.parent) as archive:
            members = archive.infolist()
            # zipfile gives no more than the size that is checked, and compares the checksum
            data = archive.read(_checked(members, number))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise FileUnusable("damaged in its archive", what=WHAT) from error
    if data.startswith(SIGNATURES):
        raise FileUnusable("an archive inside an archive; unpack it and import it by itself", what="archive")
    return data, stamp


def _checked(members: Sequence[zipfile.ZipInfo], number: int) -> zipfile.ZipInfo:
    if not 0 <= number < len(members) or _unread(members[number]) or _swells(members[number]):
        raise FileUnusable("the archive changed while it was being imported", what=WHAT)
    return members[number]


def _swells(member: zipfile.ZipInfo) -> bool:
    return member.file_size > SMALL and member.file_size > LARGEST_RATIO * max(member.compress_size, 1)


def _unread(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & ENCRYPTED:
        return "encrypted; unpack it with its password and import the folder"
    if member.file_size > LARGEST_MEMBER:
        return "larger than 1 GiB"
    return "" if member.compress_type in METHODS else "packed in a way that is not supported; unpack it first"


def _shown(name: str) -> str:
    """The last part of a member's name, of harmless signs only."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(sign if sign.isprintable() else "_" for sign in last)[:SHOWN]
