"""Gate before readers: no subject whose findings aren't settled, unless somebody takes it anyway, with a reason.

Taking them anyway accepts what holds them: it stands in the vault with who and why, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scoring.design.reader_roles import purpose_of
from storage.apart.setting_apart import Apart
from storage.files.watched import UNWATCHED, Watched
from storage.handover.hand_over import HandedOver, hand_over
from storage.records import Assignment
from storage.study.coordinator import CoordinatorStudy
from storage.study.worklist_keeping import Given
from storage.worklists import draws
from storage.worklists.allotting import ALL, Wish
from storage.worklists.purposes import NO_ROLE, Role
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
    """What was given to a reader; left_out: subjects that weren't given, and what holds them.

    excluded: what nobody is given any more: subjects, and visits of others.
    """

    given: Given
    left_out: Mapping[str, tuple[Finding, ...]]
    excluded: tuple[str, ...] = ()

    @property
    def cases(self) -> tuple[Assignment, ...]:
        """The reader's whole worklist."""
        return self.given.cases

    def as_json(self) -> dict[str, object]:
        """What came, and what was left out, for scripts."""
        new = [{"case": item.case, "subject": item.subject, "round": item.round} for item in self.given.new]
        purpose = purpose_of(self.given.design, self.given.design.id_of(self.given.reader))
        told: dict[str, object] = {
            "given": new,
            "purpose": purpose,
            "seed": self.given.seed,
            "shown": self.given.shown,
        }
        if self.left_out:
            told["left_out"] = [
                {"subject": subject, "findings": [item.id for item in found]}
                for subject, found in self.left_out.items()
            ]
        if self.excluded:
            told["excluded"] = list(self.excluded)
        return told


def assign_settled(
    study: CoordinatorStudy,
    reader: str,
    seed: int | None = None,
    anyway: Anyway | None = None,
    wish: Wish = ALL,
    *,
    role: Role = NO_ROLE,
    scheme: str | None = None,
    show: bool = False,
) -> Assigned:
    """Give a reader what a wish comes to and nothing holds; what the reader has stays, whatever was found since.

    Args:
        study: open.
        reader: as `CoordinatorStudy.give`.
        seed: of what is drawn.
        anyway: takes also what something holds.
        wish: which subjects.
        role: what the reader reads for.
        scheme: by which the reader reads, where the study has several.
        show: only say what it would be; nothing is given or accepted.

    Raises:
        UsageRefused: nobody's name, or no reason.
        as `CoordinatorStudy.give` does.
    """
    study.check_open()
    drawn = draws.checked_seed(seed)
    holding = check_report(study).holding()
    if anyway is not None:
        if not show:
            _accept(study, holding, study.allotted(reader, wish, drawn, scheme).subjects, anyway)
        holding = {}
    given = study.give(reader, wish, drawn, hold=holding.keys(), show=show, role=role, scheme=scheme)
    excluded = tuple(item.what for item in study.excluded() if not item.series)
    return Assigned(given, {code: holding[code] for code in sorted(given.allotted.held_back)}, excluded)


def hand_over_settled(
    study: CoordinatorStudy,
    out: Path,
    reader: str | None = None,
    anyway: Anyway | None = None,
    apart: Apart | None = None,
    *,
    watched: Watched = UNWATCHED,
) -> tuple[tuple[HandedOver, ...], tuple[str, ...]]:
    """Write a reader's copy, or everybody's, without the cases of subjects that something holds.

    apart: where images are to lie, if not in the copy. watched: told how far it is, and asked to stop.

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
    excluded = {item.subject for item in study.excluded() if item.whole}
    # a copy without images has no borders
    if reader is None or not reads_without_images(study, reader):
        refuse_unseen(study, reader, frozenset(held) | excluded)
    made = hand_over(study.path, out, renamed, reader, frozenset(held), apart=apart, watched=watched)
    return made, tuple(sorted(held))


def reads_without_images(study: CoordinatorStudy, reader: str) -> bool:
    """Whether a reader's scheme is read beside another viewer."""
    design = study.design()
    return design.reads_without_images(design.id_of(reader))


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
    _accept(study, held, held, anyway)
    return {}


def _accept(
    study: CoordinatorStudy, holding: Mapping[str, tuple[Finding, ...]], subjects: Iterable[str], anyway: Anyway
) -> None:
    """Put down who takes what holds these subjects, and why."""
    chooser = Chooser(study, anyway.who, lambda _: None, lambda: False)
    found = {item.id: item for code in sorted(subjects) for item in holding.get(code, ())}
    chooser.accept(found.values(), anyway.why)
