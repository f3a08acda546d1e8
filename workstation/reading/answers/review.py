"""Review of a case before it is signed: a line for each site, and what is to be known of its answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from scoring.readings.checks import Finding
from scoring.readings.reading import Graded, NotAssessable, SiteKey
from scoring.readings.strict_totals import site_change
from scoring.schemes.scheme import Feature, Site
from storage.records import ABSENT, COPIED, TAKEN, ZEROED
from workstation.reading.answers.hide_baseline import hides, hides_baseline
from workstation.reading.answers.sightings import sighting_of
from workstation.reading.answers.viewings import slices_lacked, viewing_of
from workstation.reading.state import SessionState
from workstation.reading.wording import as_known, visit_name

# how an answer was given that has no key of its own; Z and C are its keys as they come
GIVEN = {
    ZEROED: "with all blank sites at once (Z)",
    COPIED: "copied from baseline (C)",
    ABSENT: "with all blank sites",
    **{by: f"taken from reading {name}" for name, by in TAKEN.items()},
}
MEASURED = {"width_mm": "width {0:g} mm", "share_percent": "{0:g} % of the bone"}


class ReviewLine(Struct, frozen=True):
    """A feature (no keys), a site with its answers, or what is to be known of the site above.

    keys: of a site those of the visits in their order; of a remark the answers that it is about. asks: the reader may
    want to look again.
    """

    text: str
    keys: tuple[SiteKey, ...] = ()
    remark: bool = False
    asks: bool = False


def review(state: SessionState, findings: Sequence[Finding] = ()) -> tuple[ReviewLine, ...]:
    """All of a case, in reading order."""
    lines = []
    for feature in state.scheme.features:
        lines.append(ReviewLine(feature.name))
        for site in feature.sites:
            lines += _site(state, feature, site, findings)
    return tuple(lines)


def change_at(state: SessionState, line: ReviewLine) -> str:
    """The change at a site, with its sign; nothing where there is none, or where baseline is out of sight."""
    if line.remark or not line.keys or state.case.alone or hides_baseline(state):
        return ""
    change = site_change(state.reading, line.keys[0].feature, line.keys[0].site)
    return "" if change is None else f"{change.normalize():+f}".replace("-", "\N{MINUS SIGN}") if change else "0"


def summary(state: SessionState) -> str:
    """How many zeros weren't seen whole, and how many answers were given at once; nothing where there are none."""
    keys = [key for key in state.reading.answers if not hides(state, key)]
    unseen = [lacked for key in keys if (lacked := slices_lacked(state, key)) is not None]
    never = sum(not seen for seen, _ in unseen)
    at_once = [viewing.by for key in keys if (viewing := viewing_of(state, key)) is not None and viewing.by]
    parts = []
    if unseen:
        more = f", {never} of them not at all" if never else ""
        parts.append(f"{_sites(len(unseen))} graded 0 {'was' if len(unseen) == 1 else 'were'} not seen whole{more}.")
    told = {ZEROED: "graded 0 at once (Z)", COPIED: "copied (C)", ABSENT: "marked at once"}
    for by, words in (told | {by: f"taken from reading {name}" for name, by in TAKEN.items()}).items():
        if by in at_once:
            parts.append(f"{_answers(at_once.count(by))} {words}.")
    return " ".join(parts)


def _site(state: SessionState, feature: Feature, site: Site, findings: Sequence[Finding]) -> Iterator[ReviewLine]:
    keys = tuple(SiteKey(visit, feature.code, site.code) for visit in state.case.asked)
    yield ReviewLine(site.name.partition(":")[0], keys)
    said: Mapping[SiteKey, list[tuple[str, bool]]] = {
        key: [] if hides(state, key) else list(_remarks(state, key)) for key in keys
    }
    for text, asks in dict.fromkeys(remark for remarks in said.values() for remark in remarks):
        about = tuple(key for key in keys if (text, asks) in said[key])
        yield ReviewLine(f"{_at(state, about)}{text}", about, remark=True, asks=asks)
    for number, finding in enumerate(findings, 1):
        # that a site is blank stands in its own line already
        about = tuple(key for key in keys if key in finding.keys and ("blank", True) not in said[key])
        if about:
            yield ReviewLine(f"{_at(state, about)}question {number} above", about, remark=True, asks=True)


def _remarks(state: SessionState, key: SiteKey) -> Iterator[tuple[str, bool]]:
    answer, note, viewing = state.reading.answer(key), state.notes.get(key), viewing_of(state, key)
    if answer is None:
        yield "blank", True
    if isinstance(answer, NotAssessable):
        yield code_words(state, answer), False
    lacked = slices_lacked(state, key)
    if lacked is not None:
        seen, needed = lacked
        yield f"{seen or 'none'} of {needed} slices seen", True
    if viewing is not None and viewing.by:
        yield as_known(state.case, GIVEN.get(viewing.by, viewing.by)), False
    if note is not None and note.unsure:
        yield "unsure", True
    if note is not None and note.text:
        yield f"note: {note.text}", False
    sighting = sighting_of(state, key) if isinstance(answer, Graded) else None
    if sighting is not None and sighting.measured_value is not None:
        yield MEASURED.get(sighting.measured, "measured {0:g}").format(sighting.measured_value), False


def code_words(state: SessionState, answer: NotAssessable) -> str:
    """A code with its meaning and the reader's own words, such as "NC: not in the field of view"."""
    name = next((code.name for code in state.scheme.unscorable if code.code == answer.code), "")
    return f"{answer.code}: {': '.join(part for part in (name, answer.text) if part)}"


def _at(state: SessionState, keys: Iterable[SiteKey]) -> str:
    visits = [visit_name(state, key.visit) for key in keys]
    if state.case.alone:
        return ""
    return "both: " if len(visits) > 1 else f"{visits[0]}: "


def _sites(count: int) -> str:
    return "1 site" if count == 1 else f"{count} sites"


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"
