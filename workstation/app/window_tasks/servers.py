"""Tasks around the server where copies of readers at other sites meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workstation.errors import UsageRefused
from workstation.managing.counted import counted
from workstation.managing.meeting_board import Asking
from workstation.managing.state import Managed, Notice, Tone
from workstation.managing.study_tasks import Asked, Field, Given, Shown, StudyTask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from storage.server.connecting import Server
    from workstation.intake.importing.giving import Anyway

GROUP: Final = "Readers at other sites"
PUT: Final = "Put copies on the server that were handed over"
MERGE_ID: Final = "study.server_merge"
MERGE: Final = "Bring back what readers have sent to the server"
UNSETTLED: Final = "Also subjects with unsettled findings"
UNMERGED: Final = "Also while an older copy has sent what isn't merged"


def hand_over(given: Given) -> Notice:
    """Write the copies, their images apart where that is asked for, and put their records on the server."""
    from storage.errors import StudyError
    from storage.files.watched import Watched
    from workstation.app.servers.images import lying_at
    from workstation.intake.importing.giving import hand_over_settled

    if not given["web"] and (given["url"] or given["images_user"]):
        raise UsageRefused("“Address of the images” and “User of the images” go with “Images apart, in”: fill that in")
    anyway = _anyway(given)
    apart = lying_at(given.path("web"), given["url"], given["images_user"]) if given["web"] else None
    server = None if given.ticked("only") else _server(given)
    try:
        if server is not None and not given.ticked("unmerged") and (left := _left_there(given, server)):
            told = f"Not handed over: first “{MERGE}” (Ctrl+J, Ctrl+M), or tick “{UNMERGED}”"
            return Notice(told, Tone.FAILED, left)
        watched = Watched(given.told, given.cancelled)
        made, left_out = hand_over_settled(
            given.study, given.path("out"), given["reader"] or None, anyway, apart=apart, watched=watched
        )
        lines = [
            f"{item.reader}: {counted(item.cases, 'case')}, {counted(item.images, 'image')}, in {item.folder}"
            for item in made
        ]
        if apart is not None:
            lines.append(f"Put what is in {apart.folder} where readers find it as {apart.address}. It is encrypted.")
        if left_out:
            lines.append(f"Left out until findings are settled (Q), or taken with “{UNSETTLED}”: {', '.join(left_out)}")
        if server is not None:
            try:
                _put(given, server, [item.folder for item in made])
            except StudyError as error:
                told = f"{error}. The copies are handed over all the same: “{PUT}” does the rest when it answers again"
                return Notice(told, Tone.FAILED, tuple(lines))
    finally:
        if server is not None:
            server.close()
    where = "" if server is None else f" They are on the server too: Ctrl+J shows how far {_each(len(made))}."
    text = f"Handed over to {given['out']} for {', '.join(item.reader for item in made)}.{where}"
    return Notice(text, Tone.ATTENTION if left_out else Tone.DONE, tuple(lines))


def _anyway(given: Given) -> Anyway | None:
    """Who takes subjects whose findings aren't settled, and why; None where they are left out."""
    from workstation.app.studies import named
    from workstation.intake.importing.giving import Anyway

    if not given.ticked("anyway"):
        if given["why"] or given["who"]:
            raise UsageRefused(f"“Why” and “Who decides that” go with “{UNSETTLED}”: tick that, or leave them empty")
        return None
    if not given["why"]:
        raise UsageRefused(f"“{UNSETTLED}” needs a reason, which is kept with the identities: fill in “Why”")
    return Anyway(named(given.study, given["who"] or None, "who decides"), given["why"])


def _left_there(given: Given, server: Server) -> tuple[str, ...]:
    """A line for each older copy with answers that aren't merged: the new one wouldn't know them."""
    from storage.server.coming_home import unmerged

    return tuple(
        f"The copy of {line.reader}, handed over {line.handed}, has sent {counted(line.answers, 'answer')}, and not "
        "all that it sent is merged"
        for line in unmerged(given.folder, server, given["reader"] or None)
    )


def put(given: Given) -> Notice:
    """Put copies there that were handed over."""
    folders = given.paths("copies")
    with _server(given) as server:
        _put(given, server, folders)
    return Notice(f"{counted(len(folders), 'copy', 'copies')} on the server. Ctrl+J shows how far readers are")


def merge(given: Given) -> Notice:
    """Bring home what all copies have sent by now."""
    from storage.files.watched import Watched
    from storage.server.coming_home import bring_home

    if given["why"]:
        given.study.check_reason(given["why"])
    with _server(given) as server:
        done = bring_home(
            given.folder, server, other_images_why=given["why"], watched=Watched(given.told, given.cancelled)
        )
    lines = [
        f"{item.copy}: {counted(item.answers, 'answer')}, {counted(item.acts, 'act')}, {counted(item.notes, 'note')}"
        for item in done.merged
    ]
    lines += [f"Not merged, {reader}: {why}" for reader, why in done.refused]
    if not lines:
        stopped = given.cancelled()
        return Notice("Stopped. Nothing was merged" if stopped else "Nothing new came", Tone.DONE)
    text = f"Merged what came of {counted(len(done.merged), 'copy', 'copies')}"
    if done.refused:
        text += f"; of {counted(len(done.refused), 'copy', 'copies')} it was refused"
    if given.cancelled():
        text += ". Stopped: what wasn't merged stays on the server"
    return Notice(text, Tone.ATTENTION if done.refused else Tone.DONE, tuple(lines))


def shown(managed: Managed) -> Shown:
    """The server that was used last stands in the fields."""
    if managed.meets is None:
        return Shown("", (), (), "No server was used for this study yet. Whoever keeps it gives address and password.")
    return Shown("", (), (), "The server of the last time.", {"address": managed.meets.address, "ca": managed.meets.ca})


def _server(given: Given) -> Server:
    """The server as it is named, which has taken the login."""
    from storage.server.connecting import Server
    from workstation.app.servers.meeting import PATIENT_S
    from workstation.app.servers.watching import keep_what_was_typed, opened

    asking = Asking(given["address"], given["ca"], given["password"], keep=given.ticked("keep"))
    address, password = opened(given.folder, asking)
    server = Server.connect(address, password, PATIENT_S)
    try:
        keep_what_was_typed(given.folder, address, asking, password)
    except BaseException:
        server.close()
        raise
    return server


def _put(given: Given, server: Server, folders: Sequence[Path]) -> None:
    from storage.server import published

    for number, folder in enumerate(folders):
        given.told(number, len(folders), "putting copies on the server,")
        published.put(server, given.folder, folder)


def _each(count: int) -> str:
    return "it is" if count == 1 else "each is"


_CA: Final = Field(
    "ca",
    "Certificate of the server's authority",
    Asked.FILE,
    "a file (PEM), if the server has one of its own",
    needed=False,
    option="ca",
)
_WHERE: Final = (
    Field("address", "Address", hint="postgresql://LOGIN@HOST/DATABASE ; empty: as the last time", needed=False),
    Field("password", "Password", Asked.HIDDEN, "empty if it is kept", needed=False),
    _CA,
    Field("keep", "Keep the password in the key store of this account", Asked.YES, needed=False),
)

SERVERS: Final = (
    StudyTask(
        "study.server_hand_over",
        "Hand over to readers at other sites",
        GROUP,
        "study hand-over --to",
        "Writes the copies as Ctrl+H does and puts their records on the server, from where readers fetch them. Images "
        "go to a folder apart, encrypted, for a web server or a share; left empty, they stay in the copies. What isn't "
        "settled is left out (Q), or taken with a reason.",
        hand_over,
        (
            Field("out", "New folder", Asked.NEW_FOLDER, "outside the study"),
            Field("reader", "Only this reader", Asked.READER, needed=False, option="reader"),
            *_WHERE,
            Field("only", "Without a server: the copies are carried", Asked.YES, needed=False),
            Field("unmerged", UNMERGED, Asked.YES, needed=False),
            Field(
                "web",
                "Images apart, in",
                Asked.NEW_FOLDER,
                "a new folder for the web server or the share",
                needed=False,
                option="images-apart",
            ),
            Field(
                "url",
                "Address of the images",
                hint="https://HOST/PATH, as readers find that folder",
                needed=False,
                option="images-url",
            ),
            Field("images_user", "User of the images", hint="if that server asks", needed=False, option="images-user"),
            Field("anyway", UNSETTLED, Asked.YES, needed=False, option="anyway"),
            Field("why", "Why", Asked.REASON, "for unsettled findings; kept with the identities", False, option="why"),
            Field("who", "Who decides that", hint="asked once, kept with the identities", needed=False, option="who"),
        ),
        warns="A copy that was handed over can't be called back; cases can (“Take unread cases back from a reader”).",
        shows=shown,
    ),
    StudyTask(
        "study.server_put",
        PUT,
        GROUP,
        "server put",
        "For copies that were handed over while the server didn't answer, or when a lost server was made anew. A copy "
        "that is there already stays as it is.",
        put,
        (Field("copies", "Copies", Asked.FOLDERS, "as they were handed over, one folder in each line"), *_WHERE),
        shows=shown,
    ),
    StudyTask(
        MERGE_ID,
        MERGE,
        GROUP,
        "study merge DIR URL",
        "Merges what all copies have sent by now, with every check that a carried copy meets. It can be done at any "
        "time, and again. Ctrl+J shows how far each reader is.",
        merge,
        (
            *_WHERE,
            Field(
                "why",
                "Take also answers that were given on other images: why",
                Asked.REASON,
                "empty: they are refused and named",
                needed=False,
            ),
        ),
        shows=shown,
    ),
)
