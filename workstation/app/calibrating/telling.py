"""A reader's calibration told: in lines, as an object, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.study.calibrating.stand import Stand

MOST_TOLD: Final = 20


def standing(directory: Path, reader: str, case: str = "", *, by_site: bool = True) -> Stand:
    """Where a reader stands; see `storage.study.calibrating.result.standing_in`."""
    from storage.study.calibrating.result import standing_in
    from storage.study.reader import ReaderStudy
    from workstation.runtime.codes_only import codes_only

    with codes_only(), ReaderStudy.open(directory, reader) as study:
        return standing_in(study, case, by_site=by_site)


def as_text(stand: Stand, directory: Path) -> list[str]:
    """Lines for people: the case that was signed last, the standing, what to do next."""
    from scoring.calibration.feedback import by_feature, farthest_first
    from scoring.calibration.words import feature_line, site_line, standing_lines

    of, lines = stand.of, [f"Calibration of {stand.of.reader}, reference: {', '.join(stand.of.references)}"]
    if stand.case is not None:
        lines.append(f"Case {stand.case.case}:")
        lines += [f"  {feature_line(stand.scheme, item)}" for item in by_feature(stand.scheme, stand.sites)]
        wrong = farthest_first(stand.sites)
        lines += [f"  {site_line(stand.scheme, item)}" for item in wrong[:MOST_TOLD]]
        if len(wrong) > MOST_TOLD:
            lines.append(f"  and {len(wrong) - MOST_TOLD} more; --page FILE.html has all of them")
    lines += standing_lines(stand.found)
    if of.waiting:
        lines.append(f"{of.waiting} signed case{'' if of.waiting == 1 else 's'}: the reference hasn't signed yet")
    lines.append(_next(stand, directory))
    return lines


def _next(stand: Stand, directory: Path) -> str:
    reader = stand.of.reader
    if stand.found.passed:
        return f"For the file: ramris calibrate {directory} --reader {reader} --page certificate.pdf"
    if stand.of.left:
        count = f"{stand.of.left} case{'' if stand.of.left == 1 else 's'} left"
        return f"{count}: ramris read {directory} --reader {reader}"
    return f"No case is left. A coordinator draws some again: ramris reread {directory} --reader {reader} --n 10"


def as_json(stand: Stand) -> dict[str, object]:
    """The object that `ramris calibrate DIR --json` prints: finite numbers and None alone."""
    from scoring.agreement.table import estimate_as_json
    from scoring.readings.answers import format_answer

    of, found = stand.of, stand.found
    return {
        "reader": of.reader,
        "references": list(of.references),
        "cases": found.cases,
        "least_cases": found.least_cases,
        "left": of.left,
        "waiting": of.waiting,
        "passed": found.passed,
        "passed_at_utc": stand.passed_at_utc or None,
        "gates_sha256": stand.gates_sha256,
        "level": found.level,
        "measures": [
            {
                "total": str(item.total.code),
                "at": str(item.at),
                "n": item.n,
                "icc": estimate_as_json(item.icc),
                "bias": estimate_as_json(item.bias),
                "above": item.above,
                "passed": item.passed if item.above is not None else None,
            }
            for item in found.measures
        ],
        "case": None if stand.case is None else stand.case.case,
        "sites": [
            {
                "visit": item.key.visit,
                "feature": str(item.key.feature),
                "site": str(item.key.site),
                "given": format_answer(item.given),
                "reference": format_answer(item.reference),
                "difference": None if item.difference is None else float(item.difference),
                "closeness": str(item.closeness),
            }
            for item in stand.sites
        ],
    }


def write_page(stand: Stand, directory: Path, out: Path) -> None:
    """Write the page, whole or not at all, by the ending of `out`.

    Raises:
        UsageRefused: another ending, or a place inside the study.
        NotSaved: it can't be written.
    """
    from storage.files.atomic import write_page as whole
    from workstation.app.printing.printed import printed
    from workstation.app.printing.reports import PAGES
    from workstation.reporting.calibration_page import calibration_page, title_of

    check_page(directory, out)
    if out.suffix.lower() == PAGES[0]:
        whole(out, calibration_page(stand, 1.6).encode())
    else:
        whole(out, printed(calibration_page(stand), {}, title_of(stand)))


def check_page(directory: Path, out: Path) -> None:
    """UsageRefused for a page that can't be one, before anything is shown."""
    from workstation.app.printing.reports import PAGES

    if out.suffix.lower() not in PAGES:
        raise UsageRefused(f"page {out.name}: the name ends in .html or .pdf")
    if directory.resolve() in out.resolve().parents:
        raise UsageRefused(f"page {out.name}: not inside the study folder; choose another folder")
