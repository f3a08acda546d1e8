"""Password of a record's server, kept where PostgreSQL's own programs look for it, open to this account alone.

The file and its format: https://www.postgresql.org/docs/current/libpq-pgpass.html
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from workstation.errors import EnvironmentLacks, UsageRefused

VARIABLE: Final = "PGPASSFILE"
_PORT: Final = 5432
_FIELDS: Final = 4


def keep(address: str, password: str) -> Path:
    """Put the password of an address there, in place of an older one of the same; the other lines stay.

    Returns:
        The file.

    Raises:
        StudyError: the address isn't one.
        UsageRefused: the address names a file of its own, or the password can't stand in one.
        EnvironmentLacks: the file can't be read or written.
    """
    from storage.database.server_address import address_of
    from storage.files.atomic import write_whole

    told = address_of(address, proven=False)
    if "passfile" in dict(told.files):
        raise UsageRefused("The address names a file of passwords (passfile): leave the password out, or that part")
    if not password.isprintable():
        raise UsageRefused("The password holds a character that can't be seen: type it again")
    host = told.host if told.host and not told.host.startswith("/") else "localhost"
    mine = [host, str(told.port or _PORT), told.database, told.user or "*"]
    file = _file()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        old = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        lines = [f"{':'.join(map(_escaped, mine))}:{_escaped(password)}", *(x for x in old if _fields(x) != mine)]
        write_whole(file, "".join(f"{line}\n" for line in lines).encode())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
    else:
        return file
    raise EnvironmentLacks(f"{file.name}, where PostgreSQL's programs look for passwords, can't be written: {why}")


def _file() -> Path:
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", "")) / "postgresql" / "pgpass.conf"
    return Path.home() / ".pgpass"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


def _fields(line: str) -> list[str]:
    """Host, port, database and user of a line; of a comment, or of something else, what no address has."""
    found, escaped = [""], False
    for letter in line:
        if escaped or letter not in ":\\":
            found[-1] += letter
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            found.append("")
    return found[:_FIELDS] if len(found) > _FIELDS else []
