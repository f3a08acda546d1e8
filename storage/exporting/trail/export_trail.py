"""Export of the trail: table, record as it was sealed, page to print, and a script that verifies them on their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from scoring.values import replace
from storage.audit import verification
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.exporting.exchange import PACKAGE_FILE
from storage.exporting.folder import Building, WrittenFile, export_folder
from storage.exporting.identities import Identity, identities
from storage.exporting.package import package
from storage.exporting.tables.csv_text import text_line
from storage.exporting.trail.trail_rows import Selection, TrailRow, trail_rows
from storage.exporting.trail.trail_table import trail_table
from storage.record import chain as links
from storage.record import designs
from storage.record.snapshot import still_view
from storage.version import VERSION

SCRIPT: Final = "verify_trail.py"
RECORD: Final = "record.jsonl"
PAGE: Final = "trail.html"
PAPER: Final = "trail.pdf"
# draws rows with what is told over them
Page = Callable[["TrailFacts", Iterable[TrailRow]], Iterable[str | bytes]]


@dataclass(frozen=True, slots=True)
class TrailWish:
    """Which rows, on whose clock (None: this machine's), and also who is who where the vault was opened for it."""

    part: Selection = field(default_factory=Selection)
    zone: tzinfo | None = None
    identities: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailFacts:
    """What is told of the record: the study's name and token, where it stands since when, and what part this is."""

    name: str
    token: str
    head: str
    last_utc: str
    events: int
    acts: int
    part: Selection
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class ExportedTrail:
    """What was written where, and of which record."""

    out: Path
    files: tuple[WrittenFile, ...]
    facts: TrailFacts

    def as_json(self) -> dict[str, object]:
        """The object that `--json` prints."""
        record = {"events": self.facts.events, "acts": self.facts.acts, "head_sha256": self.facts.head}
        return {"out": str(self.out), "record": record, "files": [file.as_json() for file in self.files]}


def export_trail(study: Path, out: Path, wish: TrailWish, pages: Mapping[str, Page]) -> ExportedTrail:
    """Write the trail into the folder `out`: trail.csv, record.jsonl, pages by name, verify_trail.py, datapackage.json.

    The record is verified first. An earlier export there is replaced.

    Raises:
        RecordDamaged: the record doesn't verify; nothing was written.
        StudyError: no such reader or case, or `out` holds something that no export wrote.
        NotSaved: `out` can't be written.
    """
    with still_view(study) as (store, row), store.reading() as connection:
        wish = replace(wish, part=replace(wish.part, reader=designs.id_of(connection, wish.part.reader)))
        _check_asked(connection, wish.part)
        found = verification.verify(connection, row.scheme)
        last = max(links.last(connection, table).at_utc for table in (tables.event, tables.act))
        stands = (row.token, found.head, last, found.events, found.acts)
        facts = TrailFacts(study.resolve().name, *stands, wish.part, wish.zone)

        def rows() -> Iterator[TrailRow]:
            return trail_rows(connection, row.scheme, wish.part)

        with export_folder(out) as building:
            written = _write(building, wish, facts, rows, pages)
    return ExportedTrail(out, written, facts)


def _write(
    building: Building,
    wish: TrailWish,
    facts: TrailFacts,
    rows: Callable[[], Iterator[TrailRow]],
    pages: Mapping[str, Page],
) -> tuple[WrittenFile, ...]:
    table, part = trail_table(wish.zone)
    named = dict([identities(wish.identities)]) if wish.identities else {}
    lines = {table: (part.line(row) for row in rows()), **named}
    written = {
        each: building.write(each.file, chain([text_line(each.header)], of), is_table=True, private=each.private)
        for each, of in lines.items()
    }
    others = [
        building.write(RECORD, (row.as_line for row in rows())),
        *(building.write(name, page(facts, rows())) for name, page in pages.items()),
        building.write(SCRIPT, [(files("storage.exporting.scripts") / SCRIPT).read_text(encoding="utf-8")]),
    ]
    about = {
        "program": VERSION,
        "token": facts.token,
        "head_sha256": facts.head,
        "part": None if wish.part.is_whole else {k: v for k in wish.part.__slots__ if (v := getattr(wish.part, k))},
    }
    descriptor = package(written, others, created=facts.last_utc, facts=about)
    descriptor |= {"name": "ramris-trail", "title": "Trail of a study: every answer and act, as it was sealed"}
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    return (*written.values(), *others, building.write(PACKAGE_FILE, [text]))


def _check_asked(connection: Connection, part: Selection) -> None:
    for asked, column, what in (
        (part.reader, tables.reader.c.id, "reader"),
        (part.case, tables.reading_case.c.code, "case"),
    ):
        known = sorted(connection.execute(select(column)).scalars())
        if asked and asked not in known:
            some = ", ".join(known[:10]) + (" ..." if len(known) > 10 else "")  # noqa: PLR2004 - a line's worth
            raise StudyError(f"{what} {asked!a} isn't in this study; there is {some or 'none yet'}")
