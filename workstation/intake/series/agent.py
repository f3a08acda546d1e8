"""Contrast agent by the header: an agent is what the list of agents names, or a dose and its unit. Pure.

Consoles and programs that take names away write much else there: off, N/A, ANONYMIZED, a full stop.
"""

from __future__ import annotations

import re
from enum import Enum

from workstation.intake.frames import Evidence
from workstation.intake.series.rules import AgentRules
from workstation.intake.series.wording import WORD, unaccented

# a minus before or behind, and a zero that is no part of a number: "GD -", "GADAVIST & 0"
MINUS = re.compile(r"^\W*-|(?:^|\s)\(?-\)?(?:\s|$)|-\W*$|(?<![0-9.,])0+(?:[.,]0+)?(?![0-9.,])")


class Agent(Enum):
    """What the header says. UNCLEAR: the field is filled, and names none or says more; JOINT: given into a joint."""

    NONE = "none"
    NAMED = "named"
    UNCLEAR = "unclear"
    JOINT = "joint"


def agent_of(evidence: Evidence, rules: AgentRules) -> Agent:
    """What the header of a series says of a contrast agent."""
    texts = [unaccented(text) for text in evidence.agent]
    found = {_one(text, rules) for text in texts}
    if evidence.agent_dose and found <= {Agent.UNCLEAR}:
        found = {Agent.NAMED}
    found.discard(Agent.NONE)
    routes = [_route(route) for route in evidence.agent_route]
    if found and any(rules.in_a_joint.fullmatch(word) for route in routes for word in route):
        return Agent.JOINT
    elsewhere = any(route[1:] and not any(map(rules.venous.fullmatch, route)) for route in routes)
    if Agent.NAMED in found and (evidence.agent_dose == 0 or elsewhere):
        return Agent.UNCLEAR
    order = (Agent.JOINT, Agent.NAMED, Agent.UNCLEAR)
    return next((agent for agent in order if agent in found), Agent.NONE)


def _one(text: str, rules: AgentRules) -> Agent:
    if "?" in text:
        return Agent.UNCLEAR
    words = WORD.findall(text)
    doses = [float(dose["amount"].replace(",", ".")) for dose in rules.dose.finditer(text)]
    named = any(rules.named.fullmatch(word) for word in words)
    if any(rules.in_a_joint.fullmatch(word) for word in words):
        return Agent.JOINT
    if not words or text.strip("0., ") == "" or any(rules.none.fullmatch(word) for word in words):
        return Agent.UNCLEAR if any(doses) else Agent.NONE
    if doses and not any(doses):
        return Agent.UNCLEAR if named else Agent.NONE
    # "refused", "planned", "pre": what stands beside an agent may say that it wasn't given
    more = any(not rules.named.fullmatch(word) and not rules.beside.fullmatch(word) for word in words)
    return Agent.UNCLEAR if more or MINUS.search(text) or not (named or doses) else Agent.NAMED


def _route(text: str) -> list[str]:
    plain = unaccented(text)
    return [plain.strip(), *WORD.findall(plain)]
