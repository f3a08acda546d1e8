"""Plain text in rows of a copy: one that holds signs which no window takes was written past the program.

Control characters, line feeds and marks that turn the direction of writing make a line look other than it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

_DETAIL: Final = "detail"
# of a note that came onto the record with schema 7: such notes could have several lines
_OF_OLD_NOTES: Final = "at_utc"


def unfit_text(fields: Mapping[str, Any]) -> str:
    """The name of the first text in a row that can't have been typed, "" where all can."""
    said = json.loads(fields[_DETAIL]) if _DETAIL in fields else {}
    old_note = isinstance(said, dict) and _OF_OLD_NOTES in said
    columns = {name: value for name, value in fields.items() if name != _DETAIL}
    for name, text in (*_texts("row", columns), *_texts(_DETAIL, said)):
        if not (text.replace("\n", " ") if old_note else text).isprintable():
            return name
    return ""


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield "name", str(key)
            yield from _texts(str(key) if str(key).isidentifier() else name, part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(name, part)
