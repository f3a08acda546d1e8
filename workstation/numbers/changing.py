"""Figures of change in one reader's readings: cumulative probability, map of sites, drawn wrists."""

from __future__ import annotations

import numpy as np

from scoring.agreement.change import sdc_of_change
from scoring.comparison.compare import READINGS_AVERAGED, complete
from scoring.comparison.grades import Array, At, Grades
from scoring.comparison.points import cumulative, from_better_to_worse, site_mean
from scoring.readings import rounds
from scoring.schemes.scheme import Total
from workstation.diagram.outlines import diagram_of
from workstation.numbers.choice import KINDS, OWN_FIRST, ROUND_WORDS, Choice
from workstation.numbers.comparing import LEVEL
from workstation.numbers.figure import Dots, Figure, Line, Nothing, Plot, SiteMap, Tint, Told, Wrists
from workstation.numbers.readings import Numbers, OfReader
from workstation.numbers.words import count_of, score, signed, total_of, unknown


def cumulative_change(numbers: Numbers, choice: Choice) -> Figure:
    """Change from the most improved case to the most worsened, with lines at plus and minus the SDC where known."""
    found = _readings(numbers, choice)
    if isinstance(found, Nothing):
        return found
    mine, grades = found
    total = total_of(numbers.scheme, choice.total)
    change = grades.of_total(total, At.CHANGE)[:, 0]
    order, share = cumulative(change)
    told = _told(choice, f"{total.name}, ", int(order.size), mine)
    if not order.size:
        return Nothing(told, unknown(total, At.CHANGE))
    values = change[order]
    sdc = sdc_of(numbers, choice.reader, total)
    lines = [Line(0.0, upright=True, tint=Tint.QUIET)]
    notes = [f"No SDC: {choice.reader} has read no two cases again yet (`ramris reread`)"]
    beyond = np.zeros(values.size, dtype=np.bool_)
    if sdc is not None:
        lines += [Line(-sdc[0], f"-SDC {score(sdc[0])}", True, True), Line(sdc[0], f"SDC {score(sdc[0])}", True, True)]
        beyond = np.abs(values) > sdc[0]
        fewer, more = int((values < -sdc[0]).sum()), int((values > sdc[0]).sum())
        notes = [
            f"Beyond the SDC (diamonds): {fewer} improved, {more} worsened",
            f"SDC {sdc[0]:.2f} from {sdc[1]} re-reads of {choice.reader}",
        ]

    def words(point: int) -> str:
        of = mine.readings[int(order[point])]
        change_, at = signed(float(values[point])), 100 * float(share[point])
        return f"{of.key} ({of.case}): change {change_}, {at:.0f} % of cases"

    keys = tuple(mine.readings[int(row)].key for row in order)
    dots = Dots("change", values, share, keys, words, beyond)
    labels = f"Change of {total.name}", "Cumulative probability"
    return Plot(Told(told.title, told.counts, tuple(notes)), *labels, (dots,), tuple(lines), joined=True)


def sdc_of(numbers: Numbers, reader: str, total: Total) -> tuple[float, int] | None:
    """The smallest detectable change of a reader's own re-reads, and of how many; as the report has it."""
    compared = numbers.compared.get((reader, OWN_FIRST, rounds.REREAD))
    if compared is None or compared.grades is None:
        return None
    changes = complete(compared.grades.of_total(total, At.CHANGE))
    found = sdc_of_change(changes, readings_averaged=READINGS_AVERAGED, level=LEVEL).sdc.estimate
    return None if found is None else (found, len(changes))


def change_by_site(numbers: Numbers, choice: Choice) -> Figure:
    """Change of each site in each pair, from the most improved in the chosen total to the most worsened."""
    found = _readings(numbers, choice)
    if isinstance(found, Nothing):
        return found
    mine, grades = found
    total = total_of(numbers.scheme, choice.total)
    of_total = grades.of_total(total, At.CHANGE)[:, 0]
    features = [numbers.scheme.feature(code) for code in total.features]
    blocks = [grades.of_feature(feature.code, At.CHANGE)[:, 0].T for feature in features]
    every = np.concatenate(blocks)
    both = np.flatnonzero(np.isfinite(every).any(axis=0))
    told = _told(choice, f"{total.name}, ", int(both.size), mine)
    if not both.size:
        return Nothing(told, unknown(total, At.CHANGE))
    order = [int(both[row]) for row in from_better_to_worse(of_total[both])]
    values: Array = every[:, order]
    missing = int(np.isnan(values).sum())
    reach = max(1.0, float(np.nanmax(np.abs(values))))
    notes = [f"Pairs from most improved to most worsened. Blue: less, orange: more, full colour {score(reach)} grades"]
    if missing:
        notes.append(f"{count_of(missing, 'site')} without a change (crosses): no grade at one visit")
    return SiteMap(
        Told(told.title, told.counts, tuple(notes)),
        tuple((str(feature.code), len(feature.sites)) for feature in features),
        tuple(str(site.code) for feature in features for site in feature.sites),
        tuple(mine.readings[row].key for row in order),
        tuple(f"{mine.readings[row].key} ({mine.readings[row].case})" for row in order),
        values,
    )


def wrists(numbers: Numbers, choice: Choice) -> Figure:
    """The drawing of the wrist for each feature, sites coloured by mean change."""
    found = _readings(numbers, choice)
    if isinstance(found, Nothing):
        return found
    mine, grades = found
    diagram = diagram_of(numbers.scheme)
    features = [] if diagram is None else [item for item in numbers.scheme.features if diagram.of_feature(item.code)]
    if diagram is None or not features:
        told = Told(KINDS[choice.kind][0], "")
        return Nothing(told, f"{numbers.scheme.name} has no drawing. “Change by site” (4) shows the same without one")
    means = tuple(
        {str(site.code): site_mean(grades.of_site(feature.code, site.code, At.CHANGE)[:, 0]) for site in feature.sites}
        for feature in features
    )
    most = max(item.n for sites in means for item in sites.values())
    told = _told(choice, "", most, mine)
    if not most:
        return Nothing(told, "No site has a grade at both visits of a case, so nothing is known of change yet")
    notes = ("Mean change of each site, blue less, orange more. A site's n can be smaller than the figure's",)
    return Wrists(
        Told(told.title, told.counts, notes), diagram, tuple((str(item.code), item.name) for item in features), means
    )


def _readings(numbers: Numbers, choice: Choice) -> tuple[OfReader, Grades] | Nothing:
    mine = numbers.of.get((choice.reader, choice.round))
    if mine is None or mine.grades is None:
        told = Told(KINDS[choice.kind][0], "" if mine is None else f"{count_of(mine.incomplete, 'case')} given")
        return Nothing(told, f"{choice.reader or 'Nobody'} has read no case to its end yet. F5 looks again")
    return mine, mine.grades


def _told(choice: Choice, what: str, shown: int, mine: OfReader) -> Told:
    title = f"{KINDS[choice.kind][0]}: {what}{choice.reader}, {ROUND_WORDS[choice.round]}"
    parts = [f"n = {shown}"]
    without = len(mine.readings) - shown
    if without:
        parts.append(f"{count_of(without, 'case')} left out: a site has no grade, or one visit isn't there")
    if mine.incomplete:
        parts.append(f"{count_of(mine.incomplete, 'case')} not read to the end")
    return Told(title, "; ".join(parts))
