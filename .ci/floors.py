"""Coverage of each package, and the floor that it may not fall below ([tool.ramris.coverage-floors], pyproject.toml).

.ci/floors.py REPORT    REPORT: what `coverage json` wrote
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def shares(report: dict[str, Any]) -> dict[str, float]:
    """Percent of the statements of each package that ran."""
    ran, there = Counter[str](), Counter[str]()
    for name, file in report["files"].items():
        package = Path(name).parts[0]
        ran[package] += file["summary"]["covered_lines"]
        there[package] += file["summary"]["num_statements"]
    return {package: 100 * ran[package] / there[package] for package in there if there[package]}


def below(found: dict[str, float], floors: dict[str, float]) -> list[str]:
    """A line for each package that is below its floor; one that nothing ran of is."""
    return [
        f"ramris: coverage of {package} is {found.get(package, 0):.1f} %, its floor is {floor} %. Test what is new, or "
        "lower the floor in pyproject.toml and say why"
        for package, floor in floors.items()
        if found.get(package, 0) < floor
    ]


def main() -> int:
    floors = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ramris"]["coverage-floors"]
    found = shares(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    told = (f"{package} {found.get(package, 0):.1f} % (floor {floor} %)" for package, floor in floors.items())
    print(f"coverage: {', '.join(told)}")
    fallen = below(found, floors)
    print(*fallen, sep="\n", end="\n" if fallen else "", file=sys.stderr)
    return int(bool(fallen))


if __name__ == "__main__":
    raise SystemExit(main())
