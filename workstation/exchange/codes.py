"""Mapping of another program's codes to the scheme's: sites, features, and answers that come as codes. Data, as TOML.

A code is written DESIGNATOR:VALUE, such as "SCT:83936004". Codes with our own designator need no mapping.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from scoring.ordinary_file import content_of
from scoring.schemes.scheme import Scheme
from scoring.toml_file import TomlLocation, read_toml
from workstation.errors import UsageRefused

OWN: Final = "99RAMRIS"


class CodeMapping(Struct, frozen=True, forbid_unknown_fields=True):
    """sites, features: codes of the scheme by the other's. answers: a grade, or a code for none, by the other's."""

    sites: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


class Codes(Struct, frozen=True):
    """A mapping with the scheme that it maps to. sha256: of its file, "" where there was none."""

    scheme: Scheme
    mapping: CodeMapping
    sha256: str = ""

    def site(self, code: str) -> str:
        """Of the scheme; "" where the code means none."""
        return self._of(self.mapping.sites, code)

    def feature(self, code: str) -> str:
        """Of the scheme; "" where the code means none."""
        return self._of(self.mapping.features, code)

    def answer(self, code: str) -> str:
        """A grade or an unscorable code; "" where the code means none."""
        return self._of(self.mapping.answers, code)

    def _of(self, known: Mapping[str, str], code: str) -> str:
        designator, _, value = code.partition(":")
        return known.get(code) or (value if designator == OWN else "")


def codes_of(scheme: Scheme, file: Path | None) -> Codes:
    """The mapping of a file, held against the scheme; None is none.

    Raises:
        UsageRefused: it can't be read.
        TomlRefused: not TOML, or it names what the scheme hasn't; with file and location.
    """
    if file is None:
        return Codes(scheme, CodeMapping())
    try:
        raw = content_of(file)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        text = None
    if text is None:
        raise UsageRefused(f"--mapping {file.name}: can't be read as text in UTF-8")
    found = read_toml(text, CodeMapping, file.name)
    features = {str(feature.code) for feature in scheme.features}
    sites = {str(site.code) for feature in scheme.features for site in feature.sites}
    for name, mine, known in (("sites", found.sites, sites), ("features", found.features, features)):
        for code, wanted in mine.items():
            if wanted not in known:
                TomlLocation(file.name).at(name, code).refuse(f"{scheme.id} has no {name[:-1]} {wanted!a:.40}")
    return Codes(scheme, found, sha256(raw).hexdigest())
