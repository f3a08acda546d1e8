"""Complaint about a file's values: msgspec's line in plain words, with the place and what is allowed there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec

_Steps = tuple[str | int, ...]
# patterns are compiled when there is something to complain of: the room at its start has nothing
_LINE: Final = r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?"
_STEP: Final = r"\.([^.\[]+)|\[(\d+|\.\.\.)\]"
# a table with names of the writer's own: msgspec doesn't say which of them it means
_SOME: Final = "..."
# the parser's words, and what they most often mean to who writes by an example; another version's words get no hint
_HINTS: Final = {
    "Cannot overwrite": "this key or [table] is there already; of several tables each begins with [[two brackets]]",
    "Cannot declare": "this [table] is there already; of several tables each begins with [[two brackets]]",
    "Invalid value": 'texts stand in straight "quotes", lists in [brackets]; true and false stand alone',
    "Invalid statement": "a line is key = value, a [table], or a # remark",
    "Unclosed array": "a comma or the closing ] is missing",
    "Unclosed inline table": "a comma or the closing } is missing",
    "Illegal character '\\n'": "the closing quote of a text is missing on this line",
    "Unterminated string": "the closing quote of a text is missing",
    "Found invalid character '\\r'": "save the file with line ends of Windows or Unix",
}
_KINDS: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "datetime": "a date with a time",
    "date": "a date",
    "time": "a time",
}


def complaint(line: str, values: object, kind: object) -> tuple[_Steps, str]:
    """The place (names of keys, numbers of entries) and the words.

    Args:
        line: what msgspec said when it should make a `kind` of `values`.
        values: as tomllib read them.
        kind: the type that they should be of.
    """
    found = re.fullmatch(_LINE, line, re.DOTALL)
    what, path = (found["what"], found["path"] or "") if found else (line, "")
    steps: list[str | int] = []
    for name, number in re.findall(_STEP, path):
        if number == _SOME:
            return _in_own_names(what, steps, values, kind)
        step = int(number) if number else name
        steps.append(step)
        values, kind = _below(values, step), _kind_below(kind, step)
    return tuple(steps), _words(what, kind)


def hint(line: str) -> str:
    """What tomllib's line most often means, behind a colon; "" where nothing more can be said."""
    return next((f": {words}" for start, words in _HINTS.items() if line.startswith(start)), "")


def _in_own_names(what: str, steps: _Steps | list[str | int], values: object, kind: object) -> tuple[_Steps, str]:
    for name, value in values.items() if isinstance(values, Mapping) else ():
        below = _kind_below(kind, name)
        try:
            msgspec.convert(value, below)
        except msgspec.ValidationError as error:
            more, words = complaint(str(error), value, below)
            return (*steps, name, *more), words
    return tuple(steps), _words(what, kind)


def _below(values: object, step: str | int) -> object:
    if isinstance(values, Mapping):
        return values.get(step)
    return values[step] if isinstance(values, list) and isinstance(step, int) else None


def _kind_below(kind: Any, step: str | int) -> Any:  # noqa: ANN401 - a type, as msgspec takes it
    """The type of one entry of a type; Any where it says none."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return next((field.type for field in msgspec.structs.fields(kind) if field.encode_name == step), Any)
    inner = get_args(kind)
    if get_origin(kind) is tuple and isinstance(step, int) and inner[-1] is not Ellipsis:
        return inner[step]
    if get_origin(kind) in {list, tuple}:
        return inner[0]
    return inner[-1] if inner and issubclass(get_origin(kind) or object, Mapping) else Any


def _words(what: str, kind: object) -> str:
    for pattern, say in _SAID:
        if found := re.fullmatch(pattern, what):
            return say(found, kind)
    return what.replace("`", "'")


def _keys_here(kind: object) -> str:
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return ""
    return f" (keys here: {', '.join(kind.__struct_encode_fields__)})"


def _members(kind: object) -> str:
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        return ""
    return f" (allowed: {', '.join(str(member.value) for member in kind)})"


def _named(kinds: str) -> str:
    return " or ".join(_KINDS.get(name, name) for name in kinds.split(" | "))


def _bound(sign: str) -> str:
    return "at least" if sign == ">=" else "at most"


_SAID: Final[tuple[tuple[str, Callable[[re.Match[str], object], str]], ...]] = (
    (
        r"Object missing required field `(.+)`",
        lambda found, kind: f"{found[1]} is missing{_keys_here(kind)}",
    ),
    (
        r"Object contains unknown field `(.+)`",
        lambda found, kind: f"unknown key {found[1]}{_keys_here(kind)}",
    ),
    (
        r"Invalid enum value (.+)",
        lambda found, kind: f"{found[1]} is unknown{_members(kind)}",
    ),
    (
        r"Expected `([^`]+)`, got `([^`]+)`",
        lambda found, _: f"{_named(found[1])} is needed here, not {_named(found[2])}",
    ),
    (
        r"Expected `array` of length (\d+), got (\d+)",
        lambda found, _: f"a list of {found[1]} is needed here, not of {found[2]}",
    ),
    (
        r"Expected `(\w+)`(?: of length)? ([<>]=) (\S+)",
        lambda found, _: f"{_named(found[1])} of {_bound(found[2])} {found[3]} is needed here",
    ),
)
