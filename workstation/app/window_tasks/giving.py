"""Tasks around the worklists: who is given what, what is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workstation.app.window_tasks.reading import WHY
from workstation.app.window_tasks.schemes import of_this_study
from workstation.errors import UsageRefused
from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Worklists"


def assign(given: Given) -> Notice:
    """Give a reader what was asked for, or say what that would be."""
    from storage.worklists.purposes import Role
    from workstation.app.assigning import wishes, words
    from workstation.app.assigning.wishes import Which
    from workstation.app.studies import named
    from workstation.intake.importing.giving import Anyway, assign_settled

    seed = None if not given["seed"] else given.number("seed", 1)
    file = given.path("file") if given["file"] else None
    wish = wishes.wish(given.study, Which(given["subjects"], file, given["share"], given["overlap"], given["site"]))
    show = given.ticked("show")
    anyway = None
    if given.ticked("anyway"):
        if not given["why"]:
            raise UsageRefused("Subjects with unsettled findings are given for a reason alone: fill in “Why”")
        anyway = Anyway(named(given.study, given["who"] or None, "who decides"), given["why"])
    role, scheme = Role(given["purpose"] or None, given["why"]), given["scheme"] or None
    made = assign_settled(given.study, given["reader"], seed, anyway, wish=wish, role=role, scheme=scheme, show=show)
    lines = words.told(made.given, str(given.folder))[1:]
    if made.left_out:
        lines.append(f"Left out, since findings of them aren't settled: {', '.join(made.left_out)}")
    if made.excluded:
        lines.append(f"Excluded, so given to nobody: {', '.join(made.excluded)}")
    new = counted(len(made.given.new), "case")
    what = (
        f"Nothing was given. {given['reader']} would get {new}, with seed {made.given.seed}"
        if show
        else f"{given['reader']} was given {new} and has {len(made.given.cases)}"
    )
    return Notice(what, Tone.ATTENTION if made.left_out else Tone.DONE, tuple(lines))


def take_back(given: Given) -> Notice:
    """Take unread cases off a worklist, or put back what was taken."""
    from workstation.app.assigning import wishes, words
    from workstation.app.assigning.wishes import Which

    wanted = wishes.taken(given.study, Which(given["subjects"]), given["cases"])
    if given.ticked("undo"):
        first, *lines = words.told_of_return(given.study.give_back(given["reader"], wanted, given["why"]))
    else:
        done = given.study.take_back(given["reader"], wanted, given["why"])
        # what comes next is told by the field of the next task, not by a command
        first, *lines = words.told_of_taking(done, str(given.folder))[:-1]
        lines.append(f"They are of {', '.join(done.subjects)}. Next: assign these to another reader")
    return Notice(first, Tone.DONE, tuple(lines))


def retire(given: Given) -> Notice:
    """Give a reader nothing more, or again."""
    from workstation.app.assigning import words

    reader, why = given["reader"], given["why"]
    if given.ticked("undo"):
        given.study.bring_back(reader, why)
        return Notice(f"{reader} can get cases again. What was taken back is still away", Tone.DONE)
    done = given.study.retire(reader, why)
    first, *lines = words.told_of_retiring(done, str(given.folder))
    if done.cases:
        lines[-1] = f"They are of {', '.join(done.subjects)}. Next: assign these to another reader"
    return Notice(first, Tone.DONE, tuple(lines))


def rename(given: Given) -> Notice:
    """Call a reader by another name, or by the first id again."""
    from workstation.app.assigning import words

    reader, name, why = given["reader"], given["name"], given["why"]
    if given.ticked("undo") == bool(name):
        raise UsageRefused("Give “New name”, or tick “Undo: the first id again”, and not both")
    if name:
        return Notice(words.told_of_renaming(given.study.rename_reader(reader, name, why), name), Tone.DONE)
    return Notice(words.told_of_first_name(given.study.take_name_back(reader, why)), Tone.DONE)


def _purposes(_folder: Path) -> Sequence[tuple[str, str]]:
    return (
        ("", "as the design says"),
        ("PRIMARY", "the study (PRIMARY)"),
        ("INTER", "agreement between readers (INTER)"),
    )


_READER: Final = Field("reader", "Reader", Asked.READER, option="reader")
_SUBJECTS: Final = Field(
    "subjects", "Only these subjects", hint="S001,S002 or patient IDs; empty: all", needed=False, option="subjects"
)

GIVING: Final = (
    StudyTask(
        "study.assign",
        "Assign: who reads what",
        GROUP,
        "study assign",
        "Gives subjects to a reader under new codes, in a drawn order. What the reader has stays. Shares and overlaps "
        "are drawn of what is named.",
        assign,
        (
            _READER,
            _SUBJECTS,
            Field("file", "Only those in a list", Asked.FILE, needed=False, option="file"),
            Field("site", "Only one site", hint="patient IDs begin with it", needed=False, option="site"),
            Field("share", "Only a share", hint="1/2; the other reader gets 2/2", needed=False, option="share"),
            Field(
                "overlap",
                "In common with other readers",
                hint="20 or 20%, for agreement between readers",
                needed=False,
                option="overlap",
            ),
            Field("scheme", "Scheme", Asked.CHOICE, choices=of_this_study, needed=False, option="scheme"),
            Field("purpose", "Reads for", Asked.CHOICE, choices=_purposes, needed=False, option="purpose"),
            Field("seed", "Seed", Asked.NUMBER, "empty: a new one, which is stored", needed=False, option="seed"),
            Field("show", "Only show what it would give", Asked.YES, needed=False, option="show"),
            Field("anyway", "Also those with unsettled findings", Asked.YES, needed=False, option="anyway"),
            Field("who", "Who decides that", hint="kept with the identities", needed=False, option="who"),
            Field(
                "why",
                "Why",
                Asked.REASON,
                "needed for unsettled findings, or if begun readings change purpose",
                needed=False,
                option="why",
            ),
        ),
    ),
    StudyTask(
        "study.take_back",
        "Take unread cases back from a reader",
        GROUP,
        "study take-back",
        "Unread cases leave the worklist and can go to another reader. What was begun stays with its reader. Without "
        "subjects or cases it is all that is unread.",
        take_back,
        (
            _READER,
            _SUBJECTS,
            Field("cases", "Only these cases", hint="codes, with commas between", needed=False, option="cases"),
            Field("undo", "Undo: give back what was taken", Asked.YES, needed=False, option="undo"),
            WHY,
        ),
    ),
    StudyTask(
        "study.retire",
        "Retire a reader",
        GROUP,
        "study retire",
        "The reader gets no more cases, and unread ones are taken back. What was read stays and counts, and what was "
        "begun can be finished.",
        retire,
        (_READER, Field("undo", "Undo: let the reader get cases again", Asked.YES, needed=False, option="undo"), WHY),
    ),
    StudyTask(
        "study.rename_reader",
        "Rename a reader",
        GROUP,
        "study rename-reader",
        "For an id that was a typing error, before or after the first grade. The record keeps the first id; all else "
        "shows the new name, and exports have both. Copies that the reader has merge as before.",
        rename,
        (
            _READER,
            Field("name", "New name", hint="such as R1", needed=False, option="name"),
            Field("undo", "Undo: the first id again", Asked.YES, needed=False, option="undo"),
            WHY,
        ),
    ),
)
