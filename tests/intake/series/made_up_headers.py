"""Made-up headers of seven vendors, with the kind that MR physics and the words give each: never the rules under test.

A description is put together as a console would: sequence, plane, fat, contrast, in the language of the site, and then
spoilt as consoles spoil it: upper case, underscores, no accents, cut off at its end. console_words.toml has the words,
traps.toml and strange_headers.toml headers that mislead, derived_words.toml words that hang on others,
site_headers.toml those of daily use, visits.toml whole visits.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ASK = "ASK"
STRANGE = ("denials", "agents", "computed", "kinds", "mixed", "physics")
SITES = ("everyday", "traps", "words", "more")
TRAPS = ("denials", "weightings", "others", "arthrography")
# TR, TE in ms and flip angle, as wrist protocols of 1.5 and 3 T have them; TE of 0.3 T
TIMING = {"T1": (600, 12, 90, 18), "T2": (3600, 70, 90, 80), "PD": (2800, 28, 90, 26), "GRE": (9.8, 3.6, 12, 8)}
LOW_FIELD = 1
TURKISH_WITHOUT = ("s\N{LATIN SMALL LETTER DOTLESS I}z", "siz")
Header = dict[str, Any]
Languages = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A header and what it should be taken for; ASK where no reader of the header could be sure.

    whole: its text isn't cut off.
    """

    name: str
    header: Header
    kind: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Vendor:
    """How a vendor fills what every vendor fills its own way; fast: what it calls a turbo spin echo."""

    maker: str
    model: str
    tesla: float
    image_type: str
    fat_option: str
    no_option: str
    variant: str
    fast: str
    spin_name: str = ""
    gradient_name: str = ""


VENDORS = {
    "SIEMENS": Vendor("SIEMENS", "Skyra", 3, "M\\ND\\NORM", "FS", "PFP", "SK", "tse", "*tse2d1_5", "*fl3d1"),
    "GE": Vendor("GE MEDICAL SYSTEMS", "DISCOVERY MR750w", 3, "OTHER", "FS", "FAST_GEMS", "SK", "FSE"),
    "PHILIPS": Vendor("Philips Medical Systems", "Achieva", 3, "M_SE\\M\\SE", "FS", "OTHER", "SK", "TSE"),
    "CANON": Vendor("TOSHIBA", "Vantage Titan", 1.5, "OTHER", "FATSAT", "", "NONE", "FSE"),
    "HITACHI": Vendor("HITACHI", "OASIS", 1.2, "OTHER", "", "", "NONE", "FSE"),
    "ESAOTE": Vendor("Esaote", "O-scan", 0.31, "", "", "", "NONE", "TSE", "TSE", "GE"),
    "UIH": Vendor("UIH", "uMR 780", 3, "M", "FS", "", "SK", "fse"),
}


def a_header(vendor: Vendor, weighting: str, text: str, more: Mapping[str, Any]) -> Header:
    """What the vendor writes for a plain scan of that weighting with that description, and what else is said.

    Of `more` three are no attributes: fat and gradient, as the vendor notes them, and remove, what it doesn't write.
    """
    said = dict(more)
    fat, gradient, remove = said.pop("fat", False), said.pop("gradient", False), said.pop("remove", [])
    tr, te, flip, te_low = TIMING["GRE" if gradient else weighting]
    header: Header = {
        "Manufacturer": vendor.maker,
        "ManufacturerModelName": vendor.model,
        "MagneticFieldStrength": vendor.tesla,
        "ImageType": [*("ORIGINAL", "PRIMARY"), *filter(None, vendor.image_type.split("\\"))],
        "ScanningSequence": "GR" if gradient else "SE",
        "SequenceVariant": vendor.variant,
        "ScanOptions": vendor.fat_option if fat else vendor.no_option,
        "RepetitionTime": tr,
        "EchoTime": te_low if vendor.tesla < LOW_FIELD else te,
        "FlipAngle": flip,
        "SequenceName": (vendor.gradient_name if gradient else vendor.spin_name) or None,
        "SeriesDescription": text,
        "ProtocolName": text,
    }
    return header | said | dict.fromkeys(remove)


def in_languages() -> list[MadeUp]:
    """Headers in fourteen languages, the same each time; each vendor and each way of spoiling a text has its turn."""
    found = []
    turns = count()
    vendors = list(VENDORS.values())
    for code, language in _languages().items():
        for text, weighting, kind, more in _of_a_language(language):
            turn = next(turns)
            vendor, style = vendors[turn % len(vendors)], STYLES[turn // len(vendors) % len(STYLES)]
            said = style(text.replace("TSE", vendor.fast))
            header = a_header(vendor, weighting, said, more)
            found.append(MadeUp(f"{code}: {vendor.model}: {said}", header, kind, whole=style is not _cut))
    return found


def traps(group: str) -> list[MadeUp]:
    """Headers made to mislead."""
    return [_trap(*row) for row in _toml("traps.toml")[group]]


def strange(group: str) -> list[MadeUp]:
    """Headers of scripts and consoles that the rules were made without, and of fields that say more than an agent."""
    return [_trap(*row) for row in _toml("strange_headers.toml")[group]]


def of_sites(group: str) -> list[MadeUp]:
    """Headers of departments in their daily words, labelled before the rules were tried on them, and traps."""
    return [_trap(*row) for row in _toml("site_headers.toml")[group]]


def derived() -> list[MadeUp]:
    """Headers with words that hang on contrast or on suppressed fat: kontrastmittelfrei, contrastallergie."""
    return [_trap(*row) for row in _toml("derived_words.toml")["derived"]]


def agent_traps() -> list[MadeUp]:
    """What consoles write where an agent belongs, each in several headers."""
    return [
        _trap(vendor, weighting, text, kind, {**(more[0] if more else {}), "ContrastBolusAgent": written})
        for group in _toml("traps.toml")["agents"].values()
        for written in group["written"]
        for vendor, weighting, text, kind, *more in group["headers"]
    ]


def visits() -> dict[str, list[MadeUp]]:
    """Whole visits by name: their series in the order in which they were made."""
    return {name: [_trap(*row) for row in rows] for name, rows in _toml("visits.toml").items()}


def _trap(vendor: str, weighting: str, text: str, kind: str, more: Mapping[str, Any] | None = None) -> MadeUp:
    header = a_header(VENDORS[vendor], weighting, text, more or {})
    return MadeUp(f"{VENDORS[vendor].model}: {text} {more or ''}", header, kind)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def _languages() -> Languages:
    found: Languages = _toml("console_words.toml")
    return found


def _of_a_language(words: Mapping[str, list[str]]) -> Iterator[tuple[str, str, str, Header]]:
    """Description, weighting, kind and what else is said."""
    fats, planes, wrist = words["fat"], words["planes"], words["wrist"]
    for number, after in enumerate(words["after"]):
        plane, fat = planes[number % 2], fats[number % len(fats)]
        yield f"T1 TSE {fat} {plane} {after}", "T1", "T1FSGD", {"fat": bool(number % 3)}
        yield f"{after} T1 {plane} TSE {fat}", "T1", "T1FSGD", {"fat": True}
        yield f"T1 TSE {plane} {after}", "T1", "OTHER", {}
    for number, before in enumerate(words["before"]):
        plane, fat = planes[number % 2], fats[number % len(fats)]
        yield f"T1 TSE {fat} {plane} {before}", "T1", "OTHER", {"fat": True}
        yield f"T1 {before} TSE {plane} {fat}", "T1", "OTHER", {"fat": bool(number % 2)}
        yield f"T1 TSE {plane} {wrist} {before}", "T1", "T1", {}
    for number, fat in enumerate(fats):
        plane = planes[number % 2]
        yield f"T2 TSE {fat} {plane}", "T2", "T2FS", {"fat": bool(number % 2)}
        yield f"{plane} {wrist} T2 {fat}", "T2", "T2FS", {}
        yield f"PD TSE {fat} {plane}", "PD", ASK, {"fat": bool(number % 2)}
        after = words["after"][number % len(words["after"])]
        yield f"T1 VIBE {fat} {plane} {after}", "T1", ASK, {"gradient": True}
    for number, not_fat in enumerate(words["not_fat"]):
        plane = planes[number % 2]
        yield f"T1 TSE {plane} {not_fat}", "T1", "T1", {}
        yield f"PD TSE {plane} {not_fat}", "PD", "PD", {}
        yield f"T2 TSE {plane} {not_fat}", "T2", "OTHER", {}
    for plane in planes:
        yield f"T1 TSE {plane}", "T1", "T1", {}
        yield f"{wrist} T1 {plane}", "T1", "T1", {}
        yield f"PD TSE {plane} {wrist}", "PD", "PD", {}
    for number, computed in enumerate(words["computed"]):
        derived: Header = {} if number % 2 else {"ImageType": ["DERIVED", "SECONDARY", "OTHER"]}
        yield f"T1 TSE {planes[1]} {computed}", "T1", "OTHER", derived
        yield f"{computed} T1 {fats[0]} {words['after'][0]}", "T1", "OTHER", {"fat": True, **derived}
        yield f"T2 {fats[0]} {computed}", "T2", "OTHER", {"fat": True, **derived}
    for survey in words["survey"]:
        yield f"{survey} T1", "T1", "OTHER", {"gradient": True}
        yield f"{survey} {wrist}", "T1", "OTHER", {}


def _as_is(text: str) -> str:
    return text


def _upper(text: str) -> str:
    return text.upper()


def _underscored(text: str) -> str:
    return text.replace(" ", "_").lower()


def _without_accents(text: str) -> str:
    letters: dict[str, str | int | None] = {"ø": "o", "ł": "l", "ß": "ss", "æ": "ae", TURKISH_WITHOUT[0][1]: "i"}
    plain = text.translate(str.maketrans(letters))
    return "".join(sign for sign in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(sign))


def _spelled(text: str) -> str:
    letters: dict[str, str | int | None] = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae"}
    return text.translate(str.maketrans(letters))


def _cut(text: str) -> str:
    """The last word loses its end and keeps three letters: what is gone altogether nobody could know."""
    last = text.rpartition(" ")[2]
    # this ending is the Turkish "without": with it all would be gone
    return text if last.endswith(TURKISH_WITHOUT) else text[: len(text) - max(0, min(3, len(last) - 3))]


STYLES: tuple[Callable[[str], str], ...] = (_as_is, _upper, _without_accents, _underscored, _spelled, _cut)
