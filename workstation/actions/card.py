"""The keys as a card to print: one HTML page without anything from elsewhere, black on white."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workstation.actions.action import Action
from workstation.actions.key_names import all_named

_STYLE = """
body { font: 10pt sans-serif; margin: 12mm; color: #000; background: #fff; }
h1 { font-size: 14pt; margin: 0 0 4mm; } h2 { font-size: 11pt; margin: 0 0 1mm; }
main { columns: 2; column-gap: 10mm; } section { break-inside: avoid; margin-bottom: 5mm; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #999; padding: 0.6mm 1mm; vertical-align: top; }
td:first-child { white-space: nowrap; font-weight: bold; width: 28mm; }
"""


def as_html(actions: Sequence[Action]) -> str:
    """The card; keys as they are spelled in the key map, signs by their names."""
    groups = dict.fromkeys(action.group for action in actions)
    sections = "\n".join(_section(actions, group) for group in groups)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>ramris: keys</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>Keys of the reading room</h1>"
        f"<main>\n{sections}\n</main></body></html>\n"
    )


def _section(actions: Sequence[Action], group: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(all_named(action.keys))}</td><td>{escape(action.title)}</td></tr>"
        for action in actions
        if action.group == group
    )
    return f"<section><h2>{escape(group)}</h2><table>{rows}</table></section>"
