"""The report as HTML: one template for the screen, for print and for the PDF. Deterministic; nothing is loaded."""

from __future__ import annotations

import math
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from typing import Final

from scoring.agreement.estimates import Reason
from scoring.agreement.words import WHY
from scoring.comparison.compare import POOLED
from scoring.comparison.grades import OF_SCANS, At
from workstation.diagram.outlines import diagram_of
from workstation.reporting.content import Report
from workstation.reporting.hand import hands
from workstation.reporting.plots import AT, bland_altman_grid, cumulative_change, site_heat_map

Plots = Mapping[str, str]
_ORDERS: Final = {
    "known": "known: baseline first, follow-up second",
    "hidden": "hidden from readers; here the visits are in time",
    "single": "each scan was read alone, mixed over visits and people; here they are joined by person and visit",
}


@dataclass
class _Notes:
    """Letters for reasons, in the order in which they are first needed, and running numbers of tables and figures."""

    letters: dict[Reason, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def letter(self, reason: Reason | None) -> str:
        if reason is None:
            return ""
        return self.letters.setdefault(reason, chr(ord("a") + len(self.letters)))

    def used(self) -> list[tuple[str, str]]:
        return [(letter, WHY[reason]) for reason, letter in self.letters.items()]

    def number(self, kind: str) -> str:
        self.numbers[kind] = self.numbers.get(kind, 0) + 1
        return f"{kind} {self.numbers[kind]}"


def plots(report: Report, checkpoint: Callable[[], None] = lambda: None) -> Plots:
    """Every plot of the report as SVG, by name; `checkpoint` is called between them and may raise to stop."""
    found = {}
    for number, item in enumerate(report.repeated, 1):
        checkpoint()
        if item.grades is not None:
            found[f"intra-{number}"] = bland_altman_grid(item.found.found, item.grades, "Repeat minus first")
        if item.scans is not None and item.found.scans is not None:
            found[f"scans-{number}"] = bland_altman_grid(
                item.found.scans.found, item.scans, "Repeat minus first", OF_SCANS
            )
    if report.shared is not None and len(report.shared.found.readers) == 2:  # noqa: PLR2004 - a pair
        first, second = report.shared.found.readers
        found["inter"] = bland_altman_grid(report.shared.found.found, report.shared.grades, f"{second} minus {first}")
    for number, change in enumerate(report.changes, 1):
        checkpoint()
        found[f"cumulative-{number}"] = cumulative_change(change)
        if (drawing := hands(change)) is not None:
            found[f"hands-{number}"] = drawing
        checkpoint()
        found[f"heat-{number}"] = site_heat_map(change)
    return found


def page(report: Report, drawn: Plots) -> str:
    """One self-contained HTML file, plots inside."""

    def figure(name: str) -> str:
        return f"<figure>{inline(drawn[name])}{_points_link(name, report.points.get(name, ''))}</figure>"

    return _rendered(report, template_text("screen.css"), figure)


def paper(report: Report, scale: float = 1.0) -> str:
    """The same for a text engine that puts the plots in by name: `<img src="drawing:NAME">`.

    `scale` multiplies the sizes of the letters: 1 for paper, more for a screen.
    """
    style = re.sub(r"([0-9.]+)px", lambda found: f"{float(found[1]) * scale:g}px", template_text("paper.css"))
    return _rendered(report, style, lambda name: f'<p class="drawing" align="center"><img src="drawing:{name}"></p>')


def _rendered(report: Report, style: str, figure: Callable[[str], str]) -> str:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only a report needs it
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"num": number, "percent": percent, "of": of}
    notes = _Notes()
    text = template_text("report.html.j2")
    return environment.from_string(text).render(
        report=report,
        scheme=report.provenance.scheme,
        facts=_facts(report),
        level=f"{100.0 * report.level:g} %",
        at={str(at): AT[at] for at in At},
        style=Markup(style),  # noqa: S704 - our own file
        figure=lambda name: Markup(figure(name)),  # noqa: S704 - our own drawing
        number=notes.number,
        reason=notes.letter,
        reasons=notes.used,
        share=_share,
        replicates=f"{POOLED.replicates:,}",
        seed=POOLED.seed,
        drawing=_drawing(report),
    )


def _points_link(name: str, points: str) -> str:
    """A link that saves the points of a figure as CSV; they are inside the page."""
    if not points:
        return ""
    content = b64encode(points.encode()).decode()
    link = f'download="{escape(name)}.csv" href="data:text/csv;base64,{content}"'
    return f'<p class="points"><a {link}>Points as CSV</a></p>'


def _drawing(report: Report) -> str:
    """What the scheme's drawing shows, in words; nothing where it has none."""
    diagram = diagram_of(report.changes[0].grades.scheme) if report.changes else None
    return "" if diagram is None else diagram.caption or f"Right {diagram.part}"


def _facts(report: Report) -> list[tuple[str, str]]:
    made = report.provenance
    scheme = made.scheme
    features = ", ".join(f"{item.code} {item.name.lower()} ({len(item.sites)} sites)" for item in scheme.features)
    return [
        ("Scheme", f"{scheme.id} {scheme.version}, {scheme.sites_per_visit} grades a visit"),
        ("Features", features),
        ("Totals", "strict: one site without a grade makes the total missing"),
        ("Order of visits", _ORDERS[made.order]),
        ("State of the study", made.state),
        ("Scheme SHA-256", scheme.sha256),
        ("Record", f"{made.events} rows, verified; head {made.head}"),
    ]


def template_text(name: str) -> str:
    """The text of one of our templates or style sheets."""
    return files("workstation.reporting").joinpath("templates", name).read_text("utf-8")


def inline(svg: str) -> str:
    """An svg element that a screen reader skips: the caption says what it shows."""
    return svg.replace("<svg ", '<svg role="img" aria-hidden="true" focusable="false" ', 1)


def number(value: float | None, digits: int = 2) -> str:
    """The number with a true minus sign; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"  # noqa: RUF001 - a dash is meant
    text = f"{value:.{digits}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return text.replace("-", "−")  # noqa: RUF001 - a minus sign is meant


def percent(value: float | None) -> str:
    """A share as a percentage; a dash where there is none."""
    return "–" if value is None else f"{100.0 * value:.1f} %"  # noqa: RUF001 - a dash is meant


def of(count: int, n: int) -> str:
    """A count and its share of n."""
    return f"{count} ({100.0 * count / n:.0f} %)" if n else str(count)


def _share(value: float | None, maximum: object) -> str:
    highest = float(str(maximum))
    return "–" if value is None or highest <= 0.0 else f"{100.0 * value / highest:.1f}"  # noqa: RUF001 - a dash
