"""Task around the study's schemes: one more beside its own, with readers of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workstation.app.window_tasks.reading import WHY
from workstation.errors import UsageRefused
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

GROUP: Final = "Worklists"
NO_MORE: Final = ("", "as the reader's worklist is, else the study's own")


def change(given: Given) -> Notice:
    """Take a further scheme in, or out again."""
    from workstation.app import schemes_of_study
    from workstation.app.schemes.given import whole_folder

    folder = str(given.path("folder")) if given["folder"] else ""
    if bool(given["scheme"]) == bool(folder):
        raise UsageRefused("Choose a scheme of the program, or the folder of one of your own")
    if given.ticked("remove"):
        if folder:
            raise UsageRefused("Choose in “Scheme” which one is to be removed")
        given.study.remove_scheme(given["scheme"], given["why"])
        return Notice(f"Removed {given['scheme']}; nobody was given a case of it", Tone.DONE)
    scheme = given.study.add_scheme(
        whole_folder(folder or given["scheme"]), given["why"], without_images=given.ticked("without_images")
    )
    lines = ["Its readers are others than those of the study's own: whoever reads by two schemes has two ids"]
    if schemes_of_study.reads_without_images(given.study, scheme):
        lines.append(f"{schemes_of_study.WITHOUT_IMAGES}. “Who is who” lists them")
    lines.append(f"Next: assign cases, with {scheme.id} in “Scheme”")
    return Notice(f"Added {scheme.id} {scheme.version}", Tone.DONE, tuple(lines))


def of_this_study(folder: Path) -> Sequence[tuple[str, str]]:
    """What a reader may read by."""
    from workstation.app import schemes_of_study

    return (NO_MORE, *((name, name) for name in schemes_of_study.ids_in(folder)))


def _shipped(folder: Path) -> Sequence[tuple[str, str]]:
    from scoring.schemes.folder import shipped_ids
    from scoring.schemes.load import shipped_scheme
    from workstation.app import schemes_of_study

    here = schemes_of_study.ids_in(folder)
    words = {name: f"{name}: {shipped_scheme(name).name}" for name in shipped_ids()} | {
        name: name for name in here if name not in shipped_ids()
    }
    told = ((name, f"{line}  (in this study)" if name in here else line) for name, line in words.items())
    return (("", "one of your own, in a folder"), *told)


SCHEMES: Final = (
    StudyTask(
        "study.scheme",
        "Schemes: let the study be read by one more",
        GROUP,
        "study scheme",
        "MRI by one reader, radiographs by another: a further scheme has readers, worklists and case codes of its own, "
        "and neither reader's copy says anything of the other. Exports join the readings by person and visit.",
        change,
        (
            Field("scheme", "Scheme", Asked.CHOICE, choices=_shipped, needed=False, option="scheme"),
            Field("folder", "Folder of your own scheme", Asked.FOLDER, needed=False),
            Field("without_images", "Its readers look at the images in another viewer", Asked.YES, needed=False),
            Field("remove", "Remove it, while nobody has cases of it", Asked.YES, needed=False),
            WHY,
        ),
    ),
)
