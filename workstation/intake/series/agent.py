"""Contrast agent by the header: an agent is what the list of agents names, or a dose and its unit. Pure.

Consoles and programs that take names away write much else there: off, N/A, ANONYMIZED, a full stop.
"""

from __future__ import annotations

from enum import Enum

from workstation.intake.frames import Evidence
from workstation.intake.series.rules import AgentRules
from workstation.intake.series.wording import WORD, unaccented


class Agent(Enum):
    """What the header says of an agent. UNCLEAR: the field is filled, and names none; JOINT: given into a joint."""

    NONE = "none"
    NAMED = "named"
    UNCLEAR = "unclear"
    JOINT = "joint"


def agent_of(evidence: Evidence, rules: AgentRules) -> Agent:
    """What the header of a series says of a contrast agent."""
    texts = [unaccented(text) for text in evidence.agent]
    found = {_one(text, rules) for text in texts}
    if evidence.agent_dose > 0 and found <= {Agent.UNCLEAR}:
        found = {Agent.NAMED}
    found.discard(Agent.NONE)
    if found and any(rules.in_a_joint.fullmatch(word) for route in evidence.agent_route for word in _route(route)):
        return Agent.JOINT
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
    return Agent.NAMED if named or doses else Agent.UNCLEAR


def _route(text: str) -> list[str]:
    plain = unaccented(text)
    return [plain.strip(), *WORD.findall(plain)]
