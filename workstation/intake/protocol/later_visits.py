"""Visits that came after their subject was read: what is told of them, and what can be done. Pure."""

from __future__ import annotations

from scoring.design.reading_units import PAIR
from storage.worklists.enrolled import LaterVisit
from workstation.intake.findings import Finding, Level


def told(item: LaterVisit, unit: str) -> Finding:
    """One finding, which asks for a decision.

    Args:
        item: which visit, and which case stays without it.
        unit: what one case of the study shows, by its design.
    """
    first = "`ramris study design DIR --set unit=both`, then " if unit == PAIR else ""
    text = (
        f"visit {item.visit} came after case {item.case} was given to {item.reader} without it. {first}`ramris study "
        f"assign DIR --reader {item.reader}` gives both where the case isn't begun and is in no copy, else visit "
        f"{item.visit} as a scan alone; change is then of two scans that were read apart"
    )
    facts = (item.case, item.reader, str(item.visit))
    return Finding(Level.WARNING, text, item.subject, item.visit, code="visit-later", facts=facts)
