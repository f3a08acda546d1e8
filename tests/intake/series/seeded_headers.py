"""Seeded headers: names of series as departments write them, put together by chance, a new set for each seed.

The kind is that of the words and the physics that went in, never of the rules under test. more_words.toml has the
words, other ones than console_words.toml.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.intake.series.made_up_headers import ASK, STYLES, VENDORS, Header, MadeUp, a_header

WORDS = Path(__file__).parent / "more_words.toml"
# {p}: what is said of contrast; as protocols of the vendors name series
NAMES = {
    "SIEMENS": ("t1_tse_{fat}_{plane}_{wrist}_{p}", "t1_{p}_tse_{fat}_{plane}_384", "{plane} t1 {fat} {p} 3mm"),
    "PHILIPS": ("sT1W_TSE_{plane} {fat} {p}", "T1W {fat} {plane} {p}", "{wrist} T1W_TSE {fat} {p} SENSE"),
    "GE": ("{plane} T1 FSE {fat} {p}", "{plane} T1 {p} {fat} {wrist}", "O-{plane} FSE-XL T1 {fat} {p}"),
    "CANON": ("FSE_T1_{fat}_{plane}_{p}", "T1 {plane} {fat} {p} 2.5mm"),
    "HITACHI": ("FSE T1 {fat} {plane} {p}", "{plane} T1 {p} {fat}"),
    "ESAOTE": ("SE T1 {fat} {plane} {p}", "{p} SE T1 {plane} {fat}"),
    "UIH": ("t1_fse_{fat}_{plane}_{p}", "t1_fse_{plane}_{fat}_{wrist}_{p}"),
}
AGENTS = ("Dotarem", "GADOVIST 7.5ml", "Contrast", "APPLIED", "YES", "MULTIHANCE")
DERIVED = (["DERIVED", "SECONDARY", "OTHER"], ["DERIVED", "PRIMARY", "M"])
# whole words of a T1 with and without suppressed fat, after, before, and without a word of contrast
T1_KINDS = {
    ("after", True): "T1FSGD",
    ("after", False): "OTHER",
    ("before", True): "OTHER",
    ("before", False): "T1",
    ("", True): ASK,
    ("", False): "T1",
}
FLUID_KINDS = {("T2", True): "T2FS", ("T2", False): "OTHER", ("PD", True): ASK, ("PD", False): "PD"}
UNSAID = 4
Words = Mapping[str, Any]


def seeded(seed: int) -> list[MadeUp]:
    """Some 1,300 headers in fourteen languages."""
    # no secret: the same set for the same seed
    chance = random.Random(seed)
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    computed = words.pop("computed")["words"]
    found = [item for language, said in words.items() for item in _of_a_language(language, said, chance)]
    return [*found, *_computed(computed, list(words.values()), chance)]


def misleading() -> list[MadeUp]:
    """Names in which a number, a dose, a joint or a compliment stands where contrast would, and what they mean."""
    rows = tomllib.loads(WORDS.with_name("more_traps.toml").read_text(encoding="utf-8"))["names"]
    return [
        _made_up("trap", vendor, weighting, text, kind, {**(more[0] if more else {})})
        for vendor, weighting, text, kind, *more in rows
    ]


def _of_a_language(language: str, words: Words, chance: random.Random) -> Iterator[MadeUp]:
    said = [(text, when) for when in ("after", "before") for text in words[when]] + [("", "")] * UNSAID
    for text, when in said:
        for fat in (True, False):
            vendor = chance.choice(list(VENDORS))
            name = chance.choice(NAMES[vendor]).format(
                fat=chance.choice(words["fat"] if fat else ["", "", *words["not_fat"]]),
                plane=chance.choice(words["planes"]),
                wrist=words["wrist"],
                p=text,
            )
            more: Header = {"fat": fat and chance.random() < 2 / 3}
            if when == "after" and chance.random() < 1 / 3:
                more["ContrastBolusAgent"] = chance.choice(AGENTS)
            yield _made_up(language, vendor, "T1", _styled(name, vendor, chance), T1_KINDS[when, fat], more)
    for text, fat in [(text, True) for text in words["fat"]] + [(text, False) for text in words["not_fat"]]:
        for weighting in ("T2", "PD"):
            vendor = chance.choice(list(VENDORS))
            name = f"{chance.choice(words['planes'])} {weighting} {VENDORS[vendor].fast} {text}"
            more = {"fat": fat and chance.random() < 1 / 2}
            yield _made_up(
                language, vendor, weighting, _styled(name, vendor, chance), FLUID_KINDS[weighting, fat], more
            )


def _computed(computed: list[str], languages: list[Words], chance: random.Random) -> Iterator[MadeUp]:
    for word in [*computed, *computed]:
        vendor, words = chance.choice(list(VENDORS)), chance.choice(languages)
        weighting, fat = chance.choice(["T1", "T2", "PD"]), chance.random() < 1 / 2
        said = f"{weighting} {VENDORS[vendor].fast} {words['fat'][0] if fat else ''} {chance.choice(words['planes'])}"
        name = chance.choice([f"{said} {word}", f"{word} {said}", f"{said}_{word}".replace(" ", "_")])
        more: Header = {"fat": fat, **({"ImageType": chance.choice(DERIVED)} if chance.random() < 1 / 2 else {})}
        yield _made_up("computed", vendor, weighting, name, "OTHER", more)


def _styled(name: str, vendor: str, chance: random.Random) -> str:
    """As the console and the radiographer write it; cut off by neither."""
    text = name.replace(" ", "_") if vendor in {"SIEMENS", "UIH"} and "_" in name else name
    while "__" in text or "  " in text:
        text = text.replace("__", "_").replace("  ", " ")
    return chance.choice(STYLES[:-1])(text.strip(" _"))


def _made_up(group: str, vendor: str, weighting: str, text: str, kind: str, more: Header) -> MadeUp:  # noqa: PLR0917
    return MadeUp(f"{group}: {vendor}: {text} {more}", a_header(VENDORS[vendor], weighting, text, more), kind)
