"""TOML file as checked values: the one way in for schemes, rules, words, keys and drawings.

What a file may hold is a type, most often a msgspec.Struct; what a type can't say is refused at a `TomlLocation`.
Either way the refusal names the file, the location in it, and what is allowed there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from decimal import Decimal
from importlib.resources import files
from typing import Final, NoReturn, TypeVar
from unicodedata import category

import msgspec

from scoring.errors import TomlRefused
from scoring.toml_complaints import complaint, hint

_ValuesT = TypeVar("_ValuesT")

MOST_LETTERS: Final = 2000
# controls, line breaks, marks that turn the direction of what follows, halves of characters
_NOT_SHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class TomlLocation(msgspec.Struct, frozen=True):
    """Where in which file, such as `keys.toml: action[3].keys`."""

    file: str
    path: str = ""

    def at(self, *steps: str | int) -> TomlLocation:
        """A location below this one: names of keys, numbers of entries."""
        path = self.path
        for step in steps:
            path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
        return TomlLocation(self.file, path)

    def refuse(self, message: str) -> NoReturn:
        """Raise TomlRefused with file, location and message."""
        raise self.refusal(message)

    def refusal(self, message: str) -> TomlRefused:
        """What `refuse` raises."""
        return TomlRefused(f"{self.file}: {self.path}: {message}" if self.path else f"{self.file}: {message}")

    def keys(self, found: Collection[str], wanted: Collection[str]) -> None:
        """Refuse a table that hasn't just these keys, where no type says them."""
        # a misspelt key is unknown and missing; the former says more
        for key in found:
            if key not in wanted:
                self.refuse(f"unknown key {key} (keys here: {', '.join(wanted)})")
        for key in wanted:
            if key not in found:
                self.refuse(f"{key} is missing (keys here: {', '.join(wanted)})")

    def filled(self, key: str | int, text: str) -> str:
        """The text of `key` without blanks around it; there must be one."""
        if not text.strip():
            self.at(key).refuse("is empty: say it in words")
        return text.strip()

    def line(self, key: str | int, text: str) -> str:
        """The same of a text that is shown in a line: not endless, and of characters that can be shown."""
        said = self.filled(key, text)
        if len(said) > MOST_LETTERS:
            self.at(key).refuse(f"has {len(said):,} letters; {MOST_LETTERS:,} at most can be shown")
        for letter in said:
            if category(letter) in _NOT_SHOWN:
                self.at(key).refuse(f"holds the character U+{ord(letter):04X}, which can't be shown in a line")
        return said

    def unique(self, values: Iterable[object], what: str) -> None:
        """Refuse an entry that is there twice; this is the location of the list."""
        seen: set[object] = set()
        for number, value in enumerate(values):
            if value in seen:
                self.at(number).refuse(f"{what} {value} is declared twice")
            seen.add(value)


def read_toml(text: str, kind: type[_ValuesT], file: str) -> _ValuesT:
    """The text's values as a `kind`; numbers with a point are exact where `kind` asks for Decimal.

    Args:
        text: the whole file.
        kind: a msgspec.Struct, best one that forbids unknown fields; or a mapping.
        file: what to call the file in a refusal.

    Raises:
        TomlRefused: not TOML, or something is missing, unknown or of another type.
    """
    location, trouble = TomlLocation(file), ""
    try:
        values = tomllib.loads(text, parse_float=Decimal)
        return msgspec.convert(values, kind)
    except tomllib.TOMLDecodeError as error:
        trouble = f"not TOML: {error}{hint(str(error))}"
    except RecursionError:
        trouble = "brackets are nested too deep to be read"
    except msgspec.ValidationError as error:
        steps, trouble = complaint(str(error), values, kind)
        location = location.at(*steps)
    # raised here, so that no refusal carries the error, and with it the file's text, along
    raise location.refusal(trouble)


def shipped_toml(package: str, file: str, kind: type[_ValuesT]) -> _ValuesT:
    """The values of a file that lies in one of our packages."""
    return read_toml(shipped_text(package, file), kind, file)


def shipped_text(package: str, file: str) -> str:
    """The text of a file that lies in one of our packages."""
    return files(package).joinpath(file).read_text(encoding="utf-8")
