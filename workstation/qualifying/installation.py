"""Installation: files as they were built, packages as they are asked for, libraries of the system."""

from __future__ import annotations

import base64
import hashlib
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, version

from workstation.qualifying.check import Check
from workstation.runtime import doctor, own_process

PROGRAM = "ramris"
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_SHOWN = 5


def machine() -> tuple[tuple[str, str], ...]:
    """What a site's file says of the machine; no name of it, of an account or of a folder."""
    return (
        ("system", f"{platform.system()} {platform.release()}"),
        ("processor", platform.machine() or "not told"),
        ("Python", platform.python_version()),
        ("started from", "a folder without Python" if own_process.is_frozen() else "Python"),
    )


def installation() -> Iterator[Check]:
    """Every check of what is installed; runs nothing."""
    if own_process.is_frozen():
        why = (
            "a folder without Python keeps no list of what is in it: compare its digest with that of the one given out"
        )
        yield Check("IQ-1", "The program's files are those that were built", "the list of the package", why, None)
        yield Check("IQ-2", "Packages are those that the program asks for", "pyproject.toml", why, None)
    else:
        found = distribution(PROGRAM)
        yield _files(found)
        yield _packages(found)
    lacking = doctor.lacks()
    yield Check(
        "IQ-3",
        "The system has the libraries that a window needs",
        "nothing is missing",
        ", ".join(lack.what for lack in lacking) or "nothing is missing",
        not lacking,
    )
    yield Check(
        "IQ-4",
        "Numbers are those of IEEE 754, 64 bits",
        "53 bits of fraction, largest about 1.8e308",
        f"{sys.float_info.mant_dig} bits of fraction, largest about {sys.float_info.max:.1e}",
        (sys.float_info.mant_dig, sys.float_info.max_exp) == (53, 1024),
    )


def _files(found: Distribution) -> Check:
    asked, expected = "The program's files are those that were built", "SHA-256 of each file, by the package's own list"
    listed = [file for file in found.files or () if file.hash is not None and file.hash.mode == "sha256"]
    own = [file for file in listed if file.suffix == ".py" and ".dist-info" not in str(file)]
    if len(own) <= 1:
        # an editable installation points at a checkout, whose files may change at any time
        return Check("IQ-1", asked, expected, "installed from a checkout: its files have no list", None)
    changed = []
    for file in listed:
        try:
            content = file.locate().read_bytes()  # type: ignore[attr-defined] # a path, by its documentation
        except OSError:
            changed.append(f"{file} is missing")
            continue
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        if file.hash is not None and digest != file.hash.value:
            changed.append(f"{file} is another")
    if not changed:
        return Check("IQ-1", asked, expected, f"{len(listed)} files, all as built", True)
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    return Check("IQ-1", asked, expected, ", ".join(changed[:_SHOWN]) + more, False)


def _packages(found: Distribution) -> Check:
    wanted = [line.partition(";") for line in found.requires or () if "extra ==" not in line]
    there, missing = [], []
    for words, _, _ in wanted:
        name = _NAME.match(words.strip())
        if name is None:
            continue
        try:
            there.append(f"{name[0]} {version(name[0])}")
        except PackageNotFoundError:
            missing.append(name[0])
    told = f"missing: {', '.join(missing)}" if missing else ", ".join(sorted(there, key=str.lower))
    asked = ", ".join(words.strip() for words, _, _ in wanted)
    return Check("IQ-2", "Packages are those that the program asks for", asked, told, not missing)
