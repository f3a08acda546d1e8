"""Schemes of a study in the coordinator's hands: one more beside its own, one less, and which there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scoring.schemes.scheme import Scheme
    from storage.study.coordinator import CoordinatorStudy

WITHOUT_IMAGES: Final = (
    "Its images aren't part of the study: grades are typed beside another viewer. Give the reader the "
    "images under the case codes"
)


def add(directory: Path, given: str, why: str, *, without_images: bool = False) -> list[str]:
    """Take a further scheme into a study, once nothing in it is wrong: what to do next, in lines."""
    from scoring.schemes.modalities import MODALITIES
    from workstation.app.coordinating import coordinating
    from workstation.app.schemes.given import whole_folder

    folder = whole_folder(given)
    with coordinating(directory) as study:
        scheme = study.add_scheme(folder, why, without_images=without_images)
        lines = [f"Added {scheme.id} {scheme.version}. Its readers, worklists and tables are its own"]
        if reads_without_images(study, scheme):
            lines.append(f"{WITHOUT_IMAGES}; --json of the next command lists them")
        elif scheme.modality != study.scheme.modality:
            lines.append(f"Add the scans again where they hold {MODALITIES[scheme.modality].name}")
    return [*lines, f"Next: ramris study assign {directory} --reader ID --scheme {scheme.id}"]


def reads_without_images(study: CoordinatorStudy, scheme: Scheme) -> bool:
    """Whether the images of a further scheme aren't part of the study."""
    return any(one.without_images for one in study.design().further if one.id == scheme.id)


def remove(directory: Path, scheme: str, why: str) -> str:
    """Take that back while nobody has cases of it; what was done, in a line."""
    from workstation.app.coordinating import coordinating

    with coordinating(directory) as study:
        study.remove_scheme(scheme, why)
    return f"Removed {scheme}; nobody was given a case of it"


def lines_of(directory: Path) -> list[str]:
    """A line for each scheme of a study, its own first, and its readers."""
    from storage.study.coordinator import CoordinatorStudy

    with CoordinatorStudy.open(directory) as study:
        return [f"{name} {version}, {how}: {readers}" for name, version, how, readers in rows_of(study)]


def rows_of(study: CoordinatorStudy) -> Iterator[tuple[str, str, str, str]]:
    """Of each scheme its id, version, how it is read, and by whom."""
    design = study.design()
    called = design.called
    yield study.scheme.id, study.scheme.version, "the study's own", _named(design.by_scheme(None).readers, called)
    for one in design.further:
        how = "without images" if one.without_images else "in the study's images"
        yield one.id, one.version, how, _named(one.readers, called)


def ids_in(directory: Path) -> tuple[str, ...]:
    """The ids of a study's schemes; none where there is no study."""
    from storage.errors import StudyError
    from storage.record.study_file import open_study_file

    try:
        store, row = open_study_file(directory)
    except StudyError:
        return ()
    store.close()
    return tuple(scheme.id for scheme in row.schemes.all)


def _named(readers: tuple[str, ...], called: Mapping[str, str]) -> str:
    return ", ".join(called.get(reader, reader) for reader in readers) or "no reader yet"
