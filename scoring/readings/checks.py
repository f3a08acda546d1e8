"""Checks before signing: what must be put right or answered. Pure; the checks are data, in files checks.toml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import VISITS, Graded, NotAssessable, Reading, SiteKey
from scoring.schemes.folder import CHECKS_FILE, part_of
from scoring.schemes.scheme import Scheme
from scoring.toml_file import TomlLocation, read_toml, shipped_text

# more would push the words that matter off the screen
MOST_NAMED: Final = 6
CONTRAST_KIND: Final = "T1FSGD"


class Level(Enum):
    """What a finding asks for: to be put right first, or to be answered in words."""

    BLOCKS = "blocks"
    ANSWER = "answer"


class Check(Struct, frozen=True, forbid_unknown_fields=True):
    """One check, as its entry in the file says."""

    id: str
    rule: str
    level: Level
    text: str
    source: str
    feature: str = ""
    least: int = 0
    words: tuple[str, ...] = ()


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    check: tuple[Check, ...]


class CaseFacts(Struct, frozen=True):
    """What checks must know beside the answers: the kinds of series at each visit, the reader's words at a site.

    The visits of `kinds` are those that the case has, and no others are asked for.
    """

    order: str
    kinds: Mapping[int, frozenset[str]]
    notes: Mapping[SiteKey, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def visits(self) -> tuple[int, ...]:
        """In their order."""
        return tuple(sorted(self.kinds))


class Finding(Struct, frozen=True):
    """What a check found: its id, what it asks for, the line for the reader, and where."""

    id: str
    level: Level
    text: str
    keys: tuple[SiteKey, ...]


def findings(scheme: Scheme, reading: Reading, facts: CaseFacts, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """Everything that the checks find, in their order."""
    found = []
    for check in checks:
        keys = tuple(_RULES[check.rule](check, scheme, reading, facts))
        if keys:
            text = check.text.format(count=len(keys), sites=_named(keys, scheme, facts, check.feature))
            found.append(Finding(check.id, check.level, text, keys))
    return tuple(found)


def checks_of(scheme: Scheme) -> tuple[Check, ...]:
    """What is asked of every scheme, then what a scheme's own file asks."""
    own = part_of(scheme, CHECKS_FILE)
    return _of_every_scheme() if own is None else (*_of_every_scheme(), *_read(own))


@cache
def _of_every_scheme() -> tuple[Check, ...]:
    return checks_from(shipped_text("scoring.readings", CHECKS_FILE), CHECKS_FILE)


@cache
def _read(text: str) -> tuple[Check, ...]:
    return checks_from(text, CHECKS_FILE)


def checks_from(text: str, file: str) -> tuple[Check, ...]:
    """The checks that a TOML text says; TomlRefused names file and location of a mistake."""
    checks = read_toml(text, _File, file).check
    TomlLocation(file).at("check").unique((check.id for check in checks), "check")
    for number, check in enumerate(checks):
        location = TomlLocation(file).at("check", number)
        if check.rule not in _RULES:
            location.at("rule").refuse(f"no rule {check.rule!r} (there is: {', '.join(sorted(_RULES))})")
        if check.rule != "blank" and not check.feature:
            location.at("feature").refuse(f"the rule {check.rule} needs one")
        if not _can_be_filled(check.text):
            location.at("text").refuse("{count} and {sites} alone are filled in")
    return checks


def _can_be_filled(text: str) -> bool:
    try:
        text.format(count=1, sites="")
    except (KeyError, IndexError, ValueError):
        return False
    return True


def _blank(_check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[SiteKey]:
    return (key for key in keys_in_reading_order(scheme, facts.visits) if reading.answer(key) is None)


def _fused(check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[SiteKey]:
    for key in _keys(check, scheme, facts):
        grade = _grade(reading, key)
        if grade is not None and grade < check.least and _says(check.words, key, reading, facts):
            yield key


def _falling(check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[SiteKey]:
    if facts.order == "known":
        yield from (key for key, change in _changes(check, scheme, reading, facts) if change < 0)


def _rising(check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[SiteKey]:
    if facts.order == "known":
        yield from (key for key, change in _changes(check, scheme, reading, facts) if change >= check.least)


def _no_contrast(check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[SiteKey]:
    for key in _keys(check, scheme, facts):
        if _grade(reading, key) is not None and CONTRAST_KIND not in facts.kinds.get(key.visit, frozenset()):
            yield key


def _all_sites(check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[SiteKey]:
    for visit in facts.visits:
        keys = [key for key in _keys(check, scheme, facts) if key.visit == visit]
        grades = [_grade(reading, key) for key in keys]
        if keys and all(grade is not None and grade >= check.least for grade in grades):
            yield from keys


def _keys(check: Check, scheme: Scheme, facts: CaseFacts) -> list[SiteKey]:
    return [key for key in keys_in_reading_order(scheme, facts.visits) if key.feature == check.feature]


def _grade(reading: Reading, key: SiteKey) -> Decimal | None:
    answer = reading.answer(key)
    return answer.grade if isinstance(answer, Graded) else None


def _changes(check: Check, scheme: Scheme, reading: Reading, facts: CaseFacts) -> Iterable[tuple[SiteKey, Decimal]]:
    if facts.visits != VISITS:
        return
    for key in _keys(check, scheme, facts):
        if key.visit == VISITS[-1]:
            before, after = _grade(reading, SiteKey(VISITS[0], key.feature, key.site)), _grade(reading, key)
            if before is not None and after is not None:
                yield key, after - before


def _says(words: tuple[str, ...], key: SiteKey, reading: Reading, facts: CaseFacts) -> bool:
    """Whether the reader's words for that bone, at that visit and under any feature, hold one of these."""
    said = [note for at, note in facts.notes.items() if (at.visit, at.site) == (key.visit, key.site)]
    for at, answer in reading.answers.items():
        if (at.visit, at.site) == (key.visit, key.site) and isinstance(answer, NotAssessable):
            said.append(answer.text)
    return any(word in text.lower() for text in said for word in words)


def _named(keys: tuple[SiteKey, ...], scheme: Scheme, facts: CaseFacts, feature: str) -> str:
    # where the order of visits is hidden nothing may sound as if one came first
    visits = {1: " baseline", 2: " follow-up"} if facts.order == "known" else {1: " visit A", 2: " visit B"}
    if facts.visits != VISITS:
        # of a scan alone nobody is told which visit it is
        visits = dict.fromkeys(VISITS, "")
    # a check of one feature names it already
    names = [f"{_site_named(scheme, key, whole=not feature)}{visits[key.visit]}" for key in keys[:MOST_NAMED]]
    more = len(keys) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _site_named(scheme: Scheme, key: SiteKey, *, whole: bool) -> str:
    feature = scheme.feature(key.feature)
    # what stands before a colon is the short name
    site = next(site.name.partition(":")[0] for site in feature.sites if site.code == key.site)
    return f"{feature.name} {site}" if whole else site


_RULES: Final[Mapping[str, Callable[[Check, Scheme, Reading, CaseFacts], Iterable[SiteKey]]]] = MappingProxyType(
    {
        "blank": _blank,
        "fused": _fused,
        "falling": _falling,
        "rising": _rising,
        "no_contrast": _no_contrast,
        "all_sites": _all_sites,
    }
)
