"""Known advisories of the locked versions, from files in the OSV format that somebody has fetched; asks no network.

.venv/bin/python .ci/advisories.py PATH... [--locked FILE]

PATH is a file of one advisory or a list of them (JSON), a folder of such files, or a zip of them, such as the one that
OSV publishes for PyPI. Ends with 0 where no locked version is affected, 1 where one is, 2 where one can't be read.

Source: OSV schema 1.7, ossf.github.io/osv-schema: `affected[].package`, `versions` and `ranges` of type ECOSYSTEM.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

LOCKED = Path(__file__).resolve().parent / "constraints.txt"
LARGEST = 64 << 20


class Unreadable(Exception):
    """What can't be read, in one line."""


def main(arguments: list[str]) -> int:
    try:
        paths, locked = _asked(arguments)
        versions = locked_versions(locked)
        told, count = set(), 0
        for advisory in advisories(paths):
            count += 1
            told.update(affected(advisory, versions))
    except Unreadable as why:
        print(f"advisories: {why}", file=sys.stderr)
        return 2
    if not count:
        print("advisories: none is in what was given; OSV publishes PyPI's as a zip of JSON files", file=sys.stderr)
        return 2
    for line in sorted(told):
        print(line)
    print(f"{len(versions)} locked versions, {count} advisories, {len(told)} that concern them")
    return 1 if told else 0


def _asked(arguments: list[str]) -> tuple[list[Path], Path]:
    paths, locked = list(arguments), LOCKED
    if "--locked" in paths:
        at = paths.index("--locked")
        given = paths[at + 1 : at + 2]
        if not given:
            raise Unreadable("--locked needs a file, such as .ci/constraints.txt")
        locked = Path(given[0])
        del paths[at : at + 2]
    if not paths or any(path.startswith("-") for path in paths):
        raise Unreadable("name files, folders or a zip in the OSV format: .ci/advisories.py PATH... [--locked FILE]")
    return list(map(Path, paths)), locked


def locked_versions(file: Path) -> dict[str, Version]:
    """By the name of each package, as PyPI compares names, the version that a file of constraints pins."""
    found = {}
    for number, line in enumerate(_text(file).splitlines(), 1):
        said = line.partition("#")[0].partition(";")[0].strip()
        if not said:
            continue
        name, pinned, version = said.partition("==")
        try:
            found[normal(name)] = Version(version)
        except InvalidVersion:
            pinned = ""
        if not pinned:
            raise Unreadable(f"{file.name}, line {number}: {said[:60]!a} is no NAME==VERSION")
    if not found:
        raise Unreadable(f"{file.name}: pins no version")
    return found


def normal(name: str) -> str:
    """A name as PyPI compares it: PEP 503."""
    return re.sub(r"[-_.]+", "-", name.strip().partition("[")[0]).lower()


def advisories(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Each advisory in files, folders and zips; what was withdrawn is none."""
    for name, text in _texts(paths):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        every = found if isinstance(found, list) else [found]
        if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in every):
            raise Unreadable(f"{name}: no advisory in the OSV format")
        yield from (one for one in every if not one.get("withdrawn"))


def _texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        if path.is_dir():
            yield from ((file.name, _text(file)) for file in sorted(path.rglob("*.json")))
        elif path.suffix.lower() == ".zip":
            yield from _zipped(path)
        else:
            yield path.name, _text(path)


def _zipped(path: Path) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(path) as packed:
            for item in packed.infolist():
                if item.filename.endswith(".json"):
                    if item.file_size > LARGEST:
                        raise Unreadable(f"{path.name}: {item.filename[:60]!a} is larger than any advisory")
                    yield item.filename, packed.read(item).decode("utf-8")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"{path.name}: can't be read as a zip of JSON files") from error


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file.name}: can't be read as text in UTF-8") from error


def affected(advisory: dict[str, Any], versions: dict[str, Version]) -> Iterator[str]:
    """A line for each locked version that an advisory names."""
    for entry in _items(advisory, "affected"):
        package = entry.get("package")
        package = package if isinstance(package, dict) else {}
        name = normal(str(package.get("name", "")))
        locked = versions.get(name)
        if package.get("ecosystem") != "PyPI" or locked is None or not _names(entry, locked):
            continue
        fixed = sorted({str(event["fixed"]) for event in _events(entry) if "fixed" in event})
        others = ", ".join(str(alias) for alias in _list(advisory, "aliases") if str(alias).startswith("CVE-"))
        about = " ".join(str(advisory.get("summary", "")).split())[:120]
        yield (
            f"{name} {locked}: {advisory['id'][:40]}{f' ({others})' if others else ''}{f', {about}' if about else ''}; "
            f"{'fixed in ' + ', '.join(fixed) if fixed else 'no version is named that mends it'}"
        )


def _names(entry: dict[str, Any], locked: Version) -> bool:
    if any(_version(text) == locked for text in _list(entry, "versions")):
        return True
    return any(_within(list(_items(part, "events")), locked) for part in _ranges(entry))


def _within(events: list[dict[str, Any]], locked: Version) -> bool:
    """Whether a version lies in a range: the schema's own algorithm, events taken in the order of their versions."""
    inside = False
    points = []
    for event in events:
        for kind in ("introduced", "fixed", "last_affected"):
            if kind in event:
                version = Version("0.dev0") if event[kind] == "0" else _version(event[kind])
                # what can't be compared is taken for affected rather than for mended
                if version is None:
                    if kind == "introduced":
                        return True
                    continue
                points.append((version, kind))
    for version, kind in sorted(points, key=lambda point: point[0]):
        if kind == "introduced" and locked >= version:
            inside = True
        elif (kind == "fixed" and locked >= version) or (kind == "last_affected" and locked > version):
            inside = False
    return inside


def _version(text: object) -> Version | None:
    try:
        return Version(str(text))
    except InvalidVersion:
        return None


def _ranges(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    # GIT ranges name commits, which no locked version tells
    yield from (part for part in _items(entry, "ranges") if part.get("type") in {"ECOSYSTEM", "SEMVER"})


def _events(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in _ranges(entry):
        yield from _items(part, "events")


def _items(of: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    yield from (item for item in _list(of, name) if isinstance(item, dict))


def _list(of: dict[str, Any], name: str) -> list[Any]:
    values = of.get(name)
    return values if isinstance(values, list) else []


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
