"""readings.csv: a row for each reading that was assigned, how far it is and when it was read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from scoring.readings.reading import Graded
from storage.exporting.rows.parts import provenance_part, reading_part
from storage.exporting.rows.sheet import Sheet
from storage.exporting.rows.snapshot import ReadingRecord
from storage.exporting.tables.codelists import EXCLUSIONS, READER_KINDS, READING_STATUSES
from storage.exporting.tables.columns import Part, Table, code, integer, utc_time, words


class Progress(NamedTuple):
    """A reading and how many of its answers are graded, unscorable or blank."""

    item: ReadingRecord
    counts: Counter[str]


def readings(sheet: Sheet) -> tuple[Table, Iterator[str]]:
    """By subject, reader and round."""
    reading, progress, provenance = reading_part(sheet), progress_part(sheet), provenance_part(sheet)
    title = "One row for each assigned reading"
    lines = (
        f"{reading.cells(item)},{progress.cells(Progress(item, _counts(sheet, item)))},{provenance.line(item)}"
        for item in sheet.readings
    )
    return Table("readings", title, (reading, progress, provenance), ("case_code",)), lines


def progress_part(sheet: Sheet) -> Part[Progress]:
    """How far a reading is, and when it was read."""
    wanted = 2 * sheet.scheme.sites_per_visit
    return Part(
        (
            code(
                "reader_id_on_record",
                "Id by which the record, its trail and its signatures have the reader; another one than reader_id if "
                "the reader was renamed",
                lambda of: of.item.on_record,
                length=32,
            ),
            code(
                "reader_kind",
                "Whether a person read it, or a program gave the grades",
                lambda of: "PERSON" if of.item.program is None else "PROGRAM",
                READER_KINDS,
                length=7,
            ),
            words(
                "program",
                "Name and version of the program; empty of a person",
                lambda of: "" if (by := of.item.program) is None else f"{by.name} {by.version}",
                length=129,
                empty=True,
            ),
            code(
                "program_sha256",
                "SHA-256 of what was run, as it was given with the grades; empty of a person",
                lambda of: "" if (by := of.item.program) is None else by.sha256,
                length=64,
                empty=True,
            ),
            code(
                "reading_status",
                "Whether the reading is begun, complete or signed",
                _status,
                READING_STATUSES,
                length=11,
            ),
            utc_time("started_utc", "Time of the first answer", lambda of: of.item.started, empty=True),
            utc_time(
                "finished_utc",
                "Time of the last answer or change; empty while a site is blank",
                lambda of: "" if of.counts["blank"] else of.item.last,
                empty=True,
            ),
            utc_time(
                "signed_utc",
                "Time of the last signature; empty while the reading is not signed",
                lambda of: of.item.signature.at_utc,
                empty=True,
            ),
            code(
                "excluded",
                "Whether the coordinator excluded the subject, or a visit that the reading shows; empty if not",
                lambda of: "" if (by := of.item.excluded_by) is None else "SUBJECT" if by.visit is None else "VISIT",
                EXCLUSIONS,
                length=7,
                empty=True,
            ),
            words(
                "exclusion_reason",
                "Why it was excluded, in the words of the coordinator; empty if it was not",
                lambda of: "" if of.item.excluded_by is None else of.item.excluded_by.why,
                length=500,
                empty=True,
            ),
            integer(
                "answers_wanted",
                "Number of answers that are asked for: those of the visits that the reading shows and that have images",
                lambda of: sheet.scheme.sites_per_visit * len(of.item.asked),
                minimum=0,
                maximum=wanted,
            ),
            integer(
                "answers_graded",
                "Number of answers that are grades",
                lambda of: of.counts["graded"],
                minimum=0,
                maximum=wanted,
            ),
            integer(
                "answers_unscorable",
                "Number of answers that are a reason why there is no grade",
                lambda of: of.counts["unscorable"],
                minimum=0,
                maximum=wanted,
            ),
            integer("answers_blank", "Number of blank sites", lambda of: of.counts["blank"], minimum=0, maximum=wanted),
            integer(
                "n_entries",
                "Number of times that an answer was given, changed or cleared",
                lambda of: sum([entries for _, entries, _ in of.item.cells]),
                minimum=0,
            ),
            integer(
                "reading_seconds",
                "Time in the reading window in seconds, without pauses of more than 90 s; empty if it was not kept. "
                "It is not part of the sealed record",
                lambda of: of.item.seconds,
                minimum=0,
                empty=True,
            ),
        )
    )


def _counts(sheet: Sheet, item: ReadingRecord) -> Counter[str]:
    found: Counter[str] = Counter()
    sites = sheet.scheme.sites_per_visit
    asked = [text for visit in item.asked for text, _, _ in item.cells[(visit - 1) * sites : visit * sites]]
    for text, count in Counter(asked).items():
        answer = sheet.texts.answer(text)
        found["blank" if answer is None else "graded" if isinstance(answer, Graded) else "unscorable"] += count
    return found


def _status(of: Progress) -> str:
    if of.item.signature.at_utc:
        return "SIGNED"
    if not of.item.started:
        return "NOT_STARTED"
    return "DRAFT" if of.counts["blank"] else "COMPLETE"
