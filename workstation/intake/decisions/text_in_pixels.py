"""Decision on series whose pixels may show a name: held back until the coordinator has looked. Pure."""

from __future__ import annotations

from storage.vault.choices import About, CurrentChoices, Deed, HeldSeries
from storage.vault.vault import SeriesIdentity
from workstation.intake.decisions.decision import Answer, Confidence, Decision, Question

RELEASED = Answer(Deed.RELEASE, "no name or date is in it: it comes into the study unchanged")
REFUSED = Answer(Deed.REFUSE, "it stays outside the study, also when its folder is imported again")


def text_in(held: HeldSeries, identity: SeriesIdentity, current: CurrentChoices) -> Decision[str]:
    """Whether a series that waits may be read: its value is what was decided, "held" as long as nothing was."""
    what = About.TEXT.of(held.series)
    if current.pixels is Deed.REFUSE:
        return Decision(what, Deed.REFUSE, Confidence.DECIDED, held.why, about=held.series)
    question = Question(
        what,
        identity.subject,
        identity.visit,
        f"{held.kind} {held.plane} {held.series}: held back. May readers see it? You can also black out an area.",
        (RELEASED, REFUSED),
    )
    return Decision(what, "held", Confidence.CONTRADICTORY, held.why, question, held.series)
