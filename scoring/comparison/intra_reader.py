"""Agreement of one reader with himself or herself: first readings against blind repeats. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.agreement.estimates import checked_level
from scoring.agreement.resampling import Resampling
from scoring.comparison.compare import Agreements, FeatureAgreement, SiteAgreement, TotalAgreement, agreements
from scoring.comparison.grades import CaseRead, grades_of
from scoring.comparison.responding import TotalResponse, responses
from scoring.comparison.shape import agreements_as_json, response_of_total
from scoring.comparison.warning import SITES_ARE_NOT_TOTALS, small_sample, unfinished_repeats
from scoring.comparison.words import agreement_lines, response_lines
from scoring.readings.reading import Reading
from scoring.schemes.scheme import Scheme


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """Two complete readings of one subject by one reader; `repeat_at_utc`: when the second was begun, if known."""

    subject: str
    first: Reading
    repeat: Reading
    repeat_at_utc: str = ""


@dataclass(frozen=True, slots=True)
class IntraReader:
    """Everything that is said about the repeats of one reader; columns are first, repeat.

    `responses` are of all first readings that are complete, held against the SDC of the repeats.
    """

    reader: str
    level: float
    pairs: int
    found: Agreements
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
        pairs: one or more, one a subject.
        level: of all intervals.
        unfinished: how many repeats were drawn and are not among `pairs`; said in a warning.
        firsts: all complete first readings of the reader, repeated or not; who of them changed beyond the SDC is told.
        resampling: adds bootstrap intervals.

    Raises:
        LevelRefused: the level isn't a share between 0 and 1.
    """
    checked_level(level)
    grades = grades_of(scheme, [CaseRead(pair.subject, (pair.first, pair.repeat)) for pair in pairs])
    found = agreements(grades, level=level, resampling=resampling)
    all_first = [CaseRead("", (reading,)) for reading in firsts]
    told = responses(grades_of(scheme, all_first), found.totals) if all_first else ()
    warnings = (
        *unfinished_repeats(len(pairs), unfinished),
        *small_sample(found.totals),
        SITES_ARE_NOT_TOTALS,
    )
    return IntraReader(reader, level, len(pairs), found, told, warnings)


def as_text(found: IntraReader) -> str:
    """All totals and features in plain lines, ending in a newline; the rest of the figures is in `as_json`."""
    cases = f"{found.pairs} case{'' if found.pairs == 1 else 's'} read twice"
    level = f"{100.0 * found.level:g} %"
    lines = [f"Intra-reader agreement of {found.reader}: {cases}, k = 2 (first, repeat), level {level}"]
    lines += [f"Warning: {warning}" for warning in found.warnings]
    lines += agreement_lines(found.found, found.level, "repeat minus first")
    lines += response_lines(found.responses)
    return "\n".join(lines) + "\n"
