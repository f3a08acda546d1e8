"""The design of a read in words, as JSON, and as it is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import to_builtins

from scoring.adjudication.adjudicating import Adjudicating
from scoring.adjudication.final_value import Settling
from scoring.adjudication.rules import rule_from
from scoring.adjudication.words import HOW, VALUES, in_words
from scoring.design.draws import LEAST_BETWEEN
from scoring.design.drift_draws import chance_of_none
from scoring.design.read_design import SETTABLE, ReadDesign
from scoring.design.reader_roles import primary_readers
from scoring.design.reading_units import BOTH, PAIR, SCAN
from storage.record.designs import Version
from workstation.errors import UsageRefused

_UNITS: Final = {
    BOTH: "both: two visits are read as a pair, a lone one as a scan",
    PAIR: "pair: a lone visit waits for the other one",
    SCAN: "scan: each is read alone, mixed over visits and people",
}
_WORTH_TELLING: Final = 0.005


def key_and_value(setting: str) -> tuple[str, str]:
    """`KEY=VALUE` apart; UsageRefused when it isn't one."""
    key, equals, value = setting.partition("=")
    if not equals:
        raise UsageRefused(f"--set {setting!a}: write KEY=VALUE; what can be set: {', '.join(SETTABLE)}")
    return key.strip(), value


def as_json(design: ReadDesign, versions: Sequence[Version], subjects: int) -> dict[str, object]:
    """The object that `ramris study design --json` prints; `subjects` are those of the study."""
    last = versions[-1]
    every = design.repeat_every
    chance = {} if every is None else {"chance_of_no_repeat": chance_of_none(subjects, every)}
    return {
        "design": last.id,
        "sha256": last.sha256,
        **to_builtins(design),
        **chance,
        "versions": to_builtins(versions),
    }


def as_text(design: ReadDesign, versions: Sequence[Version], subjects: int) -> list[str]:
    """A line for each part, and one for each version."""
    parts = {
        "scheme": f"{design.scheme_id} {design.scheme_version}, SHA-256 {design.scheme_sha256[:12]}",
        **_further(design),
        "order of visits": design.order,
        "unit": _UNITS[design.reading_unit],
        "enrolments": design.enrolments,
        "total rule": design.total_rule,
        "feature order": ", ".join(design.feature_order),
        "re-reads": _rereads(design),
        "drift check": _drift_check(design, subjects),
        "readers": ", ".join(design.readers) or "none yet",
        "primary reader": _primary(design),
        "third reader": _third(design),
        "final values": _final(design),
        "calibration": f"reference: {', '.join(design.calibration)}" if design.calibration else "no",
        "retired": ", ".join(design.retired) or "nobody",
        "renamed": ", ".join(f"{reader} is called {name}" for reader, name in design.names) or "nobody",
        "seeds": ", ".join(f"{seed.reader} round {seed.round}: {seed.seed}" for seed in design.seeds) or "none yet",
    }
    width = max(map(len, parts))
    told = [f"{name:<{width}}  {value}" for name, value in parts.items()]
    return [*told, "", *(f"design {item.id}  {item.at_utc}  {item.sha256[:12]}  {item.why}" for item in versions)]


def _third(design: ReadDesign) -> str:
    what = in_words(rule_from(design.adjudicate)) if design.adjudicate else "what `study adjudicate` is told to"
    return f"settles {what}; reads {HOW[Adjudicating(design.adjudicating)]}"


def _final(design: ReadDesign) -> str:
    if not design.final:
        return "none; --set final=median asks for them"
    whose = " and ".join(design.called.get(reader, reader) for reader in design.final_readers) or "all who are people"
    return f"{VALUES[Settling(design.final)]}; of first readings of {whose}"


def _further(design: ReadDesign) -> dict[str, str]:
    """A line for the schemes beside its own; none where there is no other."""
    told = [f"{one.id} {one.version}, read by {', '.join(one.readers) or 'nobody yet'}" for one in design.further]
    return {"further schemes": ", ".join(told)} if told else {}


def _drift_check(design: ReadDesign, subjects: int) -> str:
    every = design.repeat_every
    if every is None:
        return "none"
    return f"one case in {every} is a hidden repeat{may_give_none(subjects, every)}"


def may_give_none(subjects: int, every: int) -> str:
    """That a draw of so many subjects may give no repeat, to be put behind what a drift check is; "" if it can't."""
    chance = chance_of_none(subjects, every)
    if not subjects or chance < _WORTH_TELLING:
        return ""
    if chance == 1:
        return f"; {subjects} subjects are too few for one: it takes {LEAST_BETWEEN + 2}"
    return f"; a draw of {subjects} subjects gives none with a chance of {chance:.0%}"


def _primary(design: ReadDesign) -> str:
    who = " and ".join(primary_readers(design.by_scheme(None)))
    if design.primary or not who:
        return who or "none yet"
    return f"{who}, who was assigned first; --set primary=ID says another"


def _rereads(design: ReadDesign) -> str:
    if design.reread_n is None and design.reread_after_days is None:
        return "not set"
    count = "some" if design.reread_n is None else str(design.reread_n)
    return f"{count} cases, after {design.reread_after_days or 0} days"
