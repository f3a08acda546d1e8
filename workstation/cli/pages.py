"""Pages to print and to file: read sheets of signed readings, the charter of the read; and outlines as label maps."""

from __future__ import annotations

import json
from pathlib import Path

import click

from workstation.app.printing import sheets as app
from workstation.app.printing.charter import write_charter
from workstation.app.printing.outlines import write_outlines
from workstation.cli.shared import DIRECTORY, DONE, JSON_OPTION, PATH, cli, progress_line, say
from workstation.managing.counted import counted


@cli.command()
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--reader", default="", metavar="ID", help="Only what this reader has signed.")
@click.option("--case", default="", metavar="CODE", help="Only this case.")
@JSON_OPTION
def sheets(*, directory: Path, out: Path, reader: str, case: str, as_json: bool) -> int:
    """Write a read sheet (PDF) of each signed reading to the folder OUT: scores, checks, key images, signature.

    A sheet names its case by code alone, and its file is named by that. Sheets that lie in OUT are replaced.
    """
    written = app.write_sheets(directory, out, reader, case, progress_line())
    if as_json:
        click.echo(json.dumps({"out": str(out), "sheets": [path.name for path in written]}))
    else:
        for path in written:
            say(str(path))
    return DONE


@cli.command()
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
@click.option("--reader", default="", metavar="ID", help="Only what this reader has signed.")
@click.option("--case", default="", metavar="CODE", help="Only this case.")
@click.option("--seg", is_flag=True, help="Also as DICOM segmentations, OUT/seg. Needs highdicom: ramris[seg].")
@click.option("--images", is_flag=True, help="Also the images that were outlined, as NIfTI in OUT/images.")
@JSON_OPTION
def outlines(*, directory: Path, out: Path, reader: str, case: str, seg: bool, images: bool, as_json: bool) -> int:
    """Write what readers outlined in signed readings to the folder OUT: label maps (NIfTI), and a table of labels.

    A label map lies where its series lies. No name or date is in it. OUT is new, empty, or holds an earlier export,
    which is replaced as a whole.
    """
    found = write_outlines(directory, out, progress_line(), reader=reader, case=case, seg=seg, images=images)
    if as_json:
        click.echo(json.dumps(found.as_json()))
        return DONE
    for file in found.files:
        say(str(found.out / file.name))
    say(f"{counted(found.maps, 'label map')} of {counted(found.readings, 'signed reading')}")
    return DONE


@cli.command()
@DIRECTORY
@click.argument("out", metavar="OUT", type=PATH)
def charter(*, directory: Path, out: Path) -> int:
    """Write the charter of the read to the file OUT (.html or .pdf): who reads what, in which order, by which rules.

    It is made from the design and the draws on the record, and stamped with the design's SHA-256. Not for readers: it
    says how much is read again.
    """
    sha256 = write_charter(directory, out)
    say(f"The charter is in {out}. Design: {sha256}")
    return DONE
