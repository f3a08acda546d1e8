"""Page of a qualification, to print and to sign: whatever stands in a cell is text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workstation.qualifying.check import Check, Qualification
from workstation.reporting.log_page import STYLE

TITLES = ("No.", "What is asked", "Expected", "Found", "Result")
_RESULTS = {True: "passed", False: "FAILED", None: "not tried here"}
_OWN = (
    "td:last-child{white-space:nowrap}.failed{font-weight:bold}"
    ".line{border-bottom:1px solid #333;height:2.2em;width:60%}"
)


def qualification_page(found: Qualification) -> str:
    """The page, with lines for whoever performed and whoever reviewed it."""
    title = f"Qualification of ramris {escape(found.version)}"
    machine = "".join(f"<p>{escape(name)}: {escape(value)}</p>\n" for name, value in found.machine)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}{_OWN}</style></head>\n<body><h1>{title}</h1>\n"
        f"<p>{escape(summary(found))}</p>\n{machine}"
        f"<p>Began {escape(found.began)}, ended {escape(found.ended)}</p>\n"
        f"<h2>Installation</h2>\n{_table(found.installed)}\n<h2>Operation</h2>\n"
        "<p>A synthetic pair went from its folders to scores by the program's own commands, in a folder that is gone "
        f"now.</p>\n{_table(found.operating)}\n"
        f"<h2>Signatures</h2>\n{_line('Performed by, date')}{_line('Reviewed by, date')}</body></html>\n"
    )


def summary(found: Qualification) -> str:
    """How it came out, in one line."""
    tried = len(found.all) - len(found.untried)
    untried = f" {len(found.untried)} couldn't be tried here." if found.untried else ""
    if found.failed:
        failed = ", ".join(check.code for check in found.failed)
        return f"{len(found.failed)} of {tried} checks failed: {failed}. Don't read a trial on this machine.{untried}"
    return f"All {tried} checks passed.{untried}"


def _table(checks: Sequence[Check]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in TITLES)
    rows = "\n".join(_row(check) for check in checks)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"


def _row(check: Check) -> str:
    cells = (check.code, check.requirement, check.expected, check.found, _RESULTS[check.passed])
    marked = ' class="failed"' if check.passed is False else ""
    return f"<tr{marked}>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _line(words: str) -> str:
    return f'<p>{escape(words)}</p><div class="line"></div>\n'
