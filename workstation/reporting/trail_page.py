"""Page of the trail, to print: every answer and act in order, whatever stands in a cell is text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from storage.exporting.trail.export_trail import SCRIPT, TrailFacts
from storage.exporting.trail.trail_rows import EVENT, TrailRow
from storage.exporting.trail.trail_table import local
from workstation.reporting.log_page import STYLE

# header and share of the width on paper
COLUMNS: Final = (
    ("No.", 30.0),
    ("Moment (UTC)", 92.0),
    ("Moment (local)", 110.0),
    ("Who", 58.0),
    ("What", 150.0),
    ("Case", 38.0),
    ("Before", 34.0),
    ("After", 34.0),
    ("Why", 110.0),
    ("Seen on", 74.0),
    ("Hash", 54.0),
)


def title_of(facts: TrailFacts) -> str:
    """Such as "Trail of the study wrists"."""
    return f"Trail of the study {facts.name}"


def trail_page(facts: TrailFacts, rows: Iterable[TrailRow]) -> Iterator[str]:
    """The page in pieces: a trail may have a million rows."""
    title = escape(title_of(facts))
    head = "".join(f"<th>{escape(name)}</th>" for name, _ in COLUMNS)
    yield (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}td:last-child{{font-family:monospace}}</style></head>\n<body><h1>{title}</h1>\n"
        f"{''.join(f'<p>{escape(line)}</p>' for line in about(facts))}\n"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n"
    )
    for row in rows:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells(row, facts))}</tr>\n"
    yield "</tbody></table></body></html>\n"


def about(facts: TrailFacts) -> Iterator[str]:
    """What stands over the rows: the head, which part this is, and how it is verified."""
    yield f"The whole record has {facts.events} answers (e) and {facts.acts} acts (a). Head: {facts.head}"
    if not facts.part.is_whole:
        part = facts.part
        asked = (
            part.reader and f"reader {part.reader}",
            part.case and f"case {part.case}",
            part.since and f"from {part.since} (UTC) on",
            part.until and f"before {part.until} (UTC)",
        )
        yield f"This page shows a part of it alone: {', '.join(filter(None, asked))}."
    yield (
        f"To verify: run python {SCRIPT} in this folder, with the head that you noted earlier behind it if you have "
        "one. It needs Python alone and reads record.jsonl, where the fields and hashes stand whole."
    )


def cells(row: TrailRow, facts: TrailFacts) -> tuple[str, ...]:
    """A row in the order of the columns."""
    said, at = row.sealed, str(row.sealed["at_utc"])
    return (
        f"{'e' if row.chain == EVENT else 'a'}{said['seq']}",
        at,
        local(at, facts.zone),
        row.who,
        row.what,
        str(said.get("case", "")),
        *((str(said["before"]), str(said["after"]) or "blank") if row.chain == EVENT else ("", "")),
        str(row.detail.get("why", "")),
        "" if row.seen is None else f"{row.seen['series']}, slice {row.seen['slice_index'] + 1}",
        str(said["hash"])[:12],
    )
