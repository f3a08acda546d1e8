"""Agreement of one reader with himself or herself: first readings against blind repeats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.agreement.estimates import checked_level
from scoring.agreement.resampling import Resampling
from scoring.comparison.compare import Agreements, FeatureAgreement, SiteAgreement, TotalAgreement, agreements
from scoring.comparison.grades import OF_SCANS, CaseRead, Grades, grades_of
from scoring.comparison.responding import TotalResponse, responses
from scoring.comparison.shape import agreements_as_json, response_of_total
from scoring.comparison.warning import SITES_ARE_NOT_TOTALS, small_sample, two_scans_of_one, unfinished_repeats
from scoring.comparison.words import agreement_lines, response_lines
from scoring.design.enrolments import of_key
from scoring.readings.reading import VISITS, Reading, SiteKey
from scoring.schemes.scheme import Scheme


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """Two complete readings of one enrolment by one reader; `repeat_at_utc`: when the second was begun, if known.

    subject: the key of the enrolment. scan: the visit, where the repeat showed that scan alone; then both readings are
    of it. None where it showed a pair.
    """

    subject: str
    first: Reading
    repeat: Reading
    repeat_at_utc: str = ""
    scan: int | None = None


@dataclass(frozen=True, slots=True)
class ScansReadTwice:
    """Agreement over scans that were read again alone, whichever visits they are: `scans` of so many `people`."""

    scans: int
    people: int
    found: Agreements

    def as_json(self) -> dict[str, object]:
        """`scans` of the object that `ramris agreement DIR --json` prints."""
        return {"n": self.scans, "people": self.people, **agreements_as_json(self.found)}


@dataclass(frozen=True, slots=True)
class IntraReader:
    """Everything that is said about the repeats of one reader; columns are first, repeat.

    `pairs` repeats showed a pair, which `found` is about; `scans` is about those that showed a scan alone, None without
    any. `responses` are of all first readings that are complete, held against the SDC of the repeats.
    """

    reader: str
    level: float
    pairs: int
    found: Agreements
    scans: ScansReadTwice | None
    responses: tuple[TotalResponse, ...]
    warnings: tuple[str, ...]

    @property
    def totals(self) -> tuple[TotalAgreement, ...]:
        """Each total at each visit and of change."""
        return self.found.totals

    @property
    def features(self) -> tuple[FeatureAgreement, ...]:
        """Each feature's sites together."""
        return self.found.features

    @property
    def sites(self) -> tuple[SiteAgreement, ...]:
        """Each site by itself."""
        return self.found.sites

    def as_json(self) -> dict[str, object]:
        """The object that `ramris agreement DIR --json` prints: finite numbers and None alone."""
        return {
            "kind": "intra",
            "reader": self.reader,
            "level": self.level,
            "pairs": self.pairs,
            **agreements_as_json(self.found),
            "scans": None if self.scans is None else self.scans.as_json(),
            "responses": [response_of_total(item) for item in self.responses],
            "warnings": list(self.warnings),
        }


def intra_reader(
    scheme: Scheme,
    reader: str,
    pairs: Sequence[ReadTwice],
    *,
    level: float,
    unfinished: int = 0,
    firsts: Sequence[Reading] = (),
    resampling: Resampling | None = None,
) -> IntraReader:
    """Agreement of every total, feature and site, at each visit and of change.

    Args:
        scheme: what the readings are on.
        reader: who read; named in the result.
        pairs: one or more; of pairs one a subject, of scans one a visit.
        level: of all intervals.
        unfinished: how many repeats were drawn and are not among `pairs`; said in a warning.
        firsts: all complete first readings of the reader, repeated or not; who of them changed beyond the SDC is told.
        resampling: adds bootstrap intervals.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    whole = [pair for pair in pairs if pair.scan is None]
    found = Agreements((), (), (), ())
    if whole:
        found = agreements(grades_of_pairs(scheme, whole), level=level, resampling=resampling)
    scans = _scans(scheme, [pair for pair in pairs if pair.scan is not None], level, resampling)
    all_first = [CaseRead("", (reading,)) for reading in firsts]
    told = responses(grades_of(scheme, all_first), found.totals) if all_first else ()
    totals = (*found.totals, *(() if scans is None else scans.found.totals))
    warnings = (
        *unfinished_repeats(len(pairs), unfinished),
        *small_sample(totals),
        *(() if scans is None else two_scans_of_one(scans.scans, scans.people)),
        SITES_ARE_NOT_TOTALS,
    )
    return IntraReader(reader, level, len(whole), found, scans, told, warnings)


def grades_of_pairs(scheme: Scheme, pairs: Sequence[ReadTwice]) -> Grades:
    """Those of repeats that showed a pair: cases x (first, repeat)."""
    return grades_of(scheme, [CaseRead(pair.subject, (pair.first, pair.repeat)) for pair in pairs if pair.scan is None])


def grades_of_scans(scheme: Scheme, pairs: Sequence[ReadTwice]) -> Grades:
    """Those of repeats that showed a scan alone: scans x (first, repeat), each at the first visit of the array."""
    alone = [(pair, pair.scan) for pair in pairs if pair.scan is not None]
    return grades_of(
        scheme,
        [CaseRead(pair.subject, (as_scan(pair.first, visit), as_scan(pair.repeat, visit))) for pair, visit in alone],
    )


def _scans(
    scheme: Scheme, pairs: Sequence[ReadTwice], level: float, resampling: Resampling | None
) -> ScansReadTwice | None:
    if not pairs:
        return None
    found = agreements(grades_of_scans(scheme, pairs), level=level, resampling=resampling, ats=OF_SCANS)
    return ScansReadTwice(len(pairs), len({of_key(pair.subject)[0] for pair in pairs}), found)


def as_scan(reading: Reading, visit: int) -> Reading:
    """The answers at one visit, as those of a scan that nobody calls baseline or follow-up."""
    return Reading(
        {
            SiteKey(VISITS[0], key.feature, key.site): answer
            for key, answer in reading.answers.items()
            if key.visit == visit
        }
    )


def as_text(found: IntraReader) -> str:
    """All totals and features in plain lines, ending in a newline; the rest of the figures is in `as_json`."""
    level = f"{100.0 * found.level:g} %"
    lines = [f"Intra-reader agreement of {found.reader}: {_count(found)}, k = 2 (first, repeat), level {level}"]
    lines += [f"Warning: {warning}" for warning in found.warnings]
    if found.pairs:
        lines += agreement_lines(found.found, found.level, "repeat minus first")
    if found.scans is not None:
        lines.append(
            f"Scans read again alone, all visits together: {found.scans.scans} of {found.scans.people} subjects"
        )
        lines += agreement_lines(found.scans.found, found.level, "repeat minus first")
        if not found.pairs:
            lines.append(
                "SDC of change: none. No pair was read again as a pair, and scans that were are repeats of no change"
            )
    lines += response_lines(found.responses)
    return "\n".join(lines) + "\n"


def _count(found: IntraReader) -> str:
    scans = 0 if found.scans is None else found.scans.scans
    cases = f"{found.pairs} case{'' if found.pairs == 1 else 's'} read twice"
    if not scans:
        return cases
    alone = f"{scans} scan{'' if scans == 1 else 's'} read again alone"
    return f"{cases} and {alone}" if found.pairs else alone
