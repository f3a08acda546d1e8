"""Tasks that keep a study from being lost: backups and the way back from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workstation.managing.counted import counted
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Safekeeping"


def back_up(given: Given) -> Notice:
    """Make a backup now."""
    from workstation.app.safekeeping import back_up as make

    made = make(given.folder)
    return Notice(f"Backed up to backups/{made}" if made else "The newest backup holds everything", Tone.DONE)


def restore(given: Given) -> Notice:
    """Put a backup in place."""
    from workstation.app.numbers import audit_pixels
    from workstation.app.safekeeping import restore as put_back

    done, not_followed = put_back(given.folder, given["name"] or None, given["why"], given["passphrase"])
    lost = f"{counted(done.lost, 'row')} of the record are in that file alone" if done.lost else "nothing was lost"
    audit_pixels(given.folder, given.told)
    text = f"Restored {done.backup.file.name}. The file before it is kept as backups/{done.kept}; {lost}"
    lines = (not_followed,) if not_followed else ()
    return Notice(text, Tone.ATTENTION if done.lost or not_followed else Tone.DONE, lines)


def salvage(given: Given) -> Notice:
    """Bring over what a damaged study still shows."""
    from workstation.app.safekeeping import salvage as bring_over

    done = bring_over(given.folder, given.path("out"))
    lines = [f"{counted(done.answers, 'answer')} and {counted(done.acts, 'act')} were brought over, each proven."]
    if done.beyond:
        lines.append(
            f"{counted(done.beyond, 'answer')} behind a gap stand in {', '.join(done.to_enter)}: enter them again."
        )
    if done.doubts:
        lines.append(f"The audit of the new study says: {done.doubts}")
    whole = not (done.beyond or done.doubts)
    return Notice(f"The new study is in {given['out']}", Tone.DONE if whole else Tone.ATTENTION, tuple(lines))


def keep_vault(given: Given) -> Notice:
    """Copy the vault elsewhere."""
    from workstation.app.safekeeping import keep_vault as keep

    made = keep(given.folder, given.path("folder"), given.number("newest", 10))
    return Notice(
        f"Kept {made}. If vault.db and all its copies are lost, nobody can say who the subjects are", Tone.DONE
    )


def restore_vault(given: Given) -> Notice:
    """Put a copy of the vault in place."""
    from workstation.app.safekeeping import restore_vault as put_back

    done = put_back(given.folder, given["name"] or None)
    kept = f"The file before it is kept as {done.kept}" if done.kept else "There was none before"
    return Notice(f"vault.db is now {done.copy}. {kept}. Add the scans again, then check", Tone.DONE)


def _backups(folder: Path) -> Sequence[tuple[str, str]]:
    from workstation.app.safekeeping import backups

    listed = [
        (item.file.name, f"{item.at:%Y-%m-%d %H:%M} UTC, {counted(item.events, 'answer')}") for item in backups(folder)
    ]
    return (("", "the newest that is intact" if listed else "there is none yet"), *listed)


def _vault_copies(folder: Path) -> Sequence[tuple[str, str]]:
    from workstation.app.safekeeping import vault_copies

    listed = [(copy.name, copy.name) for copy in vault_copies(folder)]
    return (("", "the newest" if listed else "there is none yet"), *listed)


KEEPING: Final = (
    StudyTask(
        "study.backup",
        "Back up now",
        GROUP,
        "study backup",
        "The program backs up by itself after each session and each change. Identities are not in it.",
        back_up,
    ),
    StudyTask(
        "study.restore",
        "Restore a backup",
        GROUP,
        "study restore",
        "Puts a backup of the answers in place. The file that was there is kept. Close readers' windows first.",
        restore,
        (
            Field("name", "Backup", Asked.CHOICE, choices=_backups, needed=False, option="from"),
            Field(
                "why", "Why answers may go", Asked.REASON, "only if answers would be lost", needed=False, option="why"
            ),
            Field(
                "passphrase",
                "Passphrase of the identities",
                Asked.HIDDEN,
                "if they have one: what was decided since the backup then holds again",
                needed=False,
            ),
        ),
        warns="What is not in the backup is then in the kept file alone.",
        alone=True,
    ),
    StudyTask(
        "study.salvage",
        "Salvage a damaged study",
        GROUP,
        "study salvage",
        "Makes a new study of what a damaged file still shows, with the help of its backups. This one is only read.",
        salvage,
        (Field("out", "New folder", Asked.NEW_FOLDER),),
    ),
    StudyTask(
        "study.keep_vault",
        "Keep a copy of the identities elsewhere",
        GROUP,
        "study keep-vault",
        "Copies vault.db to a folder outside the study, such as a drive that only you can reach.",
        keep_vault,
        (
            Field("folder", "Folder", Asked.FOLDER),
            Field("newest", "Copies to keep there", Asked.NUMBER, "10", needed=False, option="newest"),
        ),
    ),
    StudyTask(
        "study.restore_vault",
        "Restore the identities",
        GROUP,
        "study restore-vault",
        "Puts a copy of vault.db in place; the file that was there is kept. Close other windows of this study first.",
        restore_vault,
        (Field("name", "Copy", Asked.CHOICE, choices=_vault_copies, needed=False, option="from"),),
        warns="What was chosen or imported since that copy isn't in it.",
        alone=True,
    ),
)
