"""Plan of final values, as a design has it. Pure."""

from __future__ import annotations

from scoring.adjudication.final_cases import Plan
from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import Rule, Scope, rule_from
from scoring.design.further_schemes import FurtherScheme
from scoring.design.read_design import ReadDesign

# what `study adjudicate` settles where nothing else is said
USUAL = Rule(Scope.SITE, rule_from("site:1").least)


def rule_of(design: ReadDesign) -> Rule:
    """What goes to a third reader."""
    return rule_from(design.adjudicate) if design.adjudicate else USUAL


def plan_of(design: ReadDesign, further: FurtherScheme | None = None) -> Plan | None:
    """How final values come about, readers as they are called; None where the design asks for none.

    further: the scheme that they are by; None is the study's own. Readers who are named count for their scheme alone.
    """
    if not design.final:
        return None
    return plan_by(design, Settling(design.final), further)


def plan_by(design: ReadDesign, settling: Settling, further: FurtherScheme | None = None) -> Plan:
    """The same where the rule of the value is another one."""
    called = design.called
    mine = (reader for reader in design.final_readers if design.further_of(reader) == further)
    readers = tuple(called.get(reader, reader) for reader in mine)
    programs = frozenset(called.get(program.reader, program.reader) for program in design.programs)
    return Plan(rule_of(design), settling, readers, programs)
