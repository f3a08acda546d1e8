"""Design of a read as one frozen value: scheme, order, unit, readers, rules and seeds. Storage keeps versions.

What is fixed when the study is made (scheme, order, scans alone) has no way to change here: that is another study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

import msgspec
from msgspec import Struct

from scoring.adjudication.adjudicating import Adjudicating
from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import rule_from
from scoring.design.drift_draws import LEAST_EVERY
from scoring.design.enrolments import FIRST_TWO
from scoring.design.further_schemes import FurtherScheme
from scoring.design.reading_units import BOTH, PAIR, SCAN
from scoring.errors import DesignRefused
from scoring.schemes.scheme import Scheme
from scoring.values import replace

SINGLE: Final = "single"
# what becomes of a subject that has one visit, where pairs are read
READ, WAIT = "read", "wait"
# who gets cases: anybody, or those alone whose training is noted on the list of people
ANYBODY, TRAINED = "anybody", "trained"
# who acts for the coordinator: anybody, or somebody on the list of people who gives a passphrase
PASSPHRASE: Final = "passphrase"  # noqa: S105 - a word of the design
TOTAL_RULES: Final = ("strict",)
FIXED: Final = ("scheme_id", "scheme_version", "scheme_sha256", "order")
_WHY_FIXED: Final = MappingProxyType(
    {
        "order": "images are stored, and codes of visits given, in the order that readers see",
    }
)
# what is typed by one name and stands under another
_FIELDS: Final = MappingProxyType({"unit": "lone_visits"})
# what `assign` and `reread` write by themselves
DRAWN: Final = ("readers", "seeds")
ENROLMENTS: Final = "enrolments"
# parts that came later, with what was before they came: while a part is so, the text of a design is that of then
_CAME_LATER: Final[Mapping[str, object]] = MappingProxyType(
    {
        "primary": (),
        "inter": (),
        ENROLMENTS: FIRST_TWO,
        "retired": (),
        "lone_visits": READ,
        "names": (),
        "training": ANYBODY,
        "adjudicate": "",
        "adjudicating": Adjudicating.BLIND,
        "final": "",
        "final_readers": (),
        "programs": (),
        "calibration": (),
        "further": (),
        "without_images": False,
        "acting": ANYBODY,
    }
)
# of an odd number of grades the one in the middle is a grade of the scale
REFERENCES: Final = (1, 3, 5, 7)
LONGEST_WAIT_DAYS: Final = 3650
_NONE: Final = "none"


class Seed(Struct, frozen=True):
    """One draw: for whom, of which round (1 first readings, 2 repeats), from which seed."""

    reader: str
    round: int
    seed: int


class Program(Struct, frozen=True):
    """A reader that is a program, by the id on the record; sha256: of what was run."""

    reader: str
    name: str
    version: str
    sha256: str

    @property
    def words(self) -> str:
        """As boards and reports name it."""
        return f"the program {self.name} {self.version} (SHA-256 {self.sha256[:12]})"


class ReadDesign(Struct, frozen=True):
    """One version of the design.

    order: known, hidden or SINGLE: whether the reader knows which visit came first, or reads each scan alone.
    unit: what one case shows, a pair or a scan. lone_visits: if a lone visit is read as a scan, or waits.
    total_rule: which totals count.
    feature_order: codes in the order in which the room asks for them. reread_n, reread_after_days: how many cases are
    to be read again and after how long, where that was laid down. repeat_every: of each so many cases that are given
    from then on one is a hidden repeat that watches for drift (see `scoring.drift`); None is no such check.
    primary: whose first readings the study is scored by, where that was said; inter: who reads for agreement between
    readers alone (see `reader_roles`).
    enrolments: the rule by which visits of a person are read together, one of `enrolments.RULES`; what a person lists
    otherwise stands beside it.
    retired: who is given nothing more. training: TRAINED where only readers whose training is noted get cases.
    acting: PASSPHRASE where whoever acts for the coordinator is asked for one.
    names: (id, name) of readers who are called by another name than the id that the record has of them.
    adjudicate: what a third reader settles, by a rule of `scoring.adjudication.rules`; "" is said with each draw.
    adjudicating: whether that one reads blind or with both readings beside, one of `Adjudicating`.
    final: how a site that is settled gets its final value, one of `Settling`; "" is no final table. final_readers:
    whose first readings those values are of; nobody by name is everybody who is a person. programs: who is none.
    calibration: whose signed readings are the reference, where the study is for learning: 1, 3, 5 or 7 of them.
    further: schemes beside the study's own. without_images: the own one is read without images: of a reader's copy.
    """

    scheme_id: str
    scheme_version: str
    scheme_sha256: str
    order: str
    feature_order: tuple[str, ...]
    unit: str = PAIR
    total_rule: str = TOTAL_RULES[0]
    reread_n: int | None = None
    reread_after_days: int | None = None
    repeat_every: int | None = None
    readers: tuple[str, ...] = ()
    seeds: tuple[Seed, ...] = ()
    primary: tuple[str, ...] = ()
    inter: tuple[str, ...] = ()
    enrolments: str = FIRST_TWO
    retired: tuple[str, ...] = ()
    lone_visits: str = READ
    training: str = ANYBODY
    acting: str = ANYBODY
    names: tuple[tuple[str, str], ...] = ()
    adjudicate: str = ""
    adjudicating: str = Adjudicating.BLIND
    final: str = ""
    final_readers: tuple[str, ...] = ()
    programs: tuple[Program, ...] = ()
    calibration: tuple[str, ...] = ()
    further: tuple[FurtherScheme, ...] = ()
    without_images: bool = False

    @property
    def called(self) -> Mapping[str, str]:
        """What readers are called who have another name than their id, by id."""
        return dict(self.names)

    def id_of(self, typed: str) -> str:
        """The id of whoever is called so; what was typed where nobody is."""
        return next((reader for reader, name in self.names if name == typed), typed)

    def program_of(self, reader: str) -> Program | None:
        """What a reader is who is no person, by id."""
        return next((program for program in self.programs if program.reader == reader), None)

    @property
    def reading_unit(self) -> str:
        """PAIR, SCAN or BOTH, as it is typed: `pair` alone was written before single visits could be read."""
        if self.unit == SCAN:
            return SCAN
        return BOTH if self.lone_visits == READ else PAIR

    def further_of(self, reader: str) -> FurtherScheme | None:
        """The further scheme that a reader, by id, reads by; None is the study's own."""
        return next((one for one in self.further if reader in one.readers), None)

    def further_with(self, sha256: str) -> FurtherScheme | None:
        """The further scheme of that hash; None is the study's own."""
        return next((one for one in self.further if one.sha256 == sha256), None)

    def reads_without_images(self, reader: str) -> bool:
        """Whether what that reader grades isn't in the study as images."""
        further = self.further_of(reader)
        return self.without_images if further is None else further.without_images

    def by_scheme(self, further: FurtherScheme | None) -> ReadDesign:
        """The design as far as it is about the readers of one scheme; None is the study's own."""
        if not self.further:
            return self

        def mine(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if self.further_of(name) == further)

        return replace(self, readers=mine(self.readers), primary=mine(self.primary), inter=mine(self.inter))

    @property
    def content(self) -> str:
        """Canonical JSON: one text for one design."""
        import json  # noqa: PLC0415 - the first look at a study needs none

        parts = msgspec.to_builtins(self)
        for name, before in _CAME_LATER.items():
            if getattr(self, name) == before:
                del parts[name]
        return json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    @property
    def sha256(self) -> str:
        """Of the content."""
        return sha256(self.content.encode()).hexdigest()

    def drawn(self, reader: str, round_: int, seed: int) -> ReadDesign:
        """The design after a draw for a reader."""
        readers = self.readers if reader in self.readers else (*self.readers, reader)
        return replace(self, readers=readers, seeds=(*self.seeds, Seed(reader, round_, seed)))


def first_design(scheme: Scheme, order: str) -> ReadDesign:
    """The design of a study that was just made."""
    codes = tuple(str(feature.code) for feature in scheme.features)
    return ReadDesign(scheme.id, scheme.version, scheme.sha256, order, codes, unit=SCAN if order == SINGLE else PAIR)


def decoded(content: str) -> ReadDesign:
    """The design that a text says, in whatever form of JSON; ValueError for what is none."""
    try:
        return msgspec.json.decode(content, type=ReadDesign)
    except msgspec.MsgspecError as error:
        message = f"no design: {error}"
        raise ValueError(message) from error


def design_from(content: str) -> ReadDesign:
    """The inverse of `ReadDesign.content`; ValueError for what it can't have written."""
    found = decoded(content)
    if found.content != content:
        message = "no design in its canonical form"
        raise ValueError(message)
    return found


def in_feature_order(scheme: Scheme, design: ReadDesign) -> Scheme:
    """The scheme with its features in the design's order; its SHA-256 stays that of its text."""
    position = {code: number for number, code in enumerate(design.feature_order)}
    ordered = tuple(sorted(scheme.features, key=lambda feature: position[str(feature.code)]))
    return scheme if ordered == scheme.features else replace(scheme, features=ordered)


def changed(design: ReadDesign, key: str, text: str) -> ReadDesign:
    """The design with one key set to what was typed.

    Raises:
        DesignRefused: no such key, one that is fixed or drawn, or a value that it can't have.
    """
    if key in FIXED:
        why = _WHY_FIXED.get(key, "grades and worklists are of that one alone")
        raise DesignRefused(f"{key} is fixed when the study is made; make a new study for another one: {why}")
    if key in DRAWN:
        raise DesignRefused(f"{key}: `ramris study assign` and `ramris reread` write that, with the draw itself")
    if key == ENROLMENTS:
        raise DesignRefused(f"{key}: `ramris study enrolments DIR --rule RULE` changes that, and says who is concerned")
    if key not in SETTABLE:
        raise DesignRefused(f"{key!a} is not part of the design; what can be set: {', '.join(SETTABLE)}")
    value: dict[str, Any] = {_FIELDS.get(key, key): SETTABLE[key](design, key, text.strip())}
    return replace(design, **value)


def _total_rule(_design: ReadDesign, key: str, text: str) -> str:
    if text not in TOTAL_RULES:
        allowed = " or ".join(TOTAL_RULES)
        raise DesignRefused(f"{key} {text!a}: {allowed}; exports hold common-site and pro-rata totals beside it")
    return text


def _lone_visits(design: ReadDesign, key: str, text: str) -> str:
    """What becomes of lone visits by the unit that was typed."""
    if text == design.reading_unit:
        return design.lone_visits
    if design.unit == SCAN:
        raise DesignRefused(
            f"{key} {text!a}: scans are read alone here, and that is fixed when the study is made; "
            "make a new study for pairs"
        )
    if text not in {PAIR, BOTH}:
        raise DesignRefused(
            f"{key} {text!a}: both or pair; a study whose scans are read alone is made with --order {SINGLE}"
        )
    return READ if text == BOTH else WAIT


def _feature_order(design: ReadDesign, key: str, text: str) -> tuple[str, ...]:
    codes = tuple(part.strip().upper() for part in text.split(","))
    if sorted(codes) != sorted(design.feature_order):
        raise DesignRefused(f"{key} {text!a}: each of {','.join(design.feature_order)} once, with commas between")
    return codes


def _number(least: int, most: int) -> Callable[[ReadDesign, str, str], int | None]:
    def read(_design: ReadDesign, key: str, text: str) -> int | None:
        if text == _NONE:
            return None
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise DesignRefused(f"{key} {text!a}: a whole number from {least} to {most}, or none")
        return int(text)

    return read


def _adjudicate(_design: ReadDesign, _key: str, text: str) -> str:
    return "" if text == _NONE else rule_from(text).text


def _adjudicating(_design: ReadDesign, key: str, text: str) -> str:
    if text not in {how.value for how in Adjudicating}:
        raise DesignRefused(
            f"{key} {text!a:.40}: blind, beside (the third reader sees both readings, as A and B, where sites are "
            "settled) or beside-all (at every site)"
        )
    return text


def _final(_design: ReadDesign, key: str, text: str) -> str:
    known = [rule.value for rule in Settling]
    if text not in {*known, _NONE}:
        raise DesignRefused(f"{key} {text!a:.40}: {', '.join(known)}, or none")
    return "" if text == _NONE else text


def _final_readers(design: ReadDesign, key: str, text: str) -> tuple[str, ...]:
    names = _primary(design, key, text)
    if len(names) == 1:
        raise DesignRefused(f"{key} {text!a:.40}: two readers or more, since values are of two; or none")
    return names


def _primary(design: ReadDesign, key: str, text: str) -> tuple[str, ...]:
    """`R1` or `R1,R2`; `none` is nobody by name."""
    if text == _NONE:
        return ()
    names = tuple(design.id_of(part.strip()) for part in text.split(","))
    if len(set(names)) < len(names) or not set(names) <= set(design.readers):
        raise DesignRefused(
            f"{key} {text!a}: a reader who was assigned cases, or several with commas between, each once, or none"
        )
    return names


def _training(_design: ReadDesign, key: str, text: str) -> str:
    if text not in {ANYBODY, TRAINED}:
        raise DesignRefused(f"{key} {text!a}: trained (only readers whose training is noted get cases) or anybody")
    return text


def _calibration(design: ReadDesign, key: str, text: str) -> tuple[str, ...]:
    """`EX` or `E1,E2,E3`: whose signed readings are the reference."""
    names = tuple(design.id_of(part.strip()) for part in text.split(","))
    if len(names) not in REFERENCES or len(set(names)) < len(names) or not set(names) <= set(design.readers):
        raise DesignRefused(
            f"{key} {text!a}: whose signed readings are the reference: one reader who was assigned cases, or 3, 5 or "
            "7 with commas between, each once"
        )
    return names


def _acting(_design: ReadDesign, key: str, text: str) -> str:
    if text not in {ANYBODY, PASSPHRASE}:
        raise DesignRefused(f"{key} {text!a}: passphrase (whoever acts for the coordinator gives one) or anybody")
    return text


SETTABLE: Final[Mapping[str, Callable[[ReadDesign, str, str], object]]] = MappingProxyType(
    {
        "unit": _lone_visits,
        "total_rule": _total_rule,
        "feature_order": _feature_order,
        "reread_n": _number(1, 100_000),
        "reread_after_days": _number(0, LONGEST_WAIT_DAYS),
        "repeat_every": _number(LEAST_EVERY, 1000),
        "primary": _primary,
        "training": _training,
        "adjudicate": _adjudicate,
        "adjudicating": _adjudicating,
        "final": _final,
        "final_readers": _final_readers,
        "calibration": _calibration,
        "acting": _acting,
    }
)
