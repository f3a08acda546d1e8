"""Commands about schemes: listed, shown, checked, begun. Each gives lines for a terminal, or writes files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.schemes.folder import SchemeFolder
    from workstation.app.schemes.card import Part
    from workstation.app.schemes.check import Checked


def shipped_lines() -> Iterator[str]:
    """A line for each shipped scheme."""
    from scoring.schemes.folder import shipped_ids
    from scoring.schemes.load import shipped_scheme

    for scheme_id in shipped_ids():
        scheme = shipped_scheme(scheme_id)
        yield f"{scheme_id:22} {scheme.version:7} {scheme.name}: {scheme.sites_per_visit} grades a visit"


def schemes_in_words() -> dict[str, str]:
    """All of them, by name; what most studies read first."""
    from scoring.schemes.folder import DEFAULT, shipped_ids
    from scoring.schemes.load import shipped_scheme

    known = [shipped_scheme(name) for name in sorted(shipped_ids(), key=lambda name: (name != DEFAULT, name))]
    return {scheme.id: f"{scheme.name}: {scheme.sites_per_visit} grades a visit" for scheme in known}


def card_lines(given: str) -> Iterator[str]:
    """The card of a scheme for a terminal; TomlRefused when there is none, or it has mistakes."""
    from workstation.app.schemes.card import as_text

    yield from as_text(_card(given))


def write_html(given: str, out: Path) -> None:
    """The card as a page to print; NotSaved when it can't be written there."""
    from storage.files.atomic import write_page
    from workstation.app.schemes.card import as_html

    write_page(out, as_html(_card(given)).encode())


def check_lines(given: str) -> tuple[Checked, list[str]]:
    """What is wrong and what isn't there."""
    from workstation.app.schemes.check import check_scheme
    from workstation.app.schemes.given import given_folder

    checked = check_scheme(given_folder(given))
    lines = [f"mistake: {said}" for said in checked.mistakes]
    lines += [f"note: {said}" for said in checked.told]
    lines += [f"without {said}" for said in checked.lacks]
    count = len(checked.mistakes)
    many = "1 mistake" if count == 1 else f"{count} mistakes"
    if checked.scheme is None:
        return checked, [*lines, f"{many}: no study can be made with it yet"]
    scheme = checked.scheme
    lines.append(f"{scheme.name} {scheme.version} can be used: {scheme.sites_per_visit} grades a visit")
    return checked, lines


def begin(folder: Path, source: str) -> None:
    """Make a folder to start a scheme from: with the files of a scheme, or with a small one of one feature."""
    from workstation.app.schemes.given import given_folder
    from workstation.app.schemes.writing import begin_scheme

    begin_scheme(folder, given_folder(source) if source else _starter())


def _starter() -> SchemeFolder:
    from scoring.schemes.folder import SCHEME_FILE, SchemeFolder
    from scoring.toml_file import shipped_text

    return SchemeFolder("starter", MappingProxyType({SCHEME_FILE: shipped_text("scoring.schemes", "starter.toml")}))


def _card(given: str) -> tuple[Part, ...]:
    from workstation.app.schemes.card import card
    from workstation.app.schemes.given import scheme_to_show

    return card(scheme_to_show(given))
