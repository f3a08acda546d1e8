"""Outcome of a command: the next state, and the changes that must be on disk before it is shown."""

from __future__ import annotations

from msgspec import Struct

from scoring.readings.reading import AnswerChanged, SiteKey
from scoring.values import replace
from storage.records import KeyImage, Sighting, SiteNote, Viewing
from workstation.reading.state import Notice, SessionState

SCAN_ALONE = "This case shows one scan alone: there is no other visit to go to or to compare with."


class Outcome(Struct, frozen=True):
    """The state that follows, and the answers that changed on the way (none for moves and views).

    note: what is to be noted at a site, and must be on disk before it is shown, as changes must. image: a key image
    that is to be kept; image_taken: the number of one that is to be taken away, 0 for none.
    """

    state: SessionState
    changes: tuple[AnswerChanged, ...] = ()
    note: tuple[SiteKey, SiteNote] | None = None
    image: KeyImage | None = None
    image_taken: int = 0

    @property
    def commits(self) -> bool:
        """Whether anything must be on disk before the state is shown."""
        return bool(self.changes or self.note is not None or self.image is not None or self.image_taken)

    @property
    def sightings(self) -> tuple[Sighting | None, ...]:
        """Where each change's new answer was given."""
        known = self.state.sightings
        return tuple(None if change.after is None else known.get((change.key, change.after)) for change in self.changes)

    @property
    def viewings(self) -> tuple[Viewing | None, ...]:
        """What had been seen when each change's new answer was given."""
        known = self.state.viewings
        return tuple(None if change.after is None else known.get((change.key, change.after)) for change in self.changes)


def refused(state: SessionState, why: str) -> Outcome:
    """Everything as it was, with the line that says why."""
    return Outcome(replace(state, notice=Notice(why, refused=True)))


def told(state: SessionState, what: str) -> Outcome:
    """Everything as it was, with a line that isn't a refusal."""
    return Outcome(replace(state, notice=Notice(what)))
