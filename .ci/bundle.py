"""The bundle: a folder that runs without Python, its size, and how long it takes to start.

python .ci/bundle.py [FOLDER]    build/bundle where no folder is named; needs what `pip install .[bundle]` brings

On Linux and Windows the folder holds `ramris` (`ramris.exe`), on macOS `ramris.app`.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / ".ci" / "bundle"
ICON = ROOT / "workstation" / "ui" / "shared" / "icon" / "ramris.svg"
# whatever a package calls the file in which it says on what terms it is given
TERMS = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$|(^|/)licen[cs]es/", re.IGNORECASE)

# its start is part of the program
TOOL = "pyinstaller"
SYSTEM = ("/lib/", "/usr/lib/")


def build(out: Path) -> Path:
    """Run PyInstaller; the folder that holds the program."""
    shutil.rmtree(out, ignore_errors=True)
    options = ["--noconfirm", "--log-level", "WARN", "--distpath", out, "--workpath", ROOT / "build" / "pyinstaller"]
    command = [sys.executable, "-m", "PyInstaller", *options, OURS / "ramris.spec"]
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)
    folder = out / "ramris.app" / "Contents" / "MacOS" if sys.platform == "darwin" else out / "ramris"
    remove_empty_links(folder)
    return folder


def remove_empty_links(folder: Path) -> None:
    """PyInstaller makes links to libraries also where the recipe leaves the library out."""
    for path in [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]:
        path.unlink()


def add_what_belongs(folder: Path) -> None:
    """A page for whoever opens the folder, the licences, and on Linux what the menu of a desktop needs."""
    for path in (OURS / "README.txt", ROOT / "LICENSE"):
        shutil.copy(path, folder)
    for name, path, words in terms():
        target = folder / "licences" / name / words
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    if sys.platform == "linux":
        for path in (OURS / "ramris.desktop", OURS / "add-to-menu", ICON):
            shutil.copy(path, folder)


def terms() -> Iterator[tuple[str, Path, str]]:
    """(package, file that says on what terms it is given, name for that file) of all that is in the folder."""
    for name in sorted({*needed("ramris"), TOOL}):
        for file in metadata.distribution(name).files or ():
            if TERMS.search(file.as_posix()) and (path := Path(str(file.locate()))).is_file():
                yield name, path, "-".join(file.parts[1:] or file.parts)
    # their wheels have none
    for path in (OURS / "terms").iterdir():
        yield "qt-and-pyside6", path, path.name
    yield "python", Path(sysconfig.get_path("stdlib"), "LICENSE.txt"), "LICENSE.txt"
    for package in of_system():
        yield package, Path("/usr/share/doc", package, "copyright"), "copyright"


def of_system() -> set[str]:
    """The Debian packages whose libraries PyInstaller took along; none on other systems."""
    if shutil.which("dpkg-query") is None:
        return set()
    text = (ROOT / "build" / "pyinstaller" / "ramris" / "COLLECT-00.toc").read_text("utf-8")
    sources = {source for _, source, _ in ast.literal_eval(text)[0]}
    # /lib is a link to /usr/lib, and dpkg may know a file by either
    files = [path for source in sources if source.startswith(SYSTEM) for path in (source, f"/usr{source}")]
    found = subprocess.run(["dpkg-query", "--search", *files], capture_output=True, text=True, check=False).stdout
    return {line.partition(":")[0] for line in found.splitlines()}


def needed(name: str) -> set[str]:
    """The packages that a package needs here, and those that they need; itself isn't among them."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for line in metadata.requires(waiting.pop()) or ():
            other = re.split(r"[^\w.-]", line, maxsplit=1)[0].lower().replace("_", "-")
            if "extra ==" not in line and other not in found and is_here(other):
                found.add(other)
                waiting.append(other)
    return found


def is_here(name: str) -> bool:
    """Whether a package is installed: some are needed on other systems alone."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def measured(program: Path) -> Iterator[str]:
    """Lines for people: how large it is, how long it takes. A demo that draws no picture ends it."""
    files = [path for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink()]
    yield f"{len(files):,} files, {sum(path.stat().st_size for path in files) / 1e6:,.0f} MB in {program.parent}"
    with tempfile.TemporaryDirectory() as name:
        own = {"RAMRIS_DATA": str(Path(name, "data")), "RAMRIS_CONFIG": str(Path(name, "settings"))}
        environment = {**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"}
        picture = Path(name, "room.png")
        for what, arguments in (
            ("first start, which reads it from the disk", ["--version"]),
            ("start", ["--version"]),
            ("demo to picture, with the import of its 260 images", ["demo", "--png", str(picture)]),
            ("demo to picture, imported before", ["demo", "--png", str(picture)]),
        ):
            began = time.monotonic()
            subprocess.run([str(program), *arguments], env=environment, cwd=name, check=True, stdout=subprocess.DEVNULL)
            yield f"{time.monotonic() - began:5.1f} s  {what}"
        yield f"the picture has {picture.stat().st_size:,} bytes"


def main() -> int:
    out = Path(sys.argv[1]).resolve() if sys.argv[1:] else ROOT / "build" / "bundle"
    folder = build(out)
    add_what_belongs(folder if sys.platform != "darwin" else folder.parents[2])
    for line in measured(folder / ("ramris.exe" if sys.platform == "win32" else "ramris")):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
