"""Log of a study for its file: what came when, what was set aside and why, and who decided what. Codes alone.

Words of people that name somebody stay in the vault. Folders do, too: a delivery is told by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from storage.record.record_log import LogLine
from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import UNDO, About, Choice
from storage.vault.identity_words import naming
from storage.vault.imports_told import ImportTold
from workstation.intake.findings import printable

HIDDEN_WORDS = "(the words name somebody or a date, and stay in the vault)"
DECIDED = {
    About.PERSON: "one person, or two",
    About.VISIT: "visits and their order",
    About.SIDE: "which wrist",
    About.PLANE: "plane of a series",
    About.TURNED: "how a series is turned",
    About.SIZE: "size of a pixel of a radiograph",
    About.STACK: "one stack or two",
    About.AGAIN: "images that came again under another name",
    About.KIND: "kind of a series",
    About.TEXT: "text in the pixels of a series",
    About.REMOVE: "removed, or excluded",
    About.FINDING: "finding accepted",
}


def study_log(study: CoordinatorStudy, *, folders: bool = False) -> tuple[LogLine, ...]:
    """Everything, oldest first; with the folders of deliveries only where that is wanted: they may name people."""
    owners = {item.code: item.subject for item in study.vault.series()}
    clean = _clean(naming(study.vault))
    lines = [
        *study.record_log(),
        *_imports(study.vault.imports.log(), folders=folders),
        *(_decision(choice, owners) for choice in study.vault.choices.log()),
        *_borders(study),
    ]
    # of one moment in the order in which they were gathered
    return tuple(clean(line) for line in sorted(lines, key=lambda line: line.at_utc))


def _clean(names: Callable[[str], bool]) -> Callable[[LogLine], LogLine]:
    def cleaned(line: LogLine) -> LogLine:
        why = HIDDEN_WORDS if line.why and names(line.why) else line.why
        return LogLine(line.at_utc, line.what, line.about, line.told, line.who, why)

    return cleaned


def _imports(told: tuple[ImportTold, ...], *, folders: bool) -> Iterator[LogLine]:
    deliveries: dict[tuple[str, ...], int] = {}
    for item in told:
        number = deliveries.setdefault(item.roots, len(deliveries) + 1)
        where = f" ({', '.join(map(printable, item.roots))})" if folders else ""
        report, delivery = item.report, f"delivery {number}{where}"
        subjects = " ".join(report.get("subjects", ()))
        seen, accepted = report.get("seen", 0), report.get("accepted", 0)
        stopped = "; stopped before the end" if report.get("stopped") else ""
        came = f"{delivery}: {seen} files seen, {accepted} of them in the study{stopped}"
        yield LogLine(item.at_utc, "scans added", subjects, came)
        for what, count, why in report.get("set_aside", ()):
            yield LogLine(item.at_utc, "set aside", "", f"{delivery}: {count} x {what}: {why}")


def _decision(choice: Choice, owners: Mapping[str, str]) -> LogLine:
    about, _, whose = choice.what.partition(":")
    if about == About.FINDING:
        whose = " ".join(choice.value.get("subjects", ()))
        told = f"{choice.what} {choice.value.get('code', '')}".strip()
    else:
        told = choice.answer
    subject = owners.get(whose, "")
    what = DECIDED.get(About(about), about)
    if choice.answer == UNDO:
        what, told = f"{what}: taken back", choice.what
    return LogLine(choice.at_utc, what, f"{subject} {whose}".strip(), told, choice.who, choice.why)


def _borders(study: CoordinatorStudy) -> Iterator[LogLine]:
    for (at, who, why), seen in groupby(study.vault.borders.log(), key=lambda item: (item.at_utc, item.who, item.why)):
        yield LogLine(at, "borders looked at", "", f"{sum(1 for _ in seen)} series", who, why)
