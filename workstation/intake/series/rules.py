"""The rules by which a series is recognised, loaded from rules.toml; a mistake is named with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from msgspec import Meta, Struct

from scoring.toml_file import TomlPlace, read_toml, shipped_text

WEIGHTINGS = ("T1", "PD", "T2")
WORD_CLASSES = (
    *WEIGHTINGS, "stir", "fat", "not_fat", "denied", "contrast", "before",
    "gradient", "inversion", "planar", "survey", "computed", "dixon", "dixon_water", "dixon_fat", "dixon_opposed",
)  # fmt: skip
IMAGE_TYPES = ("derived", "component", "fat_only", "water_only")
FILE = "rules.toml"


@dataclass(frozen=True, slots=True)
class Range:
    """A range in ms, both ends included."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether the value lies inside."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Timing:
    """The repetition and echo times of one weighting."""

    repetition_time: Range
    echo_time: Range


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules. `words` are patterns for whole words, by what they stand for.

    spelled_out: patterns of what consoles write in place of a word, each with that word.
    """

    timing: Mapping[str, Timing]
    short_inversion: Range
    stir_repetition_time: Range
    gradient_flip_below: float
    gradient_repetition_below: float
    echoes_at_least: float
    spelled_out: tuple[tuple[re.Pattern[str], str], ...]
    words: Mapping[str, re.Pattern[str]]
    image_types: Mapping[str, frozenset[str]]
    fat_options: frozenset[str]


_Limits = tuple[float, float]
_Patterns = Annotated[tuple[str, ...], Meta(min_length=1)]


class _Timing(Struct, frozen=True, forbid_unknown_fields=True):
    repetition_time: _Limits
    echo_time: _Limits


class _Inversion(Struct, frozen=True, forbid_unknown_fields=True):
    short: _Limits
    stir_repetition_time: _Limits


class _Gradient(Struct, frozen=True, forbid_unknown_fields=True):
    flip_angle_below: float
    repetition_time_below: float


class _Echoes(Struct, frozen=True, forbid_unknown_fields=True):
    at_least: float


class _ScanOptions(Struct, frozen=True, forbid_unknown_fields=True):
    fat: _Patterns


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    timing: dict[str, _Timing]
    inversion: _Inversion
    gradient: _Gradient
    echoes: _Echoes
    spelled_out: dict[str, str]
    text: dict[str, _Patterns]
    image_type: dict[str, _Patterns]
    scan_options: _ScanOptions


@cache
def shipped_rules() -> Rules:
    """The rules that come with the program."""
    return load_rules(shipped_text("workstation.intake.series", FILE))


def load_rules(text: str) -> Rules:
    """Rules from TOML text.

    Raises:
        TomlRefused: something is missing, of another type, unknown, or no pattern; the message names the place.
    """
    found = read_toml(text, _File, FILE)
    place = TomlPlace(FILE)
    place.at("timing").keys(found.timing, WEIGHTINGS)
    place.at("text").keys(found.text, WORD_CLASSES)
    place.at("image_type").keys(found.image_type, IMAGE_TYPES)
    inversion = place.at("inversion")
    return Rules(
        timing={name: _timing(place.at("timing", name), found.timing[name]) for name in WEIGHTINGS},
        short_inversion=_range(inversion.at("short"), found.inversion.short),
        stir_repetition_time=_range(inversion.at("stir_repetition_time"), found.inversion.stir_repetition_time),
        gradient_flip_below=found.gradient.flip_angle_below,
        gradient_repetition_below=found.gradient.repetition_time_below,
        echoes_at_least=found.echoes.at_least,
        spelled_out=tuple(
            (_compiled(place.at("spelled_out", pattern), pattern), word) for pattern, word in found.spelled_out.items()
        ),
        words={name: _any_of(place.at("text", name), found.text[name]) for name in WORD_CLASSES},
        image_types={name: frozenset(found.image_type[name]) for name in IMAGE_TYPES},
        fat_options=frozenset(found.scan_options.fat),
    )


def _timing(place: TomlPlace, found: _Timing) -> Timing:
    return Timing(
        _range(place.at("repetition_time"), found.repetition_time), _range(place.at("echo_time"), found.echo_time)
    )


def _range(place: TomlPlace, limits: _Limits) -> Range:
    low, high = limits
    if low > high:
        place.refuse(f"the lowest, {low:g}, is above the highest, {high:g}")
    return Range(low, high)


def _any_of(place: TomlPlace, patterns: Iterable[str]) -> re.Pattern[str]:
    return _compiled(place, "|".join(f"(?:{pattern})" for pattern in patterns))


def _compiled(place: TomlPlace, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        place.refuse(f"no pattern: {error}")
