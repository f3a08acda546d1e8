"""Grades of structured reports as the lines that `enter` takes: which case and visit each is of, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scoring.errors import RamrisError
from scoring.readings.answers import check_answer, parse_answer
from scoring.readings.reading import SiteKey
from scoring.schemes.scheme import FeatureCode, Scheme, SiteCode
from workstation.errors import UsageRefused
from workstation.exchange.codes import Codes
from workstation.exchange.reports import Given, Report, report_of

At = tuple[str, int]
Lines = list[bytes]
_NO_WORDS: Final = "a code of the report"


def reports_of(files: Sequence[Path], codes: Codes) -> tuple[tuple[Report, ...], tuple[str, ...]]:
    """All reports, and one line for each file that is none."""
    found: list[Report] = []
    refused: list[str] = []
    for file in files:
        try:
            found.append(report_of(file, codes))
        except UsageRefused as error:
            refused.append(str(error))
    return tuple(found), tuple(refused)


def lines_of(
    reports: Sequence[Report], scheme: Scheme, cases: Mapping[str, frozenset[At]]
) -> tuple[Lines, tuple[str, ...]]:
    """The lines of all reports, by report and group; and one line for each report that can't be entered.

    Args:
        reports: as they were read.
        scheme: that the reader reads by.
        cases: by the UID of an image, the cases and visits that show it.
    """
    lines: Lines = []
    refused: list[str] = []
    known: dict[tuple[str, SiteKey], str] = {}
    for report in reports:
        try:
            lines += _of_report(report, scheme, cases, known)
        except RamrisError as error:
            refused.append(f"--report {report.name!a:.80}: {error}")
    return lines, tuple(refused)


def _of_report(
    report: Report, scheme: Scheme, cases: Mapping[str, frozenset[At]], known: dict[tuple[str, SiteKey], str]
) -> Lines:
    lines: Lines = []
    worded = {item.code for item in scheme.unscorable if item.needs_text}
    written: set[tuple[int, str, SiteKey]] = set()
    for given in report.given:
        case, visit = _whose(report, given, cases)
        key = SiteKey(visit, FeatureCode(given.feature), SiteCode(given.site))
        try:
            # a code stands for its reason there; what somebody wrote beside it stays with the study that it is of
            word = f"{given.answer}:{_NO_WORDS}" if given.answer in worded else given.answer
            check_answer(scheme, key, parse_answer(scheme, key, word, ""))
        except RamrisError as error:
            why = str(error)
        else:
            why = ""
        if why:
            raise UsageRefused(f"group {given.number}: {why}")
        before = known.setdefault((case, key), given.answer)
        if before != given.answer:
            raise UsageRefused(
                f"group {given.number}: {given.feature} {given.site} of case {case}, visit {visit}, is {given.answer} "
                f"here and {before} before"
            )
        # a group may have a grade twice: as a number and as a code
        if (given.number, case, key) not in written:
            written.add((given.number, case, key))
            lines.append(f"{case},{visit},{given.feature},{given.site},{word}".encode())
    return lines


def _whose(report: Report, given: Given, cases: Mapping[str, frozenset[At]]) -> At:
    """The one case and visit that a group is of, by its own images, else by those of the whole report."""
    found: set[At] = set()
    for uid in given.images or report.images:
        found |= cases.get(uid, frozenset())
    if not found:
        raise UsageRefused(
            f"group {given.number}: names no image of this reader's cases; the program must be run on the copy that "
            "was handed over for it, and the report must name its images"
        )
    if len(found) > 1:
        several = "visits" if len({case for case, _ in found}) == 1 else "cases"
        raise UsageRefused(f"group {given.number}: is of several {several}; each group must name the images of one")
    return found.pop()
