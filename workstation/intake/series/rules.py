"""The rules by which a series is recognised, loaded from rules.toml; a mistake is named with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from scoring.errors import RamrisError

WEIGHTINGS = ("T1", "PD", "T2")
WORD_CLASSES = (
    *WEIGHTINGS, "stir", "fat", "not_fat", "denied", "contrast", "before",
    "gradient", "inversion", "planar", "survey", "computed", "dixon", "dixon_water", "dixon_fat", "dixon_opposed",
)  # fmt: skip
IMAGE_TYPES = ("derived", "component", "fat_only", "water_only")
LIMITS = 2


class RulesInvalid(RamrisError):
    """rules.toml doesn't say what it must; the message names the place."""


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


@cache
def shipped_rules() -> Rules:
    """The rules that come with the program."""
    return load_rules(resources.files("workstation.intake.series").joinpath("rules.toml").read_text(encoding="utf-8"))


def load_rules(text: str) -> Rules:
    """Rules from TOML text.

    Raises:
        RulesInvalid: something is missing, of another type, unknown, or no pattern; the message names the place.
    """
    try:
        tree: object = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesInvalid(f"rules.toml: {error}") from error
    _only(tree, "", ("timing", "inversion", "gradient", "echoes", "spelled_out", "text", "image_type", "scan_options"))
    _only(_at(tree, "timing"), "timing", WEIGHTINGS)
    _only(_at(tree, "text"), "text", WORD_CLASSES)
    _only(_at(tree, "image_type"), "image_type", IMAGE_TYPES)
    return Rules(
        timing={name: _timing(tree, name) for name in WEIGHTINGS},
        short_inversion=_range(tree, "inversion.short"),
        stir_repetition_time=_range(tree, "inversion.stir_repetition_time"),
        gradient_flip_below=_number(_at(tree, "gradient.flip_angle_below"), "gradient.flip_angle_below"),
        gradient_repetition_below=_number(
            _at(tree, "gradient.repetition_time_below"), "gradient.repetition_time_below"
        ),
        echoes_at_least=_number(_at(tree, "echoes.at_least"), "echoes.at_least"),
        spelled_out=_spelled_out(tree),
        words={name: _pattern(tree, f"text.{name}") for name in WORD_CLASSES},
        image_types={name: frozenset(_strings(tree, f"image_type.{name}")) for name in IMAGE_TYPES},
        fat_options=frozenset(_strings(tree, "scan_options.fat")),
    )


def _timing(tree: object, name: str) -> Timing:
    return Timing(_range(tree, f"timing.{name}.repetition_time"), _range(tree, f"timing.{name}.echo_time"))


def _at(tree: object, place: str) -> object:
    for name in place.split("."):
        if not isinstance(tree, dict) or name not in tree:
            raise RulesInvalid(f"rules.toml: {place} is missing")
        tree = tree[name]
    return tree


def _only(table: object, place: str, names: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise RulesInvalid(f"rules.toml: {place} is no table")
    for name in table:
        if name not in names:
            raise RulesInvalid(f"rules.toml: {place or 'top'}: no rule '{name}' (known: {', '.join(names)})")


def _range(tree: object, place: str) -> Range:
    values = _at(tree, place)
    if not isinstance(values, list) or len(values) != LIMITS:
        raise RulesInvalid(f"rules.toml: {place}: two numbers, lowest and highest")
    low, high = (_number(value, place) for value in values)
    if low > high:
        raise RulesInvalid(f"rules.toml: {place}: the lowest, {low:g}, is above the highest, {high:g}")
    return Range(low, high)


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RulesInvalid(f"rules.toml: {place}: not a number")
    return float(value)


def _strings(tree: object, place: str) -> tuple[str, ...]:
    values = _at(tree, place)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise RulesInvalid(f"rules.toml: {place}: a list of words, at least one")
    return tuple(values)


def _spelled_out(tree: object) -> tuple[tuple[re.Pattern[str], str], ...]:
    table = _at(tree, "spelled_out")
    if not isinstance(table, dict) or not all(isinstance(word, str) for word in table.values()):
        raise RulesInvalid("rules.toml: spelled_out: a table of patterns, each with its word")
    return tuple((_compiled(pattern, f"spelled_out.{pattern}"), word) for pattern, word in table.items())


def _pattern(tree: object, place: str) -> re.Pattern[str]:
    return _compiled("|".join(f"(?:{word})" for word in _strings(tree, place)), place)


def _compiled(pattern: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise RulesInvalid(f"rules.toml: {place}: {error}") from error
