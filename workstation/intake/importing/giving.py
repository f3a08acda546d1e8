"""Gate before readers: no subject whose findings aren't settled, unless somebody takes it anyway, with a reason.

Taking them anyway accepts what holds them: it stands in the vault with who and why, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from storage.handover.hand_over import HandedOver, hand_over
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from workstation.errors import IntakeRefused
from workstation.intake.deidentify.new_uids import renamed
from workstation.intake.findings import Finding
from workstation.intake.importing.answering import Chooser
from workstation.intake.importing.border_review import refuse_unseen
from workstation.intake.importing.check_report import check_report


@dataclass(frozen=True, slots=True)
class Anyway:
    """Who takes what isn't settled, and why."""

    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """A reader's whole worklist; left_out: subjects that weren't given, and what holds them."""

    cases: tuple[Assignment, ...]
    left_out: Mapping[str, tuple[Finding, ...]]

    def as_json(self) -> list[dict[str, object]]:
        """The subjects that were left out, for scripts."""
        return [
            {"subject": subject, "findings": [item.id for item in found]} for subject, found in self.left_out.items()
        ]


def assign_settled(
    study: CoordinatorStudy, reader: str, seed: int | None = None, anyway: Anyway | None = None
) -> Assigned:
    """Give a reader every subject that nothing holds; what the reader has already stays, whatever was found since.

    Args:
        study: open.
        reader: as `CoordinatorStudy.assign`.
        seed: of the order.
        anyway: takes all of them.

    Raises:
        UsageRefused: nobody's name, or no reason.
        as `CoordinatorStudy.assign` does.
    """
    study.check_open()
    held = _held(study, set(study.subject_codes()) - study.subjects_given(reader), anyway)
    return Assigned(study.assign(reader, seed, leave_out=frozenset(held)), held)


def hand_over_settled(
    study: CoordinatorStudy, out: Path, reader: str | None = None, anyway: Anyway | None = None
) -> tuple[tuple[HandedOver, ...], tuple[str, ...]]:
    """Write a reader's copy, or everybody's, without the cases of subjects that something holds.

    Returns:
        The copies, and the subjects that were left out.

    Raises:
        IntakeRefused: a border in it wasn't seen, or all of it is left out.
        as `hand_over` does.
    """
    given = study.subjects_given(reader)
    held = _held(study, given, anyway)
    if given and not given - set(held):
        raise IntakeRefused(f"Not handed over: {told(held)}")
    refuse_unseen(study, reader, frozenset(held))
    return hand_over(study.path, out, renamed, reader, frozenset(held)), tuple(sorted(held))


def told(held: Iterable[str]) -> str:
    """Which subjects are left out, and what to do."""
    subjects = sorted(held)
    verb = "has" if len(subjects) == 1 else "have"
    return (
        f"{', '.join(subjects)} {verb} findings that aren't settled; `ramris study check` lists them. Answer or accept "
        "them, or take the subjects with --anyway --why TEXT"
    )


def _held(study: CoordinatorStudy, subjects: Iterable[str], anyway: Anyway | None) -> Mapping[str, tuple[Finding, ...]]:
    """Those of the subjects that something holds; nobody, once what holds them was accepted."""
    mine = set(subjects)
    held = {code: found for code, found in sorted(check_report(study).holding().items()) if code in mine}
    if anyway is None:
        return held
    chooser = Chooser(study, anyway.who, lambda _: None, lambda: False)
    chooser.accept({item.id: item for found in held.values() for item in found}.values(), anyway.why)
    return {}
