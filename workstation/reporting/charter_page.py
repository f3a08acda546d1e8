"""Charter of a read as a page: who reads what, in which order, under which rules, and what is read again. Pure.

Stamped with the SHA-256 of the design and the head of the record. Not for readers: it says how many cases are repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Final

from scoring.adjudication.adjudicating import Adjudicating
from scoring.adjudication.words import HOW, VALUES, in_words
from scoring.design.draws import LEAST_BETWEEN
from scoring.design.final_plan import plan_of, rule_of
from scoring.design.further_schemes import FurtherScheme
from scoring.design.reader_roles import PRIMARY, primary_readers, purpose_of
from scoring.readings import rounds
from scoring.readings.checks import Level, checks_of
from scoring.readings.park_reasons import park_reasons
from scoring.schemes.grade_names import has_letters, span_words
from scoring.schemes.scheme import Feature
from storage.signing.sheet import MEANING
from storage.study.charter_facts import Charter, Drawn
from storage.version import VERSION
from workstation.reporting.page import template_text
from workstation.reporting.paper_tables import pairs, table

_ROUNDS: Final = {
    rounds.FIRST: "first readings",
    rounds.REREAD: "re-reads",
    rounds.DRIFT: "hidden repeats",
    rounds.ADJUDICATION: "adjudications",
}
_ORDERS: Final = {
    "known": "Baseline and follow-up are shown side by side, and the reader knows which is which.",
    "hidden": (
        "Both visits are shown side by side as A and B, in an order drawn for each subject. The reader doesn't know "
        "which came first; the vault does."
    ),
    "single": "Each scan is read alone, mixed over visits and subjects. The reader knows neither visit nor subject.",
}
_UNITS: Final = {
    "both": "Two visits of an enrolment are one case; a lone visit is a case of its own.",
    "pair": "Two visits of an enrolment are one case; a lone visit waits for the other one.",
    "scan": "Each scan is one case.",
}
_ENROLMENTS: Final = {
    "first-two": "visits 1 and 2 of each person",
    "consecutive": "visits 1 and 2, 2 and 3, and so on",
    "disjoint-pairs": "visits 1 and 2, 3 and 4, and so on",
    "each-with-first": "visit 1 with each later visit",
}
_PURPOSES: Final = {PRIMARY: "the study is scored by these readings"}
_AGREEMENT: Final = "for agreement between readers"
_BLINDING: Final = (
    (
        "A reader gets images and scores under a code alone. Names, dates and identifiers stay in the coordinator's "
        "vault. A reader's copy holds that reader's cases alone, each under names of its own, so that two cases of one "
        "subject can't be told by them."
    ),
    (
        "Codes, order, repeats and re-reads are drawn from the seeds below with the vault's secret: whoever knows the "
        "seeds alone can't make the draw again."
    ),
    (
        f"Between two cases of one subject stand at least {LEAST_BETWEEN} others, as far as the list allows. A first "
        "reading is closed to its reader while it is read again."
    ),
)


def charter_page(found: Charter, scale: float = 1.0) -> str:
    """HTML; `scale` multiplies the sizes of letters: 1 on paper, more on a screen."""
    style = re.sub(r"([0-9.]+)px", lambda size: f"{float(size[1]) * scale:g}px", template_text("paper.css"))
    if scale != 1.0:
        style += "body{max-width:56em;margin:2em auto;font-family:sans-serif}"
    title = f"Charter of the read: {escape(found.name)}"
    body = "".join(_parts(found))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body><h1>{title}</h1>{body}</body></html>"
    )


def title_of(found: Charter) -> str:
    """What stands in the foot of each page."""
    return f"Charter of {found.name}, design {found.number}, SHA-256 {found.sha256}"


def _parts(found: Charter) -> Iterator[str]:
    design, scheme = found.design, found.scheme
    locked = "open" if found.lock is None else f"locked on {found.lock.at_utc}: {found.lock.why}"
    yield pairs(
        (
            ("Design", f"version {found.number}"),
            ("SHA-256 of the design", found.sha256),
            ("Head of the record", found.head),
            ("State", f"{locked}; {found.subjects} subjects"),
            ("Written by", f"ramris {VERSION}, from the record alone"),
        )
    )
    yield "<h2>What is read</h2>"
    yield f"<p>{escape(f'{scheme.name}: {scheme.id} {scheme.version}, SHA-256 {scheme.sha256}')}</p>"
    yield table(
        ("Feature", "Sites", "Scale", "Judged on", "Contrast"),
        (_feature(feature) for feature in _in_order(found)),
        words=(0, 2, 3, 4),
    )
    yield from (f"<p>{escape(_further(one))}</p>" for one in design.further)
    yield f"<p>{escape(_UNITS[design.reading_unit])} Enrolments: {escape(_ENROLMENTS[design.enrolments])}, where "
    yield "nothing else is listed for a person.</p>"
    yield "<h2>Who reads</h2>"
    yield from _readers(found)
    yield "<h2>In which order</h2>"
    yield f"<p>{escape(_ORDERS[design.order])}</p><p>Within a case features are asked for in this order: "
    yield f"{escape(', '.join(feature.name for feature in _in_order(found)))}.</p>"
    yield "".join(f"<p>{escape(line)}</p>" for line in _BLINDING)
    yield "<h2>What is read again</h2>"
    yield f"<p>{_rereads(found)}</p><p>{_repeats(found)}</p>"
    yield "<h2>Adjudication</h2>"
    yield f"<p>{_adjudication(found)}</p>"
    yield "<h2>Under which rules</h2>"
    yield from _rules(found)
    yield "<h2>Draws so far</h2>"
    yield _draws(found)
    yield "<h2>Versions of the design</h2>"
    yield table(
        ("Version", "When (UTC)", "SHA-256", "Why"),
        ((str(item.id), escape(item.at_utc), item.sha256, escape(item.why)) for item in found.versions),
        words=(0, 1, 2, 3),
    )
    yield "<h2>Approved by</h2>"
    yield table(
        ("Name", "Role", "Date", "Signature"),
        ((("<br>____________________",) * 4) for _ in range(3)),
        words=(0, 1, 2, 3),
        widths=(28, 22, 15, 35),
    )


def _further(one: FurtherScheme) -> str:
    """A scheme beside the study's own, which the table of features doesn't show."""
    how = "without images, beside another viewer" if one.without_images else "in the same images"
    who = ", ".join(one.readers) or "nobody yet"
    return (
        f"Of the same people and visits also {one.id} {one.version}, SHA-256 {one.sha256}, {how}, by {who}. Codes and "
        "order are drawn apart, and no reader's copy tells of the other scheme."
    )


def _in_order(found: Charter) -> list[Feature]:
    position = {code: number for number, code in enumerate(found.design.feature_order)}
    return sorted(found.scheme.features, key=lambda feature: position[str(feature.code)])


def _feature(feature: Feature) -> tuple[str, ...]:
    judged = ", ".join(f"{item.kind} {item.plane}" for item in feature.judged_on)
    scale = f"{feature.scale.minimum:f} to {feature.scale.maximum:f}, step {feature.scale.step:f}"
    if has_letters(feature.scale):
        scale = span_words(feature.scale)
    contrast = "needed" if feature.needs_contrast else "not needed"
    return escape(f"{feature.name} ({feature.code})"), str(len(feature.sites)), scale, escape(judged), contrast


def _readers(found: Charter) -> Iterator[str]:
    design = found.design
    if not design.readers:
        yield "<p>Nobody was assigned yet.</p>"
        return
    head = ("Reader", "For what", *(name.capitalize() for name in _ROUNDS.values()), "Signed")
    yield table(head, (_reader(found, reader) for reader in design.readers), words=(0, 1))
    if not design.primary:
        who = escape(" and ".join(primary_readers(design)))
        yield f"<p>The design names no primary reader: it is {who}, who was assigned first.</p>"


def _reader(found: Charter, reader: str) -> Iterator[str]:
    mine = [item for item in found.draws if item.reader == reader]
    yield escape(f"{reader}, retired" if reader in found.design.retired else reader)
    settles = bool(mine) and all(item.round == rounds.ADJUDICATION for item in mine)
    yield (
        "settles what two readers disagree on"
        if settles
        else _PURPOSES.get(purpose_of(found.design, reader), _AGREEMENT)
    )
    for round_ in _ROUNDS:
        yield str(sum(item.cases for item in mine if item.round == round_))
    yield f"{sum(item.signed for item in mine)} of {sum(item.cases for item in mine)}"


def _rereads(found: Charter) -> str:
    design = found.design
    drawn = sum(item.cases for item in found.draws if item.round == rounds.REREAD)
    told = f"{drawn} cases were drawn to be read again so far."
    if design.reread_n is None and design.reread_after_days is None:
        return f"The design lays down no number of re-reads. {told}"
    count = "Some" if design.reread_n is None else str(design.reread_n)
    days = design.reread_after_days or 0
    return f"{count} of a reader's cases are drawn to be read again, {days} days later at the earliest. {told}"


def _repeats(found: Charter) -> str:
    if found.design.repeat_every is None:
        return "No hidden repeats are drawn among first readings."
    return (
        f"One in {found.design.repeat_every} places of each reader's list is a hidden repeat, which watches for drift: "
        f"it has a code of its own, and at least {LEAST_BETWEEN} cases stand between it and its first reading."
    )


def _adjudication(found: Charter) -> str:
    those = [item for item in found.draws if item.round == rounds.ADJUDICATION]
    told = (
        "None was drawn so far."
        if not those
        else "; ".join(f"{item.reader} was given {item.cases} cases on {item.at_utc[:10]}" for item in those) + "."
    )
    return escape(
        f"A third reader, who has read none of these cases, settles {in_words(rule_of(found.design))}. Cases are read "
        f"whole, {HOW[Adjudicating(found.design.adjudicating)]}. {told} {_final(found)}"
    )


def _final(found: Charter) -> str:
    plan = plan_of(found.design)
    if plan is None:
        return "The design asks for no final values."
    return (
        f"The final value of a site that is settled: {VALUES[plan.settling]}; elsewhere what both gave, or their mean."
    )


def _rules(found: Charter) -> Iterator[str]:
    codes = ", ".join(f"{code.code} ({code.name})" for code in found.scheme.unscorable)
    yield f"<p>A site that can't be graded gets a code: {escape(codes)}. By the {escape(found.design.total_rule)} rule "
    yield "a total is missing when one of its sites has no grade. Before a case is signed, these checks are made:</p>"
    yield table(
        ("Check", "What it asks", "Source"),
        (
            (escape(check.id), escape(_of_check(check.level, check.text)), escape(check.source))
            for check in checks_of(found.scheme)
        ),
        words=(0, 1, 2),
        widths=(15, 45, 40),
    )
    reasons = "; ".join(reason.text for reason in park_reasons())
    yield f"<p>A case can be put aside for one of these reasons: {escape(reasons)}. A signed case is closed; the "
    yield f"coordinator can reopen it with a reason. A signature means: {escape(MEANING)}</p>"


def _of_check(level: Level, text: str) -> str:
    return (
        f"{text} {'Signing is refused until it is put right.' if level is Level.BLOCKS else 'It is answered in words.'}"
    )


def _draws(found: Charter) -> str:
    if not found.draws:
        return "<p>None.</p>"
    return table(
        ("When (UTC)", "Reader", "What", "Seed", "Due after", "Cases", "Signed"),
        (_drawn(item) for item in found.draws),
        words=(0, 1, 2),
    )


def _drawn(item: Drawn) -> tuple[str, ...]:
    due = "at once" if not item.after_days else f"{item.after_days} days"
    return (
        escape(item.at_utc),
        escape(item.reader),
        _ROUNDS[item.round],
        str(item.seed),
        due,
        str(item.cases),
        str(item.signed),
    )
