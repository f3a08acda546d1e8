"""Cells to CSV text that statistics programs read alike: RFC 4180 quotes, CRLF, decimal point."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

LINE_END: Final = "\r\n"
# What a table program would compute, full-width signs too: owasp.org/www-community/attacks/CSV_Injection
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width is meant

# grades and totals are few numbers, written many times
_KNOWN_NUMBERS: Final[dict[Decimal | int, str]] = {}
_MOST_KNOWN: Final = 10_000


def text_cell(text: str) -> str:
    """A text or a code as one cell; an apostrophe goes before what a table program would take for a formula.

    One more goes before apostrophes that stand there already, so that taking one away gives the text back.
    """
    if text.lstrip("'").startswith(FORMULA):
        text = f"'{text}"
    if any(sign in text for sign in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def number_cell(number: Decimal | int | None) -> str:
    """A number without exponent and without needless zeros; None is empty."""
    if number is None:
        return ""
    try:
        return _KNOWN_NUMBERS[number]
    except KeyError:
        text = f"{number:f}" if isinstance(number, Decimal) else str(number)
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        text = "0" if text == "-0" else text
        if len(_KNOWN_NUMBERS) < _MOST_KNOWN:
            _KNOWN_NUMBERS[number] = text
        return text


def text_line(texts: Iterable[str]) -> str:
    """Several texts as a whole line, commas between."""
    return ",".join(text_cell(text) for text in texts) + LINE_END
