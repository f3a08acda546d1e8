"""A study of the program as it is now, kept for the day when its schema is an old one.

`python -m tests.old_study` writes tests/storage/old/study-NNNN.db, NNNN being today's schema: two subjects on the
worklist of one reader, and one grade; and server-NNNN.sql, which makes the tables of a record on a server. A file that
is there already stays.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import server_tables
from storage.files.layout import SCHEMA_VERSION
from tests.builders.studies import an_assigned_study, changed, record

HERE = Path(__file__).parent / "storage" / "old"
FILE = HERE / f"study-{SCHEMA_VERSION:04}.db"
ON_SERVER = HERE / f"server-{SCHEMA_VERSION:04}.sql"


def write(file: Path) -> None:
    """The study.db of a study that was just begun."""
    with TemporaryDirectory() as place:
        folder, cases = an_assigned_study(Path(place) / "trial", subjects=2)
        record(folder, cases[0], changed("1 ERO CAP", "4"))
        shutil.copyfile(folder / "study.db", file)


def laid_down() -> str:
    """The statements that lay down a record on a server, parted by a semicolon and an empty line."""
    return ";\n\n".join(server_tables.statements()) + ";\n"


if __name__ == "__main__":
    os.environ["RAMRIS_VAULT_COPIES"] = "none"
    if ON_SERVER.exists() and FILE.exists():
        raise SystemExit(f"{FILE.name} is there already, and stays")
    if not ON_SERVER.exists():
        ON_SERVER.write_text(laid_down(), "utf-8")
    if not FILE.exists():
        write(FILE)
