"""Page of the log of a study, to print: one table, and whatever stands in a cell is text. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from storage.record.record_log import LogLine

TITLES = ("Moment (UTC)", "What", "About", "Told", "Who", "Why")
STYLE = (
    "body{font:13px/1.4 sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}"
    "th{border-bottom:2px solid #666}td:first-child{white-space:nowrap}thead{display:table-header-group}"
)


def log_page(name: str, lines: Iterable[LogLine]) -> str:
    """The page; `name` of the study."""
    head = "".join(f"<th>{escape(title)}</th>" for title in TITLES)
    rows = "\n".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line.cells)}</tr>" for line in lines)
    title = f"Log of the study {escape(name)}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n"
        f"<body><h1>{title}</h1>\n<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></body></html>\n"
    )
