"""Programs as readers: a reader whose grades another program gave, named with its version and hash in the design."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection, select

from scoring.design.read_design import Program, ReadDesign
from scoring.values import replace
from storage.database import study_schema as tables
from storage.errors import StudyError
from storage.record import designs

_LONGEST: Final = 64
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def make_known(connection: Connection, typed: str, name: str, version: str, sha256: str) -> Program:
    """Put down that a reader is a program; the same again is nothing.

    Raises:
        UnknownReader: nothing was assigned to the reader.
        StudyError: a name or version that isn't one line, no SHA-256, the reader is another program, or a person gave
            grades under that id.
    """
    reader = designs.known(connection, typed)
    for what, text in (("--program", name), ("--version", version)):
        if not (0 < len(text.strip()) <= _LONGEST and text.isprintable()):
            raise StudyError(f"{what} {text!a:.60}: one line of 1 to {_LONGEST} characters")
    if not _SHA256.fullmatch(sha256.lower()):
        raise StudyError(f"--hash {sha256!a:.70}: the SHA-256 of the program's file or image, 64 digits 0-9 and a-f")
    wanted = Program(reader, name.strip(), version.strip(), sha256.lower())
    design = designs.current(connection).design
    held = design.program_of(reader)
    if held == wanted:
        return held
    if held is not None:
        raise StudyError(f"{typed} is {held.words} here. Another program or version is another reader: assign it an id")
    event = tables.event.c
    if connection.execute(select(event.seq).where(event.reader == reader).limit(1)).first() is not None:
        raise StudyError(f"{typed} has grades that were given by hand; assign the program an id of its own")
    designs.lay_down(connection, _with(design, wanted), f"{reader} is {wanted.words}")
    return wanted


def _with(design: ReadDesign, program: Program) -> ReadDesign:
    return replace(design, programs=(*design.programs, program))
