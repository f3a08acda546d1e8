"""Tasks around the reading: copies that come back, cases that open again, readers who differ, design, lock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workstation.errors import UsageRefused
from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Reading"
WHY: Final = Field("why", "Why", Asked.REASON, "goes on the record; it must name nobody", option="why")
SEEN: Final = Field(
    "why",
    "Why, while cases are read",
    Asked.REASON,
    "goes on the record; it must name nobody",
    needed=False,
    option="why",
)
_FROM: Final = 2


def merge(given: Given) -> Notice:
    """Bring readers' copies back."""
    from workstation.app.safekeeping import merge as bring

    done = bring(given.folder, given.paths("copies"), given["why"])
    lines = tuple(
        f"{item.copy}: {counted(item.answers, 'answer')}, {counted(item.acts, 'act')}, {counted(item.notes, 'note')}"
        if item.answers + item.acts + item.notes
        else f"{item.copy}: nothing new"
        for item in done
    )
    return Notice(f"Merged {counted(len(done), 'copy', 'copies')}", Tone.DONE, lines)


def reopen(given: Given) -> Notice:
    """Open a signed case again."""
    given.study.reopen(given["case"], given["why"])
    return Notice(f"Case {given['case']} is open again. Its reader signs it anew", Tone.DONE)


def disagreements(given: Given) -> Notice:
    """List where two readers differ."""
    from storage.audit.disagreements import disagreements as differences

    found = differences(given.folder, _two(given["readers"]), given["threshold"] or "1")
    given.study.note_figures_seen("disagreements", given["why"])
    lines = tuple(item.as_text() for item in found)
    return Notice(f"{counted(len(found), 'site')} differ", Tone.ATTENTION if found else Tone.DONE, lines)


def adjudicate(given: Given) -> Notice:
    """Give a third reader what two differ on."""
    two, only = _two(given["readers"]), tuple(name.strip() for name in given["only"].split(",") if name.strip())
    if only and two is not None:
        cases = given.study.adjudicate_chosen(given["reader"], two, only)
    elif only:
        raise UsageRefused("“Only these cases” needs “Two readers”: whose readings are to be settled")
    else:
        cases = given.study.adjudicate(given["reader"], two, given["threshold"])
    return Notice(f"{given['reader']} has {counted(len(cases), 'case')} to settle. Next: hand over", Tone.DONE)


def final(given: Given) -> Notice:
    """Tell how far final values are, and how readers do beside a third."""
    found = given.study.third_readers_rates()
    given.study.note_figures_seen("final values", given["why"])
    first, *readers = found.as_text()
    return Notice(first, Tone.ATTENTION if found.waits or found.lacking else Tone.DONE, tuple(readers))


def design(given: Given) -> Notice:
    """Show the design, after a change if any."""
    from workstation.app.assigning.design_words import as_text

    study = given.study
    if given["key"]:
        study.set_design(given["key"], given["value"], given["why"])
    lines = as_text(study.design(), study.design_versions(), len(study.subject_codes()))
    return Notice("The design was changed" if given["key"] else "The design of the study", Tone.DONE, tuple(lines))


def lock(given: Given) -> Notice:
    """Lock for the analysis."""
    found = given.study.lock(why=given["why"], incomplete=given.ticked("incomplete"))
    lines = (
        (f"{counted(found.incomplete, 'reading')} lack answers, {counted(found.unsigned, 'reading')} aren't signed",)
        if found.incomplete or found.unsigned
        else ()
    )
    return Notice(f"Locked: {counted(found.readings, 'reading')}. Next: export", Tone.DONE, lines)


def unlock(given: Given) -> Notice:
    """Unlock it again."""
    given.study.unlock(given["why"])
    return Notice("Unlocked: grades can be given again, and an export of now isn't final", Tone.DONE)


def reset_passphrase(given: Given) -> Notice:
    """Take a reader's forgotten passphrase back."""
    given.study.reset_passphrase(given["reader"], given["why"])
    return Notice(f"{given['reader']} has no passphrase now, and sets another one at the next signature", Tone.DONE)


def _keys(_folder: Path) -> Sequence[tuple[str, str]]:
    from scoring.design.read_design import SETTABLE

    return (("", "only show it"), *((key, key) for key in SETTABLE))


def _two(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    names = tuple(part.strip() for part in text.split(","))
    if len(names) != _FROM or not all(names):
        raise UsageRefused(f"Readers {text!r:.60}: name two, with a comma between: A,B")
    return names[0], names[1]


_READERS: Final = Field(
    "readers", "Two readers", hint="A,B; only if more than two have finished", needed=False, option="readers"
)
_THRESHOLD: Final = Field("threshold", "From a difference of", Asked.NUMBER, "1", needed=False, option="threshold")

READING: Final = (
    StudyTask(
        "study.merge",
        "Bring back what readers did in their copies",
        GROUP,
        "study merge",
        "Choose the folders that came back. Bringing one back again changes nothing. A copy of another study, or one "
        "that was changed behind the program, is refused.",
        merge,
        (
            Field("copies", "Copies", Asked.FOLDERS, "one folder in each line"),
            Field(
                "why",
                "Take also answers that were given on other images: why",
                Asked.REASON,
                "empty: they are refused and named",
                needed=False,
                option="other-images",
            ),
        ),
    ),
    StudyTask(
        "study.reopen",
        "Open a signed case again",
        GROUP,
        "study reopen",
        "Its reader can change it and signs it anew. What was signed before stays on the record.",
        reopen,
        (Field("case", "Case", hint="its code"), WHY),
    ),
    StudyTask(
        "study.disagreements",
        "Where two readers differ",
        GROUP,
        "study disagreements",
        "Lists the sites at which two finished first readings differ. Nothing is changed.",
        disagreements,
        (_READERS, _THRESHOLD, SEEN),
    ),
    StudyTask(
        "study.adjudicate",
        "Give a third reader what two differ on",
        GROUP,
        "study adjudicate",
        "The third reader gets those cases whole, under new codes: blind, or with both readings beside as A and B. "
        "The design says which; its part is called adjudicating.",
        adjudicate,
        (
            Field("reader", "Third reader", Asked.READER, option="reader"),
            _READERS,
            _THRESHOLD,
            Field("only", "Only these cases", hint="S001,S003; whatever they differ by", needed=False, option="only"),
        ),
        warns="What was given can't be taken back once it was begun.",
    ),
    StudyTask(
        "study.final",
        "Final values, and readers beside a third",
        GROUP,
        "study final",
        "How many cases have their final values and which wait for a third reader; how often each reader's cases go to "
        "one, and how often that one sides with the other.",
        final,
        (SEEN,),
    ),
    StudyTask(
        "study.design",
        "Design of the study: see it, or change a part",
        GROUP,
        "study design",
        "Every version is kept, and each answer names its own. After the first grade a change needs a reason.",
        design,
        (
            Field("key", "Part", Asked.CHOICE, choices=_keys, needed=False, option="set"),
            Field("value", "New value", hint="none takes it away", needed=False),
            Field("why", "Why", Asked.REASON, "needed after the first grade", needed=False, option="why"),
        ),
    ),
    StudyTask(
        "study.lock",
        "Lock the study for its analysis",
        GROUP,
        "study lock",
        "No grade can be given or changed any more and no case assigned. It can be unlocked with a reason.",
        lock,
        (
            Field(
                "incomplete",
                "Also if readings lack answers or signatures",
                Asked.YES,
                needed=False,
                option="incomplete",
            ),
            Field("why", "Why", Asked.REASON, "needed if readings are open", needed=False, option="why"),
        ),
    ),
    StudyTask(
        "study.unlock",
        "Unlock the study",
        GROUP,
        "study unlock",
        "Grades can be given again. The record keeps that it was locked, and why it isn't any more.",
        unlock,
        (WHY,),
    ),
    StudyTask(
        "study.reset_passphrase",
        "Take back a reader's forgotten passphrase",
        GROUP,
        "study reset-passphrase",
        "The reader sets another one at the next signature.",
        reset_passphrase,
        (Field("reader", "Reader", Asked.READER, option="reader"), WHY),
        warns="The old one can't be put back. What was signed with it stays signed.",
    ),
)
