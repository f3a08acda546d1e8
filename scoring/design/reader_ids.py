"""Reader's id: what one may be, so that every table program that opens an export still reads it as that text. Pure."""

from __future__ import annotations

import re
from typing import Final

ALLOWED: Final = "1 to 32 letters (a-z, A-Z), digits, dashes and underscores, beginning with a letter or a digit"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
# in English, and the German ones that differ: a spreadsheet program takes those of the language that it runs in
_MONTH: Final = (
    "(jan(uary|uar)?|feb(ruary|ruar)?|mar(ch)?|mrz|apr(il)?|may|mai|june?|juni|july?|juli|aug(ust)?|sept?(ember)?|oct(ober)?"
    "|okt(ober)?|nov(ember)?|dec(ember)?|dez(ember)?)"
)
_MISSING: Final = frozenset({"na", "nan", "null", "nil", "none"})
_TRUTHS: Final = frozenset({"true", "false"})
# R reads a column of these as true and false
_SHORT_TRUTHS: Final = frozenset({"T", "F"})
_TURNED: Final = (
    (re.compile(r"inf|infinity"), "infinity"),
    (re.compile(r"\d+e-?\d+"), "a number with an exponent"),
    (re.compile(r"0x[0-9a-f]+"), "a hexadecimal number"),
    (re.compile(r"0\d+"), "a number without its zeros"),
    (re.compile(r"\d{12,}"), "a rounded number"),
    (re.compile(rf"{_MONTH}[-_]?\d{{1,4}}|\d{{1,4}}[-_]?{_MONTH}([-_]?\d{{1,4}})?"), "a date"),
    (re.compile(r"\d{1,4}-\d{1,2}(-\d{1,4})?"), "a date"),
)


def refusal(reader: str) -> str:
    """Why a new reader can't have that id; "" for one that is fine."""
    if not _ID.fullmatch(reader):
        return ALLOWED
    turned = _turned_into(reader)
    return f"table programs turn that into {turned}; take another id, such as R1" if turned else ""


def _turned_into(reader: str) -> str:
    text = reader.lower()
    if text in _MISSING:
        return "a missing value"
    if text in _TRUTHS or reader in _SHORT_TRUTHS:
        return "true or false"
    return next((what for pattern, what in _TURNED if pattern.fullmatch(text)), "")
