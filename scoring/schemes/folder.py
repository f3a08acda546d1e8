"""Folder of a scheme: its files by name, as they are shipped, and as one text that a study keeps.

A study keeps the whole folder as the text of scheme.toml with all other files in a table `files` behind it: one text
has one hash, and what a study was made with goes wherever its study.db goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from scoring.errors import TomlRefused
from scoring.schemes.scheme import Scheme

SCHEME_FILE: Final = "scheme.toml"
LAYOUT_FILE: Final = "layout.toml"
PROTOCOL_FILE: Final = "protocol.toml"
BANDS_FILE: Final = "bands.toml"
CHECKS_FILE: Final = "checks.toml"
OUTLINES_FILE: Final = "outlines.toml"
POSITIONS_FILE: Final = "positions.toml"
PARTS: Final = (LAYOUT_FILE, PROTOCOL_FILE, BANDS_FILE, CHECKS_FILE, OUTLINES_FILE, POSITIONS_FILE)
DEFAULT: Final = "ramris-wrist"

_HEADING: Final = "\n# The other files of the scheme's folder, as they were when it was put into a study.\n[files]\n"


class SchemeFolder(Struct, frozen=True):
    """The files of a scheme's folder: scheme.toml and the parts that it has. `name` is for messages."""

    name: str
    texts: Mapping[str, str]

    @property
    def parts(self) -> Mapping[str, str]:
        """Its files but scheme.toml."""
        return {name: self.texts[name] for name in PARTS if name in self.texts}

    def packed(self) -> str:
        """The one text that a study keeps."""
        parts = [f'"{name}" = {_quoted(text)}\n' for name, text in self.parts.items()]
        return f"{self.texts[SCHEME_FILE].rstrip()}\n{_HEADING}{''.join(parts)}"


def shipped_ids() -> tuple[str, ...]:
    """The schemes that come with the program, sorted."""
    return tuple(sorted(item.name for item in _shipped().iterdir() if item.is_dir() and item.name[0] not in "._"))


def shipped_folder(scheme_id: str) -> SchemeFolder:
    """The folder of a shipped scheme; TomlRefused names those that there are."""
    if scheme_id not in shipped_ids():
        raise TomlRefused(
            f"No scheme {scheme_id!r} is shipped (there is: {', '.join(shipped_ids())}). "
            "A scheme of your own is given by its folder"
        )
    folder = _shipped() / scheme_id
    present = [folder / name for name in (SCHEME_FILE, *PARTS) if (folder / name).is_file()]
    # bytes, not read_text: universal newlines would change the text that the SHA-256 is of
    return SchemeFolder(scheme_id, MappingProxyType({item.name: item.read_bytes().decode("utf-8") for item in present}))


def part_of(scheme: Scheme, name: str) -> str | None:
    """The text of one of a scheme's parts; None where it has none.

    A study from before schemes were folders keeps scheme.toml alone: it has the parts of the shipped scheme of its id.
    """
    if scheme.files is not None:
        return dict(scheme.files).get(name)
    return _shipped_parts(scheme.id).get(name)


@cache
def _shipped_parts(scheme_id: str) -> Mapping[str, str]:
    return shipped_folder(scheme_id).texts if scheme_id in shipped_ids() else MappingProxyType({})


def _shipped() -> Traversable:
    return files("scoring.schemes") / "shipped"


def _quoted(text: str) -> str:
    """The text as a TOML string; as it stands in the file wherever it can."""
    text = text.replace("\r\n", "\n")
    if "'''" not in text and not text.endswith("'"):
        return f"'''\n{text}'''"
    return '"""\n' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
