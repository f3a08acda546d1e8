"""Words of a calibration: feedback and standing in plain lines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from scoring.agreement.estimates import Estimate
from scoring.calibration.feedback import Closeness, FeatureFeedback, SiteFeedback
from scoring.calibration.results import CalibrationResult, Measure
from scoring.comparison.grades import At
from scoring.readings.reading import Answer, Graded
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Feature, Scheme

# more would push what matters off the screen
MOST_NAMED: Final = 4
AT_WORDS: Final[Mapping[At, str]] = MappingProxyType(
    {At.BASELINE: "baseline", At.FOLLOW_UP: "follow-up", At.CHANGE: "change", At.SCAN: "scan"}
)
CLOSENESS_WORDS: Final[Mapping[Closeness, str]] = MappingProxyType(
    {
        Closeness.SAME: "same",
        Closeness.NEAR: "one grade off",
        Closeness.FAR: "more than one grade off",
        Closeness.SCORABLE: "one of both says it can't be scored",
    }
)


def answer_words(scheme: Scheme, feature: Feature, answer: Answer) -> str:
    """A grade as a numeral or its letter, a code in words."""
    if isinstance(answer, Graded):
        return grade_name(feature.scale, answer.grade)
    known = {code.code: code.name for code in scheme.unscorable}
    return f"{answer.code}, {known.get(answer.code, answer.code)}"


def site_line(scheme: Scheme, item: SiteFeedback) -> str:
    """One site: where, what was given, what the reference has."""
    feature = scheme.feature(item.key.feature)
    site = _short(next(one.name for one in feature.sites if one.code == item.key.site))
    visit = AT_WORDS[At.BASELINE if item.key.visit == 1 else At.FOLLOW_UP]
    given, reference = (answer_words(scheme, feature, answer) for answer in (item.given, item.reference))
    return f"{feature.name}, {site}, {visit}: {given}, reference {reference} ({CLOSENESS_WORDS[item.closeness]})"


def feature_line(scheme: Scheme, item: FeatureFeedback) -> str:
    """One feature: how many sites lie how."""
    told = f"{item.same} the same, {item.near} one grade off, {item.far} farther"
    if item.scorable:
        told += f", {item.scorable} scored by one of both alone"
    return f"{scheme.feature(item.feature).name}: {told}; sum of differences {_signed(float(item.bias))}"


def standing_lines(found: CalibrationResult) -> list[str]:
    """Where a reader stands, the verdict last."""
    count = f"{found.cases} case{'' if found.cases == 1 else 's'} finished of {found.least_cases} that are needed"
    lines = [f"{count}; ICC(2,1) with the reference, interval {100 * found.level:g} %"]
    lines += [measure_line(item) for item in found.measures]
    return [*lines, verdict(found)]


def measure_line(item: Measure) -> str:
    """One total at one visit, or its change."""
    gate = "" if item.above is None else f"; gate above {item.above:.2f} {'passed' if item.passed else 'not passed'}"
    icc, bias = estimate_words(item.icc, signed=False), estimate_words(item.bias, signed=True)
    return f"{_short(item.total.name)}, {AT_WORDS[item.at]}: n {item.n}, ICC {icc}, bias {bias}{gate}"


def verdict(found: CalibrationResult) -> str:
    """Passed, or what is missing."""
    if found.passed:
        return "Passed: every gate is passed"
    missing = []
    left = found.least_cases - found.cases
    if left > 0:
        missing.append(f"{left} more case{'' if left == 1 else 's'} to finish")
    gates = sum(item.above is not None for item in found.measures)
    if len(found.missed) > MOST_NAMED:
        missing.append(f"{len(found.missed)} of {gates} gates not passed")
    elif found.missed:
        below = ", ".join(f"{_short(item.total.name)} ({AT_WORDS[item.at]})" for item in found.missed)
        missing.append(f"below the gate: {below}")
    return f"Not passed yet: {'; '.join(missing)}"


def estimate_words(found: Estimate, *, signed: bool) -> str:
    """A number with its interval, or why there is none."""
    write = _signed if signed else _plain
    if found.estimate is None:
        return f"can't be told ({str(found.reason).replace('_', ' ')})"
    if found.low is None or found.high is None:
        return write(found.estimate)
    return f"{write(found.estimate)} ({write(found.low)} to {write(found.high)})"


def _short(name: str) -> str:
    """A name without what it stands for."""
    return name.partition(":")[0]


def _plain(value: float) -> str:
    return f"{value:.2f}"


def _signed(value: float) -> str:
    return f"{value:+.1f}" if value else "0"
