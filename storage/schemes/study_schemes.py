"""Schemes of a study as one value: the scheme of each reader, whose worklist it is the only one of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from sqlalchemy import Connection, select

from scoring.design.further_schemes import FurtherScheme
from scoring.design.read_design import ReadDesign, decoded
from scoring.errors import TomlRefused
from scoring.schemes.load import load_scheme
from scoring.schemes.scheme import Scheme
from storage.database import study_schema as tables
from storage.errors import MENDING, RecordDamaged, StudyError
from storage.files.layout import STUDY_FILE


class StudySchemes(Struct, frozen=True):
    """own: the scheme that the study was made with. further: those beside it, with their readers."""

    own: Scheme
    further: tuple[tuple[FurtherScheme, Scheme], ...] = ()

    def of(self, reader: str) -> Scheme:
        """The scheme that a reader, by id, reads by."""
        return next((scheme for said, scheme in self.further if reader in said.readers), self.own)

    def named(self, scheme_id: str) -> Scheme:
        """A scheme by its id; StudyError names those that there are."""
        found = next((scheme for scheme in self.all if scheme.id == scheme_id), None)
        if found is None:
            have = ", ".join(scheme.id for scheme in self.all)
            raise StudyError(
                f"scheme {scheme_id!a}: this study has {have}; `ramris study scheme add` brings another one in"
            )
        return found

    def asked_for(self, scheme_id: str | None, readers: Sequence[tuple[str, str]]) -> Scheme:
        """The scheme that is named, else that of the readers who are named, else its own.

        Args:
            scheme_id: of the scheme; None where none is named.
            readers: (as typed, id) of each.

        Raises:
            StudyError: no such scheme, or a reader who reads by another one.
        """
        first = self.of(readers[0][1]) if readers else self.own
        wanted = first if scheme_id is None else self.named(scheme_id)
        for typed, reader in readers:
            if (theirs := self.of(reader)).sha256 != wanted.sha256:
                raise StudyError(
                    f"{typed!a} reads by {theirs.id}, not by {wanted.id}: figures are of one scheme; name its readers"
                )
        return wanted

    @property
    def all(self) -> tuple[Scheme, ...]:
        """Its own first, then the others in the order in which they came."""
        return (self.own, *(scheme for _, scheme in self.further))

    @property
    def several(self) -> bool:
        """Whether there is another one beside its own."""
        return bool(self.further)

    def readers_of(self, scheme: Scheme, known: tuple[str, ...]) -> tuple[str, ...]:
        """Those of these readers, by id, who read by a scheme."""
        return tuple(reader for reader in known if self.of(reader).sha256 == scheme.sha256)


def of_study(connection: Connection, own: Scheme, design: ReadDesign | None = None) -> StudySchemes:
    """The schemes as the design that holds names them; RecordDamaged where one isn't what its hash says."""
    table = tables.further_scheme
    texts = {row.id: row for row in connection.execute(select(table))}
    if not texts:
        return StudySchemes(own)
    held = held_design(connection) if design is None else design
    return StudySchemes(
        own, tuple((said, _loaded(said, texts[said.id].toml)) for said in held.further if said.id in texts)
    )


def held_design(connection: Connection) -> ReadDesign:
    """The design that holds now, as it stands on disk."""
    table = tables.design.c
    content: str = connection.execute(select(table.content).order_by(table.id.desc()).limit(1)).scalar_one()
    return decoded(content)


def _loaded(said: FurtherScheme, text: str) -> Scheme:
    scheme = _scheme(text)
    if scheme is None or (scheme.id, scheme.sha256) != (said.id, said.sha256):
        raise RecordDamaged(f"The scheme {said.id} in {STUDY_FILE} was changed after it was added: {MENDING}")
    return scheme


@lru_cache(maxsize=8)
def _scheme(text: str) -> Scheme | None:
    try:
        return load_scheme(text, STUDY_FILE)
    except TomlRefused:
        return None
