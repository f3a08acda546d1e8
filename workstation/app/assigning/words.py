"""Words for what was given to a reader."""

from __future__ import annotations

from scoring.design.read_design import ReadDesign
from scoring.design.reader_roles import primary_readers
from scoring.readings import rounds
from storage.study.worklist_keeping import Given
from storage.worklists.taking_back import TakenBack


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


def told_of_taking(done: TakenBack, directory: str) -> list[str]:
    """Lines for people: what left a worklist, what stays, which copies still show it, and what comes next."""
    lines = [f"Taken back from {done.reader}: {_counted(len(done.cases), 'unread case')} ({', '.join(done.cases)})"]
    if done.begun:
        stays = "stays as it is" if done.begun == 1 else "stay as they are"
        lines.append(f"{_counted(done.begun, 'case')} that {done.reader} began or parked {stays}")
    still = "what is read of it there is merged only after --undo"
    if done.in_copies is None:
        lines.append(f"A copy that was handed over to {done.reader} may still show what was taken back; {still}")
    elif done.in_copies:
        lines.append(f"A copy that {done.reader} has still shows {', '.join(done.in_copies)}; {still}")
    given = f"ramris study assign {directory} --reader ID --subjects {','.join(done.subjects)}"
    return [*lines, f"Next, to give them to another reader: {given}"]


def told_of_retiring(done: TakenBack, directory: str) -> list[str]:
    """Lines for people: that a reader gets nothing more, and what became of the cases."""
    first = f"{done.reader} is retired and gets no more cases. What was read stays"
    if done.cases:
        return [first, *told_of_taking(done, directory)]
    return [first, f"{_counted(done.begun, 'begun case')}; nothing was unread"]


def told_of_return(done: TakenBack) -> list[str]:
    """The line for cases that are on a worklist again."""
    back = f"{_counted(len(done.cases), 'case')} {'is' if len(done.cases) == 1 else 'are'} back"
    return [f"{back} on the worklist of {done.reader}: {', '.join(done.cases)}"]


def told_of_renaming(reader: str, name: str) -> str:
    """The line for a reader who is called otherwise from now on."""
    return f"{reader} is called {name} from now on. The record keeps {reader}, and both can be typed"


def told_of_first_name(reader: str) -> str:
    """The line for a reader who has the first id again."""
    return f"{reader} is called {reader} again"


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
    if given.design.repeat_every is not None and given.new:
        lines.append(f"Hidden repeats among them: {again}")
    return [*lines, purpose_line(given.design, given.reader)]


def purpose_line(design: ReadDesign, reader: str) -> str:
    """What a reader reads for, and who is the primary reader if it is another one."""
    called = design.called
    further = design.further_of(design.id_of(reader))
    who = [called.get(name, name) for name in primary_readers(design.by_scheme(further))]
    if reader in who:
        others = [name for name in who if name != reader]
        return f"{reader} reads for the study (PRIMARY)" + (f", as {' and '.join(others)} does" if others else "")
    if design.id_of(reader) not in design.readers:
        return f"{reader} has been given nothing yet"
    primary = " and ".join(who) or "nobody"
    return f"{reader} reads for agreement between readers (INTER). For the study (PRIMARY) reads {primary}"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
