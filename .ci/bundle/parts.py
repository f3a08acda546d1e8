"""Parts of the bundle that PyInstaller doesn't find by itself, and some that nobody needs. Used by ramris.spec."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import imagecodecs

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("scoring", "storage", "workstation")
ICON = str(ROOT / "workstation" / "ui" / "shared" / "icon" / "ramris.png")
# what optional imports would bring from an environment that has more than the program needs
EXCLUDED = [
    "tkinter",
    "IPython",
    "pytest",
    "pandas",
    "mypy",
    "yaml",
    "chardet",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtNetwork",
]
# of Qt: words for dialogs that have ours, GTK's looks with all of GTK, screens without a window system, the network
UNUSED = (
    "/translations/",
    "/platformthemes/",
    "/egldeviceintegrations/",
    "/networkinformation/",
    "/tls/",
    "/plugins/generic/",
    "libQt6EglF",
    "libqeglfs",
    "libqlinuxfb",
    "libqvkkhrdisplay",
    "libqminimalegl",
    "libqvnc",
)


def data_files() -> Iterator[tuple[str, str]]:
    """(file, folder in the bundle): all that is no module, Alembic's revisions, which it reads as files, the sample."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            part = path.relative_to(ROOT)
            wanted = path.suffix != ".py" or "migrations" in part.parts
            if path.is_file() and wanted and "__pycache__" not in part.parts:
                yield str(path), part.parent.as_posix()
    for path in sorted((ROOT / "sample_dicom").rglob("*")):
        if path.is_file():
            yield str(path), ("workstation" / path.relative_to(ROOT).parent).as_posix()


def codecs() -> list[str]:
    """Modules of imagecodecs behind the functions that our sources name; it imports them when they are first used."""
    sources = [path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    for name in {name for text in sources for name in re.findall(r"\bimagecodecs\.(\w+)", text)}:
        getattr(imagecodecs, name)
    return sorted(name for name in sys.modules if name.startswith("imagecodecs."))
