"""Scans of a server into a study: what was asked is kept for the next time, fetched, and added as scans of a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scoring.values import replace
from workstation.app.progress import Progress
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from storage.study.coordinator import CoordinatorStudy
    from workstation.intake.pulling.pulling import Line, Pulled
    from workstation.intake.pulling.server import Server
    from workstation.intake.pulling.wanted import Last
    from workstation.intake.report import ImportReport
    from workstation.web.address import Credentials


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; "" where nothing."""

    address: str = ""
    user: str = ""
    ca: str = ""
    patient: str = ""
    description: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A worklist, and what came of it; pulled is None where it was only looked at, and report where nothing is here."""

    lines: tuple[Line, ...]
    pulled: Pulled | None = None
    report: ImportReport | None = None


def asked(directory: Path, typed: Typed) -> Last:
    """What is asked: as typed, of the last server where none was, and the same again where nothing was typed.

    Raises:
        UsageRefused: no address, and none was ever given, or days in the wrong order.
        PullRefused: an address or a date is none.
    """
    from workstation.intake.pulling.query import date_given
    from workstation.intake.pulling.server import OF_A_SERVER
    from workstation.intake.pulling.wanted import Last, Wanted, last_asked
    from workstation.web.address import address_of

    last = last_asked(directory)
    if not typed.address:
        if last is None:
            raise UsageRefused("no server was asked for this study yet: name one with --from")
        if typed == Typed():
            return last
        typed = replace(typed, address=last.address, user=typed.user or last.user, ca=typed.ca or last.ca)
    since, until = date_given(typed.since, "--since"), date_given(typed.until, "--until")
    if since and until and since > until:
        raise UsageRefused(f"--since {typed.since} is later than --until {typed.until}")
    wanted = Wanted(typed.patient.strip(), typed.description.strip(), since, until)
    return Last(address_of(typed.address, OF_A_SERVER), typed.user.strip(), typed.ca, wanted)


def typed_of(last: Last) -> Typed:
    """What was asked as it would be typed."""
    wanted = last.wanted
    return Typed(
        last.address, last.user, last.ca, wanted.patient, wanted.description, _day(wanted.since), _day(wanted.until)
    )


def looked(
    directory: Path, last: Last, credentials: Credentials, progress: Progress, cancelled: Callable[[], bool]
) -> Found:
    """What the server has, and how each series stands to what is here. Nothing is fetched."""
    from storage.study.coordinator import CoordinatorStudy
    from workstation.intake.pulling.server import Server

    with CoordinatorStudy.open(directory), Server(last.address, credentials, _ca(last)) as server:
        return Found(_lines(directory, server, last, progress, cancelled))


def pulled(
    study: CoordinatorStudy,
    last: Last,
    credentials: Credentials,
    progress: Progress,
    cancelled: Callable[[], bool],
    *,
    again: bool = False,
    incomplete: bool = False,
) -> Found:
    """Fetch what is new or changed, or all of it again, and add it to the study.

    What broke off is fetched by the next call; what came whole before is added too, should it not be in yet.
    """
    from workstation.intake.importing.importer import import_folders
    from workstation.intake.pulling.pulling import Fetching, State, pull
    from workstation.intake.pulling.quarantine import Quarantine
    from workstation.intake.pulling.server import Server
    from workstation.intake.pulling.wanted import remember

    quarantine = Quarantine(study.path)
    with Server(last.address, credentials, _ca(last)) as server:
        lines = _lines(study.path, server, last, progress, cancelled)
        if lines:
            with quarantine.held():
                remember(study.path, last)
        taken = {State.NEW, State.CHANGED} | ({State.HERE} if again else set())
        how = Fetching(server, quarantine, cancelled, incomplete)
        done = pull(how, [line for line in lines if line.state in taken], progress)
    if done.cancelled or not quarantine.scans.is_dir() or not any(quarantine.scans.iterdir()):
        return Found(lines, done)
    report = import_folders(
        study,
        [quarantine.scans],
        progress=lambda step: progress(step.done, step.total, step.stage),
        cancelled=cancelled,
    )
    return Found(lines, done, report)


def pull_by_command(
    directory: Path,
    last: Last,
    credentials: Credentials,
    progress: Progress,
    *,
    only_list: bool,
    again: bool,
    incomplete: bool,
) -> Found:
    """As `looked` or `pulled`; Ctrl+C is a wish to stop, between two pieces of an answer."""
    from workstation.app.coordinating import coordinating
    from workstation.runtime.interrupt import Interrupt

    with Interrupt() as interrupt:
        if only_list:
            return looked(directory, last, credentials, progress, interrupt.asked)
        with coordinating(directory) as study:
            return pulled(study, last, credentials, progress, interrupt.asked, again=again, incomplete=incomplete)


def as_lines(lines: Sequence[Line]) -> tuple[str, ...]:
    """The worklist for people: a line for each study, and one below it for each series. It tells who somebody is."""
    told: list[str] = []
    study = None
    for line in lines:
        if line.study != study:
            study = line.study
            about = (_day(study.date) or "no date", study.patient or "no ID", study.description or "no description")
            told.append("  ".join(about))
        images = "?" if line.series.images is None else line.series.images
        name = (
            f"{line.series.number or '-'} {line.series.modality or '?'} {line.series.description or 'no description'}"
        )
        told.append(f"  {line.state.value}: series {name}, {images} images")
    return tuple(told)


def summary(found: Found) -> tuple[str, ...]:
    """What was found and fetched, for people; the import has a report of its own."""
    from workstation.intake.pulling.pulling import State

    studies = len({line.study.uid for line in found.lines})
    counts = {state: sum(line.state is state for line in found.lines) for state in State}
    first = f"The server has {studies} studies of that description"
    if not found.lines:
        return (f"{first}: nothing to fetch. Ask with a shorter --patient or --description, or for more days",)
    parts = ", ".join(f"{count} {state.value}" for state, count in counts.items() if count)
    told = [f"{first}, {len(found.lines)} series: {parts}"]
    if (done := found.pulled) is None:
        return tuple(told)
    told.append(f"Fetched {done.came} series, {done.images} files new here")
    told += [f"Series {_named(line)}: {why}" for line, why in done.failed]
    told += [
        f"Series {_named(line)}: {count} files have other bytes than before. Both are kept, and the import asks"
        for line, count in done.changed
    ]
    if done.cancelled:
        told.append("Stopped. What came whole is kept: fetch again to go on")
    return tuple(told)


def as_json(found: Found) -> dict[str, object]:
    """The same for scripts. It tells who somebody is."""
    done = found.pulled
    return {
        "series": [
            {
                "study_uid": line.study.uid,
                "study_date": line.study.date,
                "patient_id": line.study.patient,
                "series_uid": line.series.uid,
                "modality": line.series.modality,
                "description": line.series.description,
                "images": line.series.images,
                "state": line.state.name.lower(),
            }
            for line in found.lines
        ],
        "fetched": None
        if done is None
        else {
            "series": done.came,
            "files": done.images,
            "failed": [{"series_uid": line.series.uid, "why": why} for line, why in done.failed],
            "changed": [{"series_uid": line.series.uid, "files": count} for line, count in done.changed],
            "stopped": done.cancelled,
        },
        "import": None if found.report is None else found.report.as_json(),
    }


def unfinished(found: Found) -> bool:
    """Whether a person is needed."""
    done = found.pulled
    return done is not None and bool(
        done.failed or done.changed or done.cancelled or (found.report is not None and found.report.has_findings)
    )


def _day(date: str) -> str:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if date else ""


def _named(line: Line) -> str:
    described = line.series.description or "no description"
    return f"{line.series.number or '-'} “{described}” of {_day(line.study.date) or 'no date'}"


def _lines(
    directory: Path, server: Server, last: Last, progress: Progress, cancelled: Callable[[], bool]
) -> tuple[Line, ...]:
    from workstation.intake.pulling.pulling import worklist
    from workstation.intake.pulling.quarantine import Quarantine
    from workstation.intake.pulling.query import offered

    studies = offered(server, last.wanted, lambda done, total: progress(done, total, "asking the server"), cancelled)
    return worklist(Quarantine(directory), studies)


def _ca(last: Last) -> Path | None:
    return Path(last.ca) if last.ca else None
