"""Rules by which a series is recognised, loaded from rules.toml; a mistake is named with its location."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from msgspec import Meta, Struct

from scoring.toml_file import TomlLocation, read_toml, shipped_text

WEIGHTINGS = ("T1", "PD", "T2")
WORD_CLASSES = (
    *WEIGHTINGS, "spin", "stir", "fast_inversion", "inversion", "gradient", "gradient_t1", "gradient_fat",
    "other_contrast", "planar", "flow", "survey", "computed", "arthrography", "dixon", "dixon_water", "dixon_fat",
    "dixon_opposed", "dixon_in", "fat", "fat_noun", "suppression", "denied", "no", "with", "after", "before", "given",
    "plain", "contrast", "contrast_if", "filler", "conj", "perhaps_before", "postposed", "moment", "refused",
    "surgery", "directions", "harmless", "glued",
)  # fmt: skip
IMAGE_TYPES = ("derived", "component", "fat_only", "water_only", "in_phase")
FILE = "rules.toml"
AMOUNT = "amount"


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
    """The repetition and echo times of one weighting: those that decide, and those that a text may claim it for."""

    repetition_time: Range
    echo_time: Range
    plausible_repetition_time: Range
    plausible_echo_time: Range


class Gradient(Struct, frozen=True, forbid_unknown_fields=True):
    """What tells a gradient echo where the header doesn't name the sequence; angle in degrees, times in ms."""

    flip_angle_below: float
    repetition_time_below: float
    echo_time_below: float
    most_moments: int


@dataclass(frozen=True, slots=True)
class AgentRules:
    """What the field for the contrast agent says: patterns for whole words, and a dose with its unit.

    beside: words that may stand with an agent; venous: ways into a vein.
    """

    named: re.Pattern[str]
    beside: re.Pattern[str]
    venous: re.Pattern[str]
    none: re.Pattern[str]
    in_a_joint: re.Pattern[str]
    dose: re.Pattern[str]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """All rules. `words` are patterns for whole words, by what they stand for; `image_types` those for whole values.

    spelled_out: patterns of what consoles write in place of a word, each with that word, in their order.
    """

    timing: Mapping[str, Timing]
    short_inversion: Range
    stir_repetition_time: Range
    gradient: Gradient
    echoes_at_least: float
    spelled_out: tuple[tuple[re.Pattern[str], str], ...]
    words: Mapping[str, re.Pattern[str]]
    image_types: Mapping[str, re.Pattern[str]]
    fat_options: frozenset[str]
    agent: AgentRules


_Limits = tuple[float, float]
_Patterns = Annotated[tuple[str, ...], Meta(min_length=1)]


class _Timing(Struct, frozen=True, forbid_unknown_fields=True):
    repetition_time: _Limits
    echo_time: _Limits
    plausible_repetition_time: _Limits
    plausible_echo_time: _Limits


class _Inversion(Struct, frozen=True, forbid_unknown_fields=True):
    short: _Limits
    stir_repetition_time: _Limits


class _Echoes(Struct, frozen=True, forbid_unknown_fields=True):
    at_least: float


class _ScanOptions(Struct, frozen=True, forbid_unknown_fields=True):
    fat: _Patterns


class _Agent(Struct, frozen=True, forbid_unknown_fields=True):
    named: _Patterns
    beside: _Patterns
    venous: _Patterns
    none: _Patterns
    in_a_joint: _Patterns
    dose: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    timing: dict[str, _Timing]
    inversion: _Inversion
    gradient: Gradient
    echoes: _Echoes
    spelled_out: dict[str, str]
    text: dict[str, _Patterns]
    image_type: dict[str, _Patterns]
    scan_options: _ScanOptions
    agent: _Agent


@cache
def shipped_rules() -> Rules:
    """The rules that come with the program."""
    return load_rules(shipped_text("workstation.intake.series", FILE))


def load_rules(text: str) -> Rules:
    """Rules from TOML text.

    Raises:
        TomlRefused: something is missing, of another type, unknown, or no pattern; the message names the location.
    """
    found = read_toml(text, _File, FILE)
    location = TomlLocation(FILE)
    location.at("timing").keys(found.timing, WEIGHTINGS)
    location.at("text").keys(found.text, WORD_CLASSES)
    location.at("image_type").keys(found.image_type, IMAGE_TYPES)
    inversion = location.at("inversion")
    return Rules(
        timing={name: _timing(location.at("timing", name), found.timing[name]) for name in WEIGHTINGS},
        short_inversion=_range(inversion.at("short"), found.inversion.short),
        stir_repetition_time=_range(inversion.at("stir_repetition_time"), found.inversion.stir_repetition_time),
        gradient=found.gradient,
        echoes_at_least=found.echoes.at_least,
        spelled_out=tuple(_spelled_out(location.at("spelled_out"), *item) for item in found.spelled_out.items()),
        words={name: _any_of(location.at("text", name), found.text[name]) for name in WORD_CLASSES},
        image_types={name: _any_of(location.at("image_type", name), found.image_type[name]) for name in IMAGE_TYPES},
        fat_options=frozenset(found.scan_options.fat),
        agent=_agent(location.at("agent"), found.agent),
    )


def _timing(location: TomlLocation, found: _Timing) -> Timing:
    return Timing(*(_range(location.at(name), getattr(found, name)) for name in Timing.__dataclass_fields__))


def _agent(location: TomlLocation, found: _Agent) -> AgentRules:
    dose = _compiled(location.at("dose"), found.dose)
    if AMOUNT not in dose.groupindex:
        location.at("dose").refuse(f"the number of a dose is a group named {AMOUNT}: (?P<{AMOUNT}>[0-9]+)")
    lists = {name: getattr(found, name) for name in ("named", "beside", "venous", "none", "in_a_joint")}
    return AgentRules(**{name: _any_of(location.at(name), words) for name, words in lists.items()}, dose=dose)


def _range(location: TomlLocation, limits: _Limits) -> Range:
    low, high = limits
    if low > high:
        location.refuse(f"the lowest, {low:g}, is above the highest, {high:g}")
    return Range(low, high)


def _any_of(location: TomlLocation, patterns: Iterable[str]) -> re.Pattern[str]:
    return _compiled(location, "|".join(f"(?:{pattern})" for pattern in patterns))


def _spelled_out(location: TomlLocation, pattern: str, word: str) -> tuple[re.Pattern[str], str]:
    found = _compiled(location.at(pattern), pattern)
    try:
        found.sub(word, "")
    except (re.error, IndexError) as error:
        location.at(pattern).refuse(f"no word for it: {error}")
    return found, word


def _compiled(location: TomlLocation, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        location.refuse(f"no pattern: {error}")
