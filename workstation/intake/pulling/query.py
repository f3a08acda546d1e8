"""Query for scans on a server (QIDO-RS): which studies are asked for, and what is there. Pure but for the asking.

DICOM PS3.18, section 10.6: attributes as keys of eight hexadecimal digits, each with `vr` and a list `Value`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from workstation.intake.findings import printable
from workstation.intake.pulling.server import PullRefused, Server
from workstation.intake.pulling.wanted import Wanted

PAGE: Final = 200
# more would be the archive of a hospital, not a trial
MOST_STUDIES: Final = 5_000
UID: Final = re.compile(r"[0-9][0-9.]{0,63}")
_DATE: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
# what holds no image that this program reads: reports, states of viewers, outlines, papers
NO_IMAGES: Final = frozenset(
    {"SR", "PR", "KO", "SEG", "DOC", "REG", "RTSTRUCT", "RTPLAN", "RTDOSE", "OT", "AU", "ECG", "PLAN", "FID", "RWV"}
)
_STUDY_UID, _SERIES_UID = "0020000D", "0020000E"
_DATE_OF, _PATIENT, _DESCRIPTION = "00080020", "00100020", "00081030"
_MODALITY, _SERIES_DESCRIPTION, _IMAGES, _NUMBER = "00080060", "0008103E", "00201209", "00200011"


@dataclass(frozen=True, slots=True)
class OfferedSeries:
    """A series as the server describes it. images: how many it says to have, None where it doesn't say."""

    uid: str
    modality: str
    description: str
    number: str
    images: int | None

    @property
    def has_images(self) -> bool:
        """Whether it can hold images of the kind that this program reads."""
        return self.modality not in NO_IMAGES


@dataclass(frozen=True, slots=True)
class OfferedStudy:
    """A study as the server describes it; date is YYYYMMDD or "". It tells who somebody is."""

    uid: str
    date: str
    patient: str
    description: str
    series: tuple[OfferedSeries, ...]


def date_given(typed: str, option: str) -> str:
    """A date as DICOM writes it; "" for none.

    Raises:
        PullRefused: it is no date.
    """
    found = _DATE.fullmatch(typed.strip())
    if typed.strip() and not found:
        raise PullRefused(f"{option} {typed!a:.40}: give a date as 2026-05-01")
    return "".join(found.groups()) if found else ""


def offered(
    server: Server, wanted: Wanted, told: Callable[[int, int], None], cancelled: Callable[[], bool]
) -> tuple[OfferedStudy, ...]:
    """What the server has of what is wanted, by date; ends early where it is cancelled.

    Raises:
        PullRefused: the server can't be asked, says something that isn't QIDO, or has too much.
    """
    found = tuple(_studies(server, wanted, cancelled).values())
    complete = []
    for number, study in enumerate(found):
        if cancelled():
            break
        told(number, len(found))
        rows = _rows(server, f"studies/{_text(study, _STUDY_UID)}/series", _SERIES_FIELDS)
        complete.append(_study(study, tuple(map(_series, rows))))
    return tuple(sorted(complete, key=lambda study: (study.date, study.uid)))


_STUDY_FIELDS: Final = {"includefield": f"{_DESCRIPTION},{_DATE_OF},{_PATIENT}"}
_SERIES_FIELDS: Final = {"includefield": f"{_SERIES_DESCRIPTION},{_MODALITY},{_IMAGES},{_NUMBER}"}


def _studies(server: Server, wanted: Wanted, cancelled: Callable[[], bool]) -> dict[str, Mapping[str, object]]:
    studies: dict[str, Mapping[str, object]] = {}
    while not cancelled():
        page = {"limit": str(PAGE), "offset": str(len(studies))}
        rows = _rows(server, "studies", {**wanted.as_query(), **_STUDY_FIELDS, **page})
        before = len(studies)
        studies |= {uid: row for row in rows if UID.fullmatch(uid := _text(row, _STUDY_UID))}
        if len(studies) > MOST_STUDIES:
            raise PullRefused(
                f"{server.host} has more than {MOST_STUDIES:,} studies of that description. Ask for fewer: by patient "
                "ID, description or date"
            )
        # a server that knows no pages sends the same again
        if len(rows) < PAGE or len(studies) == before:
            break
    return studies


def _rows(server: Server, path: str, query: Mapping[str, str]) -> list[Mapping[str, object]]:
    found = server.json(path, query)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise PullRefused(f"{server.host} answers a query with something else than a list of DICOM JSON")
    return found


def _study(row: Mapping[str, object], series: tuple[OfferedSeries, ...]) -> OfferedStudy:
    date = _text(row, _DATE_OF)
    return OfferedStudy(
        _text(row, _STUDY_UID),
        date if _DATE.fullmatch(date) else "",
        _text(row, _PATIENT),
        _text(row, _DESCRIPTION),
        tuple(item for item in series if UID.fullmatch(item.uid)),
    )


def _series(row: Mapping[str, object]) -> OfferedSeries:
    images = _text(row, _IMAGES)
    return OfferedSeries(
        _text(row, _SERIES_UID),
        _text(row, _MODALITY).upper(),
        _text(row, _SERIES_DESCRIPTION),
        _text(row, _NUMBER),
        int(images) if images.isascii() and images.isdecimal() and len(images) < len("1000000") else None,
    )


def _text(row: Mapping[str, object], tag: str) -> str:
    """The first value of an attribute as it can be printed; "" where it is absent or no text or number."""
    attribute = row.get(tag)
    values = attribute.get("Value") if isinstance(attribute, dict) else None
    first = values[0] if isinstance(values, list) and values else ""
    return printable(str(first)).strip()[:200] if isinstance(first, str | int) else ""
