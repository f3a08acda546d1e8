"""Delimited text as spreadsheets save it: its encoding, the line sep=, and what stands between cells. Pure."""

from __future__ import annotations

import codecs
import io
import re

from scoring.errors import TextRefused

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# a ZIP, as .xlsx and .ods are, and the container of .xls
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BYTE_ORDER_MARK = "\ufeff"
_QUOTED = re.compile(r'"[^"]*"')
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?[,;|\s]*', re.IGNORECASE)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark as Excel writes "Unicode Text"; no mark left.

    Raises:
        TextRefused: it is a workbook, another encoding, or no text.
    """
    if data.startswith(WORKBOOKS):
        raise TextRefused("this is a workbook, not text: save the sheet as CSV in UTF-8")
    encoding = "utf-16" if data.startswith(UTF_16) else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} is not UTF-8: save the table as CSV in UTF-8"
    else:
        if "\0" in text:
            raise TextRefused("this is no text: save the table as CSV in UTF-8")
        return text.lstrip(_BYTE_ORDER_MARK)
    raise TextRefused(message)


def is_sep_line(line: str) -> bool:
    """Whether the line is `sep=;` or its like, which Excel writes and reads before the first row."""
    return _SEP_LINE.fullmatch(line) is not None


def without_sep_line(text: str) -> tuple[str, str | None]:
    """The text below a line `sep=;`, and what that line names; None where there is no such line.

    Raises:
        TextRefused: the line names something that doesn't stand between cells.
    """
    first = next(io.StringIO(text, newline=""), "")
    found = _SEP_LINE.fullmatch(first)
    if found is None:
        return text, None
    if found[1] not in SEPARATORS:
        raise TextRefused(f"the line sep= names {found[1]!r}: separate cells with a comma, semicolon, tab or bar")
    return text[len(first) :], found[1]


def separator_of(text: str) -> str:
    """What stands between the cells of the first row that isn't blank: tab, semicolon, bar or comma, in this order.

    A comma comes last, for with another separator it may be a decimal sign.
    """
    row = next((line for line in io.StringIO(_unquoted(text), newline="") if line.strip()), "")
    return next((mark for mark in SEPARATORS if mark in row), ",")


def first_separator(line: str) -> str:
    """The separator that comes first in a line outside quotes; a comma where there is none."""
    return next((mark for mark in _unquoted(line) if mark in SEPARATORS), ",")


def _unquoted(text: str) -> str:
    return _QUOTED.sub("", text)
