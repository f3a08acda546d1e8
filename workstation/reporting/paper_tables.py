"""Tables of printed pages: what Qt's text engine and a browser both lay out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Names and what they are, as text."""
    lines = (f'<tr><td class="name">{escape(name)}</td><td>{escape(value)}</td></tr>' for name, value in rows)
    return f'<table class="facts" cellpadding="2" cellspacing="0">{"".join(lines)}</table>'


def table(
    head: Iterable[str], rows: Iterable[Iterable[str]], words: tuple[int, ...] = (0,), widths: tuple[int, ...] = ()
) -> str:
    """Cells are HTML already. words: columns of text; others are numbers. widths: of the columns, in percent."""

    def cells(tag: str, row: Iterable[str]) -> str:
        return "".join(
            f'<{tag} class="{"words" if at in words else "number"}"{_width(widths, at)}>{cell}</{tag}>'
            for at, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (
        '<table class="figures" width="100%" cellpadding="2" cellspacing="0">'
        f"<thead><tr>{cells('th', head)}</tr></thead>{body}</table>"
    )


def _width(widths: tuple[int, ...], at: int) -> str:
    return f' width="{widths[at]}%"' if widths else ""
