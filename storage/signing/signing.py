"""Signing a case: the checks, the passphrase, and the act that closes it. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import Connection

from scoring.readings.case_states import Deed, allowed
from scoring.readings.checks import CaseFacts, Finding, Level, checks_of, findings
from scoring.schemes.scheme import Scheme
from storage.errors import CaseClosed, NotSigned
from storage.index import index_tables
from storage.record import acts, case_status, chain, grade_events, side_records
from storage.schemes.shown_planes import planes_of
from storage.shown_visits import CaseVisits, in_positions
from storage.signing import passphrases, printed_names
from storage.signing.content import signed_content
from storage.signing.sheet import LONGEST_ANSWER, MEANING, Signature, SigningSheet


class Signing(Struct, frozen=True):
    """Who signs which case, with which visits of which subject, on which scheme, and whether their order is known.

    without_images: the scheme's images aren't in the study, so none of them can be missing.
    """

    reader: str
    case: str
    subject: str
    visits: CaseVisits
    scheme: Scheme
    order: str
    without_images: bool


def sheet(connection: Connection, what: Signing) -> SigningSheet:
    """What would be signed now; CaseClosed when the case is signed or parked, NotSigned when it has no images."""
    state = case_status.of_case(connection, what.case)
    refuse_closed(state, what.case)
    if not what.visits.there:
        raise NotSigned(f"Not signed: case {what.case} has no images. Park it, and the coordinator is told")
    return SigningSheet(
        what.case,
        what.reader,
        _findings(connection, what),
        MEANING,
        passphrases.is_set(connection, what.reader),
        chain.head(connection).hash,
        state.reopened > 0,
        printed_names.printed_name(connection, what.reader),
    )


def sign(connection: Connection, what: Signing, answers: Mapping[str, str], passphrase: str | None) -> Signature:
    """Close a case with a signature.

    Args:
        connection: in a transaction that writes.
        what: the case, and who signs it.
        answers: words for each finding that asks for some, by its id.
        passphrase: where one is set.

    Raises:
        CaseClosed, NotSigned, PassphraseRefused: nothing was changed.
    """
    before = sheet(connection, what)
    _refuse_open_findings(before, answers)
    passphrases.refuse_without_a_new_one(connection, what.reader)
    passphrases.check(connection, what.reader, passphrase)
    detail = {
        "meaning": MEANING,
        # as it was printed at the signature: the list of people may change later
        "name": before.name,
        "passphrase": before.asks_passphrase,
        "checks": [
            {"id": found.id, "text": found.text, "answer": answers[found.id].strip()} for found in before.findings
        ],
        **signed_content(what.scheme, grade_events.current_reading(connection, what.case), what.visits.positions),
    }
    head = acts.append(connection, acts.Deed("signed", acts.READER, detail, reader=what.reader, case=what.case))
    at_utc = case_status.of_case(connection, what.case).signed_at_utc
    return Signature(what.case, what.reader, at_utc, head.hash, before.name)


def refuse_signed(state: case_status.CaseState, case: str) -> None:
    """CaseClosed, with what to do, when a case is signed."""
    if not allowed(state.state, Deed.NOTE):
        raise CaseClosed(f"Case {case} is signed and can't be changed; the coordinator can reopen it with a reason")


def refuse_closed(state: case_status.CaseState, case: str) -> None:
    """CaseClosed, with what to do, when a case takes no answers."""
    refuse_signed(state, case)
    if not allowed(state.state, Deed.ANSWER):
        raise CaseClosed(f"Case {case} is parked ({state.reason}); unpark it first, or wait for the coordinator")


def _findings(connection: Connection, what: Signing) -> tuple[Finding, ...]:
    of_subject = index_tables.visits_of(connection, what.subject)
    planes = planes_of(connection, what.reader)
    shown = in_positions(of_subject, what.visits.numbers, without_images=what.without_images, planes=planes)
    kinds = {visit.number: frozenset(series.kind for series in visit.series) for visit in shown}
    if what.without_images:
        named = frozenset(one.kind for feature in what.scheme.features for one in feature.judged_on)
        kinds = dict.fromkeys(kinds, named)
    notes = {key: note.text for key, note in side_records.notes_of(connection, what.case).items()}
    reading = grade_events.current_reading(connection, what.case)
    return findings(what.scheme, reading, CaseFacts(what.order, kinds, notes), checks_of(what.scheme))


def _refuse_open_findings(before: SigningSheet, answers: Mapping[str, str]) -> None:
    for finding in before.findings:
        if finding.level is Level.BLOCKS:
            raise NotSigned(f"Not signed. {finding.text}")
        answer = answers.get(finding.id, "").strip()
        if not answer:
            raise NotSigned(f"Not signed: answer {finding.id} first. {finding.text}")
        if len(answer) > LONGEST_ANSWER or not answer.isprintable():
            raise NotSigned(f"Not signed: the answer to {finding.id} is one line, {LONGEST_ANSWER} characters at most")
    unknown = sorted(set(answers) - {finding.id for finding in before.findings})
    if unknown:
        raise NotSigned(f"Not signed: {', '.join(unknown)} isn't asked by any check; look at the case again")
