"""The design of a read in words, as JSON, and as it is typed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import to_builtins

from scoring.design.read_design import SETTABLE, ReadDesign
from storage.record.designs import Version
from workstation.errors import UsageRefused


def key_and_value(setting: str) -> tuple[str, str]:
    """`KEY=VALUE` apart; UsageRefused when it isn't one."""
    key, equals, value = setting.partition("=")
    if not equals:
        raise UsageRefused(f"--set {setting!a}: write KEY=VALUE; what can be set: {', '.join(SETTABLE)}")
    return key.strip(), value


def as_json(design: ReadDesign, versions: Sequence[Version]) -> dict[str, object]:
    """The object that `ramris study design --json` prints."""
    last = versions[-1]
    return {"design": last.id, "sha256": last.sha256, **to_builtins(design), "versions": to_builtins(versions)}


def as_text(design: ReadDesign, versions: Sequence[Version]) -> list[str]:
    """A line for each part, and one for each version."""
    parts = {
        "scheme": f"{design.scheme_id} {design.scheme_version}, SHA-256 {design.scheme_sha256[:12]}",
        "order of visits": design.order,
        "unit": design.unit,
        "total rule": design.total_rule,
        "feature order": ", ".join(design.feature_order),
        "re-reads": _rereads(design),
        "drift check": _drift_check(design),
        "readers": ", ".join(design.readers) or "none yet",
        "seeds": ", ".join(f"{seed.reader} round {seed.round}: {seed.seed}" for seed in design.seeds) or "none yet",
    }
    width = max(map(len, parts))
    told = [f"{name:<{width}}  {value}" for name, value in parts.items()]
    return [*told, "", *(f"design {item.id}  {item.at_utc}  {item.sha256[:12]}  {item.why}" for item in versions)]


def _drift_check(design: ReadDesign) -> str:
    return "none" if design.repeat_every is None else f"one case in {design.repeat_every} is a hidden repeat"


def _rereads(design: ReadDesign) -> str:
    if design.reread_n is None and design.reread_after_days is None:
        return "not set"
    count = "some" if design.reread_n is None else str(design.reread_n)
    return f"{count} cases, after {design.reread_after_days or 0} days"
