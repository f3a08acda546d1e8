"""Tasks about identities: who is who, and the passphrase of the vault."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from workstation.errors import UsageRefused
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Identities"


def reveal(given: Given) -> Notice:
    """Show who is who."""
    from storage.study.unblind import revealed, written_to
    from workstation.intake.findings import printable

    out = given.path("out") if given["out"] else None
    if out is not None and out.exists():
        raise UsageRefused(f"{out} exists already. Give the name of a new file")
    given.study.note_identified(given["why"])
    rows = revealed(given.study)
    if out is None:
        return Notice("Who is who", Tone.DONE, tuple(printable("  ".join(part or "-" for part in row)) for row in rows))
    written_to(out, rows)
    return Notice(f"The identities are in {out}; only this account can read it", Tone.DONE)


def lock_vault(given: Given) -> Notice:
    """Give the vault a passphrase."""
    from workstation.app.studies import lock_vault as put_under

    if given.values.get("new") != given.values.get("again"):
        raise UsageRefused("The two passphrases differ. Type it again")
    with _opened_by(given):
        put_under(given.folder, lambda: given.values.get("new", ""))
    return Notice("The vault is under that passphrase now. Nobody can recover it: keep it in a safe place", Tone.DONE)


def unlock_vault(given: Given) -> Notice:
    """Take the passphrase away."""
    from workstation.app.studies import unlock_vault as take_away

    with _opened_by(given):
        take_away(given.folder)
    return Notice("The vault has no passphrase now", Tone.DONE)


def adopt_vault(given: Given) -> Notice:
    """Take the vault as it stands."""
    differed = given.study.adopt_vault(given["why"])
    named = f"These weren't what its chain said: {', '.join(differed)}" if differed else "No row differed"
    return Notice("The identities are taken as they stand, and the record says why", Tone.DONE, (named,))


def _opened_by(given: Given) -> AbstractContextManager[None]:
    """What opens the vault meanwhile: the passphrase that it has now, as it was typed."""
    from storage.vault import vault_passphrase

    return vault_passphrase.answered(given.values.get("now", ""))


SECRETS: Final = (
    StudyTask(
        "study.reveal",
        "Who is who",
        GROUP,
        "study reveal",
        "Names and dates of all subjects, here or in a file. The record says that it was asked for, and why.",
        reveal,
        (
            Field("why", "Why", Asked.REASON, "goes on the record; it must name nobody", option="why"),
            Field("out", "Write to a new file", Asked.NEW_FILE, "empty: shown here", needed=False, option="out"),
        ),
        warns="That identities were seen stays on the record.",
    ),
    StudyTask(
        "study.lock_vault",
        "Put the identities under a passphrase",
        GROUP,
        "study lock-vault",
        "From then on the study opens for the coordinator with that passphrase only. Readers don't need it.",
        lock_vault,
        (
            Field("new", "New passphrase", Asked.HIDDEN),
            Field("again", "The same again", Asked.HIDDEN),
            Field("now", "The passphrase that it has now", Asked.HIDDEN, "empty: it has none", needed=False),
        ),
        warns="A passphrase that is forgotten can't be recovered, and with it goes who the subjects are.",
        alone=True,
    ),
    StudyTask(
        "study.unlock_vault",
        "Take the passphrase of the identities away",
        GROUP,
        "study unlock-vault",
        "The vault is then a plain file again.",
        unlock_vault,
        (Field("now", "Its passphrase", Asked.HIDDEN),),
        alone=True,
    ),
    StudyTask(
        "study.adopt_vault",
        "Take the identities as they are",
        GROUP,
        "study adopt-vault",
        "For identities that the audit finds changed, once somebody has looked: mended by hand, or an older copy.",
        adopt_vault,
        (Field("why", "Why", Asked.REASON, "goes on the record; it must name nobody", option="why"),),
        warns="A person who was exchanged stays exchanged. Restoring the identities brings their last copy back.",
    ),
)
