"""Task that fetches scans from a server of the hospital or the trial, and adds them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from workstation.errors import UsageRefused
from workstation.managing.state import Managed, Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, Shown, StudyTask
from workstation.managing.wording import about_import


def fetch(given: Given) -> Notice:
    """Ask the server, and fetch what is new unless it is only to be shown."""
    from workstation.app.servers import passwords
    from workstation.app.servers import pulling as app

    if given["again"] and given["list"]:
        raise UsageRefused("“Only show what is there” fetches nothing: untick it, or “Also what is here already”")
    names = ("address", "user", "ca", "patient", "description", "since", "until")
    last = app.asked(given.folder, app.Typed(*(given[name] for name in names)))
    credentials = passwords.credentials_for(last.address, last.user, lambda user: _typed(given, user))
    if given.ticked("list"):
        found = app.looked(given.folder, last, credentials, given.told, given.cancelled)
        first, *more = app.summary(found)
        return Notice(first, Tone.DONE, (*more, *app.as_lines(found.lines)))
    found = app.pulled(
        given.study,
        last,
        credentials,
        given.told,
        given.cancelled,
        again=given.ticked("again"),
        incomplete=given.ticked("incomplete"),
    )
    if given.ticked("keep"):
        passwords.keep(last.address, last.user, credentials.password)
    first, *more = app.summary(found)
    imported = about_import(found.report) if found.report is not None else None
    details = (*more, *((imported.text, *imported.details) if imported else ()))
    return Notice(first, Tone.ATTENTION if app.unfinished(found) else Tone.DONE, details)


def shown(managed: Managed) -> Shown:
    """What was asked the last time stands in the fields."""
    from workstation.app.servers.pulling import typed_of

    if managed.server is None:
        return Shown("No server was asked yet.", (), (), "Whoever runs the server knows its address.")
    return Shown("As it was asked the last time.", (), (), "", asdict(typed_of(managed.server)))


def _typed(given: Given, user: str) -> str:
    if not given["password"]:
        raise UsageRefused(f"“Password” is empty, and none is kept for {user}")
    return given["password"]


FETCHING: Final = (
    StudyTask(
        "study.pull",
        "Fetch scans from a server",
        "Scans",
        "study pull",
        "Asks a server that speaks DICOMweb, such as Orthanc, which scans it has, fetches those that are new here, and "
        "adds them as Ctrl+O does. What comes is kept in the folder “incoming” of the study and holds names.",
        fetch,
        (
            Field(
                "address",
                "Address",
                hint="https://HOST/dicom-web ; empty: as the last time",
                needed=False,
                option="from",
            ),
            Field("user", "User", hint="empty if the server asks nobody", needed=False, option="user"),
            Field("password", "Password", Asked.HIDDEN, "empty if it is kept", needed=False),
            Field("patient", "Only these patient IDs", hint="RA-0* ; empty: all", needed=False, option="patient"),
            Field("description", "Only studies described so", hint="*wrist*", needed=False, option="description"),
            Field("since", "From this day on", hint="2026-05-01", needed=False, option="since"),
            Field("until", "Until this day", hint="2026-11-30", needed=False, option="until"),
            Field(
                "ca",
                "Certificate of the server's authority",
                Asked.FILE,
                "a file (PEM), if the hospital has one of its own",
                needed=False,
                option="ca",
            ),
            Field("list", "Only show what is there", Asked.YES, needed=False, option="list"),
            Field("again", "Also what is here already, to see what changed", Asked.YES, needed=False, option="again"),
            Field(
                "incomplete",
                "Also series that come with fewer images than the server says",
                Asked.YES,
                needed=False,
                option="as-it-comes",
            ),
            Field("keep", "Keep the password in the key store of this account", Asked.YES, needed=False),
        ),
        shows=shown,
    ),
)
