"""Calibration of a reader as a page: where the reader stands, whether the gates are passed, and one case by site. Pure.

Codes alone. It is called a certificate once the reader has passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from scoring.calibration.feedback import by_feature, farthest_first
from scoring.calibration.results import Measure
from scoring.calibration.words import AT_WORDS, estimate_words, feature_line, site_line, verdict
from storage.clock import with_zone
from storage.study.calibrating.stand import Stand
from storage.version import VERSION
from workstation.reporting.page import template_text
from workstation.reporting.paper_tables import pairs, table


def calibration_page(stand: Stand, scale: float = 1.0) -> str:
    """HTML; `scale` multiplies the sizes of letters: 1 on paper, more on a screen."""
    style = re.sub(r"([0-9.]+)px", lambda size: f"{float(size[1]) * scale:g}px", template_text("paper.css"))
    if scale != 1.0:
        style += "body{max-width:56em;margin:2em auto;font-family:sans-serif}"
    title = escape(title_of(stand))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body><h1>{title}</h1>{''.join(_parts(stand))}</body></html>"
    )


def title_of(stand: Stand) -> str:
    """What it is, and of whom."""
    return f"{'Certificate of calibration' if stand.passed_at_utc else 'Calibration'}: {stand.of.reader}"


def _parts(stand: Stand) -> Iterator[str]:
    found, of = stand.found, stand.of
    passed = (with_zone(stand.passed_at_utc),) if stand.passed_at_utc else ()
    yield pairs(
        (
            ("Reader", of.reader),
            ("Study", stand.study),
            ("Scheme", f"{stand.scheme.id} {stand.scheme.version}, SHA-256 {stand.scheme.sha256}"),
            ("Reference", f"signed readings of {', '.join(of.references)}"),
            ("Cases", f"{found.cases} finished, each counted by its last reading; {found.least_cases} are needed"),
            ("SHA-256 of the gates", stand.gates_sha256),
            *(("Passed first", at) for at in passed),
            ("Head of the record", stand.head),
            ("Written by", f"ramris {VERSION}, from the record alone"),
        )
    )
    yield f"<p><b>{escape(verdict(found))}</b></p>"
    if found.measures:
        yield "<h2>Agreement with the reference</h2>"
        yield table(
            ("Total", "At", "n", "ICC(2,1)", "Bias (reader minus reference)", "Gate"),
            (_measure(item) for item in found.measures),
            words=(0, 1, 5),
        )
        yield f'<p class="notes">Intervals of {100 * found.level:g} %. ICC: absolute agreement of single readings '
        yield "(Shrout and Fleiss). What can't be told isn't passed.</p>"
    if stand.case is not None:
        yield f"<h2>Case {escape(stand.case.case)}, signed {escape(with_zone(stand.case.signed_at_utc))}</h2>"
        for feature in by_feature(stand.scheme, stand.sites):
            yield f"<p>{escape(feature_line(stand.scheme, feature))}</p>"
        for item in farthest_first(stand.sites):
            yield f"<p>{escape(site_line(stand.scheme, item))}</p>"


def _measure(item: Measure) -> Iterator[str]:
    gate = "none" if item.above is None else f"above {item.above:.2f}: {'passed' if item.passed else 'not passed'}"
    yield from map(
        escape,
        (
            item.total.name,
            AT_WORDS[item.at],
            str(item.n),
            estimate_words(item.icc, signed=False),
            estimate_words(item.bias, signed=True),
            gate,
        ),
    )
