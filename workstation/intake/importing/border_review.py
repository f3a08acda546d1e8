"""Review of borders: no reader's copy before a person has seen those of every series in it.

Text in pixels is found by eye alone. What was seen is bound to what the series holds: after more slices, or another
area blanked, it must be looked at again.
Where coordinator and reader are one person (`ramris open`, `ramris read` beside the vault) nothing is handed over, and
nothing asked: whoever holds the vault reads self-blinded, and a name in a picture tells nothing that isn't beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage.study.coordinator import CoordinatorStudy
from storage.vault.choices import NOTHING_CHOSEN
from workstation.errors import IntakeRefused, UsageRefused
from workstation.intake.importing.answer_log import LONGEST

NAMED = 3


@dataclass(frozen=True, slots=True)
class Unseen:
    """A series of the study whose borders nobody has seen as it is now."""

    subject: str
    series: str


def unseen(study: CoordinatorStudy) -> tuple[Unseen, ...]:
    """By subject and code."""
    known = study.vault.borders.latest()
    return tuple(
        Unseen(subject, code)
        for code, (subject, content) in sorted(_contents(study).items(), key=lambda item: (item[1][0], item[0]))
        if known.get(code) != content
    )


def unseen_by(study: CoordinatorStudy, reader: str | None) -> tuple[Unseen, ...]:
    """Those that a reader's copy may hold; None is everybody's."""
    given = study.subjects_given(reader)
    return tuple(item for item in unseen(study) if item.subject in given)


def see(study: CoordinatorStudy, series: Iterable[str], who: str, why: str = "") -> None:
    """Put down who has seen the borders of these series, as they are now.

    Raises:
        UsageRefused: nobody's name, or words that aren't one line.
        NotSaved: the disk didn't take it.
    """
    for name, text in (("who", who.strip()), *([("why", why)] if why else [])):
        if not text or len(text) > LONGEST or not text.isprintable():
            raise UsageRefused(f"{name}: write one line of 1 to {LONGEST} characters; it is kept in the vault")
    now = _contents(study)
    study.vault.borders.see({code: now[code][1] for code in series if code in now}, who.strip(), why.strip())


def refuse_unseen(study: CoordinatorStudy, reader: str | None, leave_out: frozenset[str] = frozenset()) -> None:
    """Refuse a reader's copy in which somebody hasn't seen a border: IntakeRefused says how many, of whom, what to do.

    leave_out: subjects that won't be in it.
    """
    missing = tuple(item for item in unseen_by(study, reader) if item.subject not in leave_out)
    if missing:
        raise IntakeRefused(_refusal(missing))


def _refusal(missing: tuple[Unseen, ...]) -> str:
    subjects = sorted({item.subject for item in missing})
    more = f" and {len(subjects) - NAMED} more" if len(subjects) > NAMED else ""
    return (
        f"Not handed over: nobody has looked at the borders of {len(missing)} series, of {', '.join(subjects[:NAMED])}"
        f"{more}, where names may be in the pixels. Ctrl+E in `ramris manage DIR` shows them, some keys a subject; who "
        "has looked elsewhere says so with `ramris study hand-over DIR OUT --borders-seen --why TEXT`"
    )


def _contents(study: CoordinatorStudy) -> Mapping[str, tuple[str, str]]:
    """Series -> its subject, and in short what it holds: its slices, and the places that were blanked."""
    chosen = study.vault.choices.current()
    return {
        code: (subject, f"{slices} {sorted(chosen.get(code, NOTHING_CHOSEN).regions)}")
        for code, subject, slices in study.slices_in_short()
    }
