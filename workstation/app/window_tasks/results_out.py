"""Task that writes results of signed readings as DICOM: by codes, or identified for the archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from workstation.errors import UsageRefused
from workstation.managing.state import Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, StudyTask

_SCIENCE: Final = ("science", "Science: codes alone")
_ARCHIVE: Final = ("archive", "Archive: identified")


def _ways(_folder: Path) -> Sequence[tuple[str, str]]:
    return (_SCIENCE, _ARCHIVE)


def results(given: Given) -> Notice:
    """Write them, and say what was left out."""
    from workstation.app.results_out import sending
    from workstation.app.results_out import writing as app
    from workstation.app.servers import passwords

    if not given["address"] and (given["user"] or given["ca"]):
        raise UsageRefused("“User” and “Certificate of the server's authority” go with “Also send it to”")
    address = sending.checked(given["address"]) if given["address"] else ""
    # before anything is written, and before the record says that anybody is named
    credentials = (
        passwords.credentials_for(address, given["user"], lambda user: _typed(given, user)) if address else None
    )
    out, reader, case = given.path("out"), given["reader"], given["case"]
    if given["way"] not in {"", _SCIENCE[0], _ARCHIVE[0]}:
        raise UsageRefused(f"“For”: {given['way']!a:.60} is neither {_SCIENCE[0]} nor {_ARCHIVE[0]}")
    if given["way"] == _ARCHIVE[0]:
        if not given["why"]:
            raise UsageRefused("The archive names people: give the reason, for the record: “Why, for the archive”")
        found = app.archivable(given.folder, out, reader, case)
        done = app.archived(given.study, out, found, given["why"], given.told)
    else:
        if given["why"]:
            raise UsageRefused("“Why, for the archive” is for the archive; with codes nobody is named")
        done = app.for_science(given.folder, out, reader, case, given.told)
    first, *more = app.lines_of(done)
    attention = bool(done.told) or not done.locked
    if credentials is not None:
        ca = given.path("ca") if given["ca"] else None
        sent = sending.send(done.dicom, address, credentials, ca, given.told, cancelled=given.cancelled)
        more += sending.lines_of(sent, len(done.dicom))
        attention = attention or sending.unfinished(sent, len(done.dicom))
    return Notice(first, Tone.ATTENTION if attention else Tone.DONE, tuple(more))


def _typed(given: Given, user: str) -> str:
    if not given["password"]:
        raise UsageRefused(f"“Password” is empty, and none is kept for {user}")
    return given["password"]


RESULTS_OUT: Final = (
    StudyTask(
        "study.results",
        "Results as DICOM",
        "Results",
        "export dicom",
        "Signed readings as structured reports, key images and outlines, with codes alone or identified for the "
        "archive. Until the study is locked repeats stay, and people of whom images are still read.",
        results,
        (
            Field("out", "New folder", Asked.NEW_FOLDER, "outside the study; an earlier one is replaced", option="out"),
            Field("way", "For", Asked.CHOICE, "empty: science", needed=False, choices=_ways, option="for"),
            Field("why", "Why, for the archive", Asked.REASON, "goes on the record", needed=False, option="why"),
            Field("reader", "Only of reader", Asked.READER, needed=False, option="reader"),
            Field("case", "Only of case", needed=False, option="case"),
            Field("address", "Also send it to", hint="https://HOST/dicom-web", needed=False, option="to"),
            Field("user", "User", hint="empty if the server asks nobody", needed=False, option="user"),
            Field("password", "Password", Asked.HIDDEN, "empty if it is kept", needed=False),
            Field("ca", "Certificate of the server's authority", Asked.FILE, "PEM", needed=False, option="ca"),
        ),
    ),
)
