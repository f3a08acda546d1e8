"""Words for what was given to a reader."""

from __future__ import annotations

from scoring.readings import rounds
from storage.study.worklist_keeping import Given


def told(given: Given, directory: str) -> list[str]:
    """Lines for people: how many cases there are, what came of the wish, and what comes next."""
    cases = _counted(len(given.cases), "case")
    if given.shown:
        new = [item for item in given.new if item.round == rounds.FIRST]
        codes = ", ".join(sorted(item.subject for item in new)) or "nobody"
        what = f"{given.reader} would get {_counted(len(new), 'subject')}: {codes}"
        return [
            f"Nothing was given. With --seed {given.seed}, {what}",
            *_more(given),
            f"{given.reader} would have {cases}",
        ]
    return [f"{given.reader} has {cases}. Next: ramris read {directory} --reader {given.reader}", *_more(given)]


def _more(given: Given) -> list[str]:
    lines = []
    wish = given.wish
    if wish.share is not None:
        whose = sum(1 for part in given.allotted.in_part.values() if part == wish.share.part)
        lines.append(f"Part {wish.share} is {_counted(whose, 'subject')} of {len(given.allotted.in_part)}")
    if wish.overlap is not None:
        lines.append(
            f"In common with other readers: {given.allotted.shared} of the {given.allotted.others} that they have"
        )
    again = sum(1 for item in given.new if item.round == rounds.DRIFT)
    if given.repeat_every is not None and given.new:
        lines.append(f"Hidden repeats among them: {again}")
    return lines


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
