"""Codes that results are written in: of DICOM's own context groups where one says the same, else our own, 99RAMRIS.

Our codes are those of a scheme, so each scheme has a table of its own, with an OID that follows from what is in it: a
table whose words change is another one. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final
from uuid import UUID

from msgspec import Struct

from scoring.readings.reading import Answer, Graded, NotAssessable
from scoring.schemes.grade_names import grade_name
from scoring.schemes.scheme import Feature, FeatureCode, Scheme, SiteCode, grades_on
from workstation.exchange.codes import OWN

# by our code and name. The context groups that hold them: PS3.16 CID 7304 and 8134; 1000, 1001 and 1006
_OF_DICOM: Final = {
    ("RAD", "Distal radius"): "75129005",
    ("ULN", "Distal ulna"): "91238003",
    ("SCA", "Scaphoid"): "30518006",
}
# of VR SH and of VR LO: PS3.5 6.2
_LONGEST_VERSION: Final = 16
_LONGEST_MEANING: Final = 64
FEATURE, SITE, GRADE, REASON = "feature", "site", "grade", "reason"


class Term(Struct, frozen=True):
    """One code. kind: of what; means: the scheme's own code for it, of a grade the number as it is written."""

    designator: str
    value: str
    meaning: str
    kind: str
    means: str

    @property
    def written(self) -> str:
        """As a mapping has it."""
        return f"{self.designator}:{self.value}"


class CodeTable(Struct, frozen=True):
    """All codes of a scheme. oid: of our coding scheme as this table has it."""

    scheme: str
    version: str
    oid: str
    features: Mapping[FeatureCode, Term]
    sites: Mapping[tuple[FeatureCode, SiteCode], Term]
    answers: Mapping[str, Term]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Each once, in reading order."""
        return tuple(dict.fromkeys((*self.features.values(), *self.sites.values(), *self.answers.values())))

    def answer(self, feature: Feature, answer: Answer) -> Term:
        """The code of a grade of the feature, or of the reason for none."""
        match answer:
            case NotAssessable(code):
                return self.answers[code]
            case Graded(grade):
                return self.answers[grade_name(feature.scale, grade)]


def code_table(scheme: Scheme) -> CodeTable:
    """The table of a scheme."""
    taken: dict[str, tuple[str, str]] = {}
    features = {
        feature.code: _own(taken, FEATURE, str(feature.code), feature.name, str(feature.code))
        for feature in scheme.features
    }
    sites = {
        (feature.code, site.code): _site(taken, str(feature.code), str(site.code), site.name)
        for feature in scheme.features
        for site in feature.sites
    }
    grades = {
        text: _own(taken, GRADE, f"GRADE-{text}", f"Grade {text}", text) for text in dict.fromkeys(_grades(scheme))
    }
    reasons = {
        item.code: _own(taken, REASON, item.code, f"Not scored: {item.name}", item.code) for item in scheme.unscorable
    }
    terms = (*features.values(), *sites.values(), *grades.values(), *reasons.values())
    said = "\n".join(
        (f"codes of {OWN}", scheme.id, scheme.version, *(f"{term.written} {term.meaning}" for term in terms))
    )
    return CodeTable(scheme.id, scheme.version[:_LONGEST_VERSION], uid_of(said), features, sites, grades | reasons)


def uid_of(said: str) -> str:
    """A UID below 2.25, the whole number of a UUID that follows from what is said: PS3.5 B.2, RFC 9562 version 5."""
    return f"2.25.{UUID(bytes=sha256(said.encode()).digest()[:16], version=5).int}"


def _grades(scheme: Scheme) -> Iterator[str]:
    for feature in scheme.features:
        for grade in grades_on(feature.scale):
            yield grade_name(feature.scale, grade)


def _site(taken: dict[str, tuple[str, str]], feature: str, code: str, name: str) -> Term:
    known = _OF_DICOM.get((code, name))
    if known is not None:
        return Term("SCT", known, name, SITE, code)
    if taken.get(code, (SITE, name)) != (SITE, name):
        # another feature has another place under that code
        code, own = f"{feature}.{code}", code
        return _own(taken, SITE, code, name, own)
    return _own(taken, SITE, code, name, code)


def _own(taken: dict[str, tuple[str, str]], kind: str, code: str, meaning: str, means: str) -> Term:
    """A code of ours that means nothing else in the table."""
    if taken.get(code, (kind, meaning)) != (kind, meaning):
        code = f"{kind.upper()}.{code}"
    taken[code] = (kind, meaning)
    # a backslash parts values: PS3.5 6.4
    return Term(
        OWN, code.replace("\\", "/"), " ".join(meaning.replace("\\", "/").split())[:_LONGEST_MEANING], kind, means
    )


def mapping_text(table: CodeTable) -> str:
    """The mapping by which `ramris enter --report` takes what was written in these codes."""
    lines = [f"# Codes of the scheme {table.scheme} {table.version} as results have them; OID {table.oid}"]
    for kind, terms in (
        ("features", tuple(table.features.values())),
        ("sites", tuple(dict.fromkeys(table.sites.values()))),
        ("answers", tuple(table.answers.values())),
    ):
        lines += ["", f"[{kind}]", *(f'"{term.written}" = "{term.means}"' for term in terms)]
    return "\n".join(lines) + "\n"
