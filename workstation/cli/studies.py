"""Commands about a study as a whole, for the coordinator."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scoring.schemes.folder import DEFAULT as DEFAULT_SCHEME
from workstation.app import safekeeping
from workstation.app import studies as app
from workstation.app.servers import joining, meeting
from workstation.app.servers.images import lying_at
from workstation.app.servers.passwords import DATABASE_VARIABLE
from workstation.cli.arguments import PathOrAddress, PlainText
from workstation.cli.shared import (
    DIRECTORY,
    DONE,
    FINDINGS,
    JSON_OPTION,
    PATH,
    ask_password,
    cli,
    complain,
    new_passphrase,
    progress_line,
    say,
    study,
    tell_cases,
    warn_of_identity,
)
from workstation.errors import UsageRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.intake.importing.check_report import CheckReport
    from workstation.intake.report import ImportReport


ANYWAY_OPTION = click.option(
    "--anyway", is_flag=True, help="Take subjects with findings that aren't settled. Needs --why."
)
WHO_OPTION = click.option("--who", metavar="NAME", help="Your name. It is kept in the vault and asked only once.")


@study.command("create")
@click.argument("directory", metavar="DIR", type=PathOrAddress())
@click.option(
    "--scheme",
    default=DEFAULT_SCHEME,
    show_default=True,
    metavar="NAME|FOLDER",
    help="The scoring scheme: a shipped one (ramris scheme list), or a folder of your own.",
)
@click.option(
    "--order",
    type=click.Choice(["known", "hidden", "single"]),
    help="Whether the reader knows which visit came first (default: known). single: each scan is read alone, mixed "
    "over visits and people.",
)
@click.option(
    "--unit",
    type=click.Choice(["both", "pair", "scan"]),
    help="What one case shows. both: two visits as a pair, a lone visit as a scan (default); pair: a lone visit waits; "
    "scan: the same as --order single.",
)
@click.option("--vault-passphrase", is_flag=True, help="Protect vault.db with a passphrase, which is asked for.")
@click.option(
    "--record",
    default="",
    type=PlainText(),
    metavar="URL",
    help="Where the record lies: postgresql://HOST/DATABASE of an empty database. Default: study.db in DIR.",
)
def create(
    *, directory: Path | str, scheme: str, order: str | None, unit: str | None, vault_passphrase: bool, record: str
) -> int:
    """Make an empty study in DIR."""
    if isinstance(directory, str):
        raise UsageRefused(
            f"a study is a folder, also where its record lies on a server: ramris study create DIR --record {directory}"
        )
    order, unit = app.order_and_unit(order, unit)
    passphrase = new_passphrase() if vault_passphrase else None
    app.create_study(directory, scheme, order, passphrase, unit=unit, record=record)
    if record:
        joining.remember(directory)
    say(f"Made a study in {directory}. Next: ramris study add {directory} FOLDER...")
    return DONE


@study.command("add")
@DIRECTORY
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH...")
@click.option("--add-to-read", is_flag=True, help="Also add new series and slices to visits that have been read.")
@click.option("--why", default="", metavar="TEXT", help="The reason for --add-to-read. It goes on the record.")
@JSON_OPTION
def add(directory: Path, paths: tuple[Path, ...], add_to_read: bool, why: str, as_json: bool) -> int:
    """Find DICOM below each PATH, recognise it, and copy it in without identities.

    Ctrl+C stops safely; the same command again goes on from there. What has been read changes only with --add-to-read.
    """
    if add_to_read != bool(why.strip()):
        raise click.UsageError("--add-to-read and --why TEXT go together: the record keeps why readers see more")
    warn_of_identity(why)
    report = app.add_to_study(directory, paths, progress_line(), why)
    return _tell_report(report, as_json=as_json)


@study.command("check")
@DIRECTORY
@JSON_OPTION
def check(directory: Path, as_json: bool) -> int:
    """Show what each pair lacks or has changed, what that means for scoring, and what to do.

    The file protocol.toml in DIR says what a pair must have.
    """
    return _tell_report(app.check_study(directory), as_json=as_json)


@study.command("hand-over")
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
@click.option(
    "--reader", metavar="ID", help="Whose copy. Default: one copy for each reader, in a folder named by the id."
)
@click.option(
    "--borders-seen", is_flag=True, help="A person has looked at the borders of every series with another program."
)
@ANYWAY_OPTION
@click.option(
    "--why", default="", metavar="TEXT", help="The reason. It is kept in the vault. For --borders-seen and --anyway."
)
@click.option(
    "--images-apart",
    type=PATH,
    metavar="FOLDER",
    help="Write the images, encrypted, to this folder for a web server or a share, and not to OUT.",
)
@click.option(
    "--images-url",
    default="",
    metavar="ADDRESS",
    help="With --images-apart: where readers find that folder, as https://HOST/PATH or as a path. Default: FOLDER.",
)
@click.option("--images-user", default="", metavar="NAME", help="With --images-apart: whom the web server asks for.")
@click.option("--to", "address", metavar="URL", type=PlainText(), help="Put the copy on this server too.")
@click.option("--ca", type=PATH, metavar="FILE", help="With --to: certificate of the server's own authority (PEM).")
@WHO_OPTION
@JSON_OPTION
def hand_over(
    *,
    directory: Path,
    out: Path,
    reader: str | None,
    borders_seen: bool,
    anyway: bool,
    why: str,
    images_apart: Path | None,
    images_url: str,
    images_user: str,
    address: str | None,
    ca: Path | None,
    who: str | None,
    as_json: bool,
) -> int:
    """Write a reader's copy of the study to the folder OUT: that reader's open cases and their images, nothing else.

    No vault, no names, no dates, no other reader, and no first reading that is read again. Each case has images of its
    own under new names, so that nothing but the pixels tells which two are of one subject. What is read there comes
    back with `ramris study merge DIR OUT`, or with --to by the server: `ramris study merge DIR URL`.

    Refused until a person has seen the border of every series in it, where names may be in the pixels: Ctrl+E in
    `ramris manage DIR` shows those of a subject at once. Subjects with a finding that isn't settled are left out.

    With --to it is refused while an older copy of the reader has sent what isn't merged, since the new one wouldn't
    know it. --anyway does both all the same.

    With --images-apart OUT is small, and only OUT can open what FOLDER holds: readers get OUT, and fetch the images
    while they read. Of several readers each has a folder of its own in both, named by the id.
    """
    if images_apart is None and (images_url or images_user):
        raise click.UsageError("--images-url and --images-user go with --images-apart")
    if (borders_seen or anyway) != bool(why.strip()):
        raise click.UsageError("each of --borders-seen and --anyway goes with --why TEXT, which says where, or why.")
    apart = None if images_apart is None else lying_at(images_apart, images_url, images_user)
    asked = partial(ask_password, variable=DATABASE_VARIABLE)
    if address is not None:
        # before anything is written: it is there, takes copies, and has nothing that the new copy wouldn't know
        left = meeting.ready_for_another(directory, reader, address, ca, asked)
        for line in left:
            complain(line)
        if left and not anyway:
            raise UsageRefused(
                f"not handed over: first ramris study merge {directory} {address}; or again with --anyway --why TEXT"
            )
    made, left_out = app.hand_over(directory, out, reader, (who, why), seen=borders_seen, anyway=anyway, apart=apart)
    if address is not None:
        meeting.put_or_told(directory, [item.folder for item in made], address, ca, asked)
    if as_json:
        copies = [{**asdict(item), "folder": str(item.folder)} for item in made]
        click.echo(json.dumps({"copies": copies, **({"left_out": list(left_out)} if left_out else {})}))
        return FINDINGS if left_out else DONE
    for item in made:
        later = f" Not copied, because signed: {item.signed}." if item.signed else ""
        later += f" Not copied, because excluded: {item.excluded}." if item.excluded else ""
        later += f" Not copied, because not due yet: {item.later}. Hand over again later." if item.later else ""
        what = f"{item.cases} case{'' if item.cases == 1 else 's'}, {item.images} images"
        say(f"Handed over to {item.folder} for {item.reader}: {what}.{later}")
    if apart is not None:
        say(f"The images are in {apart.folder}, encrypted: put what is in it where {apart.address} shows it.")
    back = made[0].folder if address is None else address
    say(f"The identities stay in {directory}. After reading: ramris study merge {directory} {back}")
    return tell_left_out(left_out)


@study.command("design")
@DIRECTORY
@click.option("--set", "setting", metavar="KEY=VALUE", help="Change one part. An unknown KEY lists the possible ones.")
@click.option("--why", default="", metavar="TEXT", help="The reason. Needed as soon as there is a grade.")
@JSON_OPTION
def design(directory: Path, setting: str | None, why: str, as_json: bool) -> int:
    """Show how the study is read: scheme, order, readers, rules and seeds, with every earlier version."""
    if why and setting is None:
        raise click.UsageError("--why goes with --set")
    warn_of_identity(why)
    found, lines = app.design(directory, setting, why)
    if as_json:
        click.echo(json.dumps(found))
    else:
        for line in lines:
            say(line)
    return DONE


@study.command("lock")
@DIRECTORY
@click.option("--incomplete", is_flag=True, help="Lock although readings lack answers or signatures. Needs --why.")
@click.option("--why", default="", metavar="TEXT", help="The reason. It goes on the record.")
@JSON_OPTION
def lock(directory: Path, incomplete: bool, why: str, as_json: bool) -> int:
    """Lock the study for its analysis: no grade can be given or changed, and no case assigned."""
    warn_of_identity(why)
    found = app.lock(directory, why, incomplete=incomplete)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        count = f"{found.readings} reading{'' if found.readings == 1 else 's'}"
        say(f"Locked: {count}. Next: ramris export {directory} OUT")
        if found.incomplete or found.unsigned:
            say(f"Of these {found.incomplete} lack answers and {found.unsigned} aren't signed; the export says so.")
    return DONE


@study.command("unlock")
@DIRECTORY
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record.")
def unlock(directory: Path, why: str) -> int:
    """Unlock a locked study."""
    warn_of_identity(why)
    app.unlock(directory, why)
    say(f"Unlocked {directory}. Earlier exports hold the locked state. The record says when and why it was unlocked.")
    return DONE


@study.command("lock-vault")
@DIRECTORY
def lock_vault(directory: Path) -> int:
    """Protect vault.db with a passphrase, or with another one. Without it nobody can open the identities.

    A terminal asks for it twice. Scripts give it in RAMRIS_NEW_VAULT_PASSPHRASE.
    """
    app.lock_vault(directory, new_passphrase)
    say(f"The vault of {directory} has a passphrase now. Keep it safe: without it the identities are lost")
    return DONE


@study.command("unlock-vault")
@DIRECTORY
def unlock_vault(directory: Path) -> int:
    """Remove the passphrase from vault.db."""
    app.unlock_vault(directory)
    say(f"The vault of {directory} has no passphrase any more")
    return DONE


@study.command("adopt-vault")
@DIRECTORY
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record of the study.")
def adopt_vault(directory: Path, why: str) -> int:
    """Take vault.db as it stands, although it was changed past the program. The audit says so from then on.

    For a vault that was mended by hand, or an older copy that was put in its place. Look at it first: a person who was
    exchanged stays exchanged. `study restore-vault` puts the last copy back instead.
    """
    warn_of_identity(why)
    differed = safekeeping.adopt_vault(directory, why)
    named = f"These weren't what its chain said: {', '.join(differed)}" if differed else "No row differed"
    say(f"The vault of {directory} is taken as it stands, and the record says why. {named}")
    return DONE


@study.command("reveal")
@DIRECTORY
@click.option("--why", required=True, metavar="TEXT", help="The reason. It goes on the record of the study.")
@click.option(
    "--out", type=PATH, metavar="FILE", help="A CSV file that only this account can read. Default: print on the screen."
)
def reveal(directory: Path, why: str, out: Path | None) -> int:
    """Show the identities: case, subject, person and dates of visits. Needs the vault, and goes on the record."""
    warn_of_identity(why)
    lines = app.reveal(directory, why, out)
    for line in lines:
        say(line)
    return DONE


@cli.command()
@DIRECTORY
@click.option("--reader", metavar="ID", help="Whose cases are read again.")
@click.option("--n", type=int, metavar="N", help="How many of the completed cases. Default: as the design says.")
@click.option("--seed", type=int, help="Seed of the draw. Default: a new one, which is stored.")
@click.option(
    "--after-days",
    type=int,
    metavar="D",
    help="Each case appears at midnight (UTC), D days after its last answer; 0: at once. "
    "Left out: as the design says, else 0.",
)
@click.option(
    "--unit",
    type=click.Choice(("case", "pair", "scan")),
    default="case",
    help="What is drawn: each case as it was first read (default), pairs alone, or scans: each scan alone, by lot over "
    "people and visits.",
)
@click.option("--sizes", is_flag=True, help="Draw nothing. Show how exact the ICC will be for 10, 20, 30 and 50 cases.")
@JSON_OPTION
def reread(
    *,
    directory: Path,
    reader: str | None,
    n: int | None,
    seed: int | None,
    after_days: int | None,
    unit: str,
    sizes: bool,
    as_json: bool,
) -> int:
    """Give a reader N random cases or scans to read again, under new codes, mixed among those still unread.

    The reader can't open their first readings from now on. The output says which cases they are, so it is for the
    coordinator only.
    """
    if sizes:
        found, lines = app.reread_sizes()
        if as_json:
            click.echo(json.dumps({"sizes": found}))
        else:
            for line in lines:
                say(line)
        return DONE
    if reader is None:
        raise click.UsageError("Missing option '--reader'.")
    cases = app.reread(directory, reader, n, seed, after_days, unit=unit)
    what_now = f" to read again. When they are read: ramris agreement {directory} --reader {reader}"
    return tell_cases(reader, cases, what_now, as_json=as_json, with_due=True, unit=unit)


def tell_left_out(subjects: Sequence[str]) -> int:
    """Say who was left out; the exit status."""
    from workstation.intake.importing.giving import told

    if subjects:
        say(f"Left out: {told(subjects)}")
    return FINDINGS if subjects else DONE


def _tell_report(report: ImportReport | CheckReport, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps(report.as_json()))
    else:
        for line in report.as_text():
            say(line)
    return FINDINGS if report.has_findings else DONE
