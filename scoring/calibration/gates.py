"""Gates of a calibration: what a reader must reach, as data in gates.toml or in a study's own calibration.toml."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from scoring.comparison.grades import At
from scoring.schemes.scheme import Scheme, TotalCode
from scoring.toml_file import TomlLocation, read_toml, shipped_text

OWN_FILE: Final = "calibration.toml"
_SHIPPED: Final = "gates.toml"
# an ICC needs two
_FEWEST_CASES: Final = 2
_MOST_CASES: Final = 1000


class Gate(Struct, frozen=True):
    """What the ICC of one total at a visit, or of its change, must be above."""

    total: TotalCode
    at: At
    above: float


class Gates(Struct, frozen=True):
    """All of them, in the scheme's order of totals, and how many cases must be finished."""

    least_cases: int
    gates: tuple[Gate, ...]

    def above(self, total: TotalCode, at: At) -> float | None:
        """What that total must be above there; None where no gate says."""
        return next((gate.above for gate in self.gates if (gate.total, gate.at) == (total, at)), None)


class _Entry(Struct, frozen=True, forbid_unknown_fields=True):
    at: Literal["1", "2", "change"]
    above: float
    totals: tuple[str, ...] = ()


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    least_cases: int
    gate: tuple[_Entry, ...]


def shipped_gates(scheme: Scheme) -> Gates:
    """Those of gates.toml, for every total of a scheme."""
    return gates_from(shipped_text("scoring.calibration", _SHIPPED), scheme, _SHIPPED)


def gates_from(text: str, scheme: Scheme, file: str = OWN_FILE) -> Gates:
    """The gates that a file's text says for a scheme.

    Raises:
        TomlRefused: not TOML, something missing or unknown, a total that the scheme hasn't, a limit that no ICC has.
    """
    read = read_toml(text, _File, file)
    location = TomlLocation(file)
    if not _FEWEST_CASES <= read.least_cases <= _MOST_CASES:
        location.at("least_cases").refuse(f"{read.least_cases}: a whole number from {_FEWEST_CASES} to {_MOST_CASES}")
    known = tuple(total.code for total in scheme.totals)
    found: dict[tuple[TotalCode, At], Gate] = {}
    for number, entry in enumerate(read.gate):
        here = location.at("gate", number)
        if not 0.0 <= entry.above < 1.0:
            here.at("above").refuse(f"{entry.above:g}: an ICC from 0 to below 1")
        for code in entry.totals:
            if code not in known:
                here.at("totals").refuse(f"{code!a}: totals of {scheme.id} are {', '.join(known)}")
        for total in known:
            if entry.totals and total not in entry.totals:
                continue
            at = At(entry.at)
            if (total, at) in found:
                here.refuse(f"{total} at {entry.at} has a gate already; give each once")
            found[total, at] = Gate(total, at, entry.above)
    if not found:
        location.at("gate").refuse("is empty: without a gate everybody passes")
    return Gates(read.least_cases, tuple(sorted(found.values(), key=lambda gate: (known.index(gate.total), gate.at))))
