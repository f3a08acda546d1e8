"""A folder of reference pictures of one's own: which picture shows which grade. Nothing of it is ever copied.

Pictures are named FEATURE-GRADE or FEATURE-SITE-GRADE (`ERO-3.png`, `ERO-CAP-3.png`), or listed in atlas.toml:

    [[picture]]
    file = "fig12b.jpg"
    feature = "ERO"
    grade = 3
    site = "CAP"            # left out: any site
    caption = "EULAR-OMERACT atlas, figure 12b"
    outline = ["10.5,20 30,20 30,41.5"]     # left out: none; a ring of column,row in the picture's pixels

`about` at the top is shown beside all of them. The atlas that comes with the program is such a folder.
"""

from __future__ import annotations

import math
import os
import re
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from msgspec import Struct

from scoring.errors import TomlRefused
from scoring.schemes.scheme import Scheme, grades_on
from scoring.toml_file import read_toml

LIST = "atlas.toml"
FOLDER = "atlas"
"""Of a scheme's folder: where its pictures are."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
# an atlas has some hundred pictures; a whole disk pointed at by mistake must not be gone through
MOST_FILES = 5000
MOST_RINGS, MOST_CORNERS, FARTHEST_PX = 32, 500, 20_000
Ring = tuple[tuple[float, float], ...]
"""Corners of a closed line, column and row in the picture's pixels."""

_NAME = re.compile(r"(?P<feature>[A-Za-z]+)(?:[-_](?P<site>[A-Za-z][A-Za-z0-9-]*?))?[-_](?P<grade>\d+(?:\.5)?)")


class Picture(Struct, frozen=True):
    """One picture; `site` is empty where it stands for every site of the feature."""

    file: Path
    feature: str
    site: str
    grade: Decimal
    caption: str = ""
    outline: tuple[Ring, ...] = ()


class Atlas(Struct, frozen=True):
    """The pictures that are there, and a line for each thing that isn't right; no line names a folder.

    about: what is said of all of them, such as where they are from.
    """

    pictures: tuple[Picture, ...] = ()
    troubles: tuple[str, ...] = ()
    about: str = ""

    def at(self, feature: str, site: str) -> tuple[Picture, ...]:
        """The pictures for a site, rising by grade: its own before those of any site."""
        fitting = [one for one in self.pictures if one.feature == feature and one.site in {"", site}]
        return tuple(sorted(fitting, key=lambda one: (one.grade, not one.site, one.file.name)))


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    feature: str
    grade: Decimal
    site: str = ""
    caption: str = ""
    outline: list[str] = []


class _List(Struct, frozen=True, forbid_unknown_fields=True):
    picture: list[_Entry] = []
    about: str = ""
    schemes: list[str] = []


def shipped_atlas(scheme: Scheme) -> Atlas:
    """The pictures that come with the program for a scheme: its own, or those of another one that lends them.

    What is lent fits by feature, site and grade; what doesn't is left out, and that is no trouble.
    """
    for folder in _shipped_folders():
        listed, _ = _listed(folder)
        if scheme.id in listed.schemes:
            return Atlas(atlas_of(folder, scheme).pictures, (), listed.about)
    return Atlas()


def _shipped_folders() -> list[Path]:
    shipped = Path(str(files("scoring.schemes") / "shipped"))
    return sorted(found.parent for found in shipped.glob(f"*/{FOLDER}/{LIST}"))


def atlas_of(folder: Path, scheme: Scheme) -> Atlas:
    """The pictures of a folder that belong to the scheme. Never raises: what can't be used is a line."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry, _ in zip(entries, range(MOST_FILES), strict=False))
    except OSError:
        return Atlas(troubles=("The atlas folder isn't there, or can't be read.",))
    listed, troubles = _listed(folder) if LIST in names else (_List(), [])
    present = frozenset(names)
    found: list[Picture] = []
    for entry in listed.picture:
        outline = tuple(_ring(text) for text in entry.outline)
        why = _wrong(entry, present, scheme) or _wrong_outline(entry, outline)
        if why:
            troubles.append(f"{LIST}: {why}")
        else:
            file = folder / entry.file
            found.append(Picture(file, entry.feature, entry.site, entry.grade, entry.caption, outline))
    taken = {entry.file for entry in listed.picture}
    found += [one for name in names if name not in taken and (one := _named(folder, name, scheme)) is not None]
    if not found and not troubles:
        troubles.append("No picture of the atlas folder is named as FEATURE-SITE-GRADE, such as ERO-CAP-3.png.")
    return Atlas(tuple(found), tuple(troubles), listed.about)


def _listed(folder: Path) -> tuple[_List, list[str]]:
    try:
        return read_toml((folder / LIST).read_text("utf-8"), _List, LIST), []
    except (OSError, UnicodeDecodeError):
        return _List(), [f"{LIST} can't be read."]
    except TomlRefused as error:
        return _List(), [str(error)]


def _ring(text: str) -> Ring:
    """The corners that a text says; none where it can't be read, or lies nowhere near a picture."""
    corners = [corner.split(",") for corner in text.split()[: MOST_CORNERS + 1]]
    try:
        ring = tuple((float(column), float(row)) for column, row in corners)
    except ValueError:
        return ()
    near = all(math.isfinite(value) and abs(value) <= FARTHEST_PX for corner in ring for value in corner)
    return ring if near and len(ring) <= MOST_CORNERS else ()


def _wrong_outline(entry: _Entry, outline: tuple[Ring, ...]) -> str:
    if len(outline) <= MOST_RINGS and all(outline):
        return ""
    return (
        f"{entry.file!a}: an outline is up to {MOST_RINGS} texts of up to {MOST_CORNERS} corners column,row in pixels "
        'with blanks between them, such as "10,20 30,20 30,40"'
    )


def _named(folder: Path, name: str, scheme: Scheme) -> Picture | None:
    file = folder / name
    found = _NAME.fullmatch(file.stem)
    if found is None or file.suffix.lower() not in SUFFIXES:
        return None
    entry = _Entry(name, found["feature"].upper(), Decimal(found["grade"]), (found["site"] or "").upper())
    if _wrong(entry, frozenset({name}), scheme):
        return None
    return Picture(file, entry.feature, entry.site, entry.grade)


def _wrong(entry: _Entry, names: frozenset[str], scheme: Scheme) -> str:
    """Why an entry can't be used; empty when it can. A file is one of the folder itself, not of another."""
    feature = next((feature for feature in scheme.features if feature.code == entry.feature), None)
    if entry.file not in names:
        return f"{entry.file!a} isn't a file of the atlas folder"
    if Path(entry.file).suffix.lower() not in SUFFIXES:
        return f"{entry.file!a} is no picture ({', '.join(sorted(SUFFIXES))})"
    if feature is None:
        return f"{entry.file!a}: feature {entry.feature!a} isn't in {scheme.id}"
    if entry.site and entry.site not in {site.code for site in feature.sites}:
        return f"{entry.file!a}: site {entry.site!a} isn't scored for {feature.name.lower()}"
    if entry.grade not in grades_on(feature.scale):
        return f"{entry.file!a}: {entry.grade} isn't a grade of {feature.name.lower()}"
    return ""
