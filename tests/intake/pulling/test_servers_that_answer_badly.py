"""Servers that answer badly: each is one line, nothing half comes in, and the other series go on.

Orthanc doesn't do any of this, so a small server of the tests does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_slice
from tests.intake.pulling.conftest import Answer, answering
from tests.intake.pulling.test_from_orthanc import never, silent
from workstation.app.servers import pulling as app
from workstation.intake.pulling.server import MOST_JSON_BYTES, OF_A_SERVER, PullRefused
from workstation.web.address import Credentials, address_of

JSON = {"Content-Type": "application/dicom+json"}
MANY = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=edge'}


def attribute(value: object) -> dict[str, object]:
    return {"vr": "UI", "Value": [value]}


def rows(*found: Mapping[str, object]) -> Answer:
    return 200, JSON, json.dumps(found).encode()


def parts(*files: bytes, end: bytes = b"--edge--\r\n") -> Answer:
    head = b"--edge\r\nContent-Type: application/dicom\r\n\r\n"
    return 200, MANY, b"".join(head + file + b"\r\n" for file in files) + end


def dicom(number: int) -> bytes:
    buffer = BytesIO()
    a_slice(f"1.2.3.1.{number}", z_mm=2.0 * number, seed=number).save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


STUDY = {"0020000D": attribute("1.2.3"), "00080020": attribute("20260105")}


def series(uid: str, images: int | None = None) -> dict[str, object]:
    found: dict[str, object] = {"0020000E": attribute(uid), "00080060": attribute("MR")}
    return found | ({"00201209": attribute(images)} if images is not None else {})


def asked(study: CoordinatorStudy, *answers: tuple[str, Answer], **how: bool) -> app.Found:
    """The answer of the last pair whose first is in the path asked for."""

    def answer(path: str) -> Answer:
        fits = [given for part, given in answers if part in path]
        return fits[-1] if fits else (404, {}, b"")

    with answering(answer) as address:
        last = app.asked(study.path, app.Typed(address))
        return app.pulled(study, last, Credentials(), silent, never, **how)


def failed(found: app.Found) -> list[str]:
    assert found.pulled is not None
    return [why for _, why in found.pulled.failed]


QUERY = (("/studies?", rows(STUDY)), ("/1.2.3/series?", rows(series("1.2.3.1", 2), series("1.2.3.2", 1))))


def test_a_series_that_comes_short_is_left_out_and_named_and_the_others_come(study: CoordinatorStudy) -> None:
    found = asked(study, *QUERY, ("/series/1.2.3.1", parts(dicom(1))), ("/series/1.2.3.2", parts(dicom(2))))

    assert failed(found) == ["1 of 2 images came. Try again, or take what comes with --as-it-comes"]
    assert found.pulled is not None
    assert (found.pulled.came, found.pulled.images) == (1, 1)


def test_a_series_that_comes_short_can_be_taken_as_it_is(study: CoordinatorStudy) -> None:
    answers = (*QUERY, ("/series/1.2.3.1", parts(dicom(1))), ("/series/1.2.3.2", parts(dicom(2))))
    found = asked(study, *answers, incomplete=True)

    assert failed(found) == []
    assert found.pulled is not None
    assert found.pulled.images == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (parts(dicom(1), end=b""), "ended before its last image"),
        ((200, MANY, b"--edge\r\nContent-Type: application/dicom\r\n\r\nDIC"), "ended before its last image"),
        ((200, MANY, b"something else entirely"), "isn't the files of a series"),
        ((200, {"Content-Type": "text/html"}, b"<html>please log in</html>"), "isn't the files of a series"),
        ((200, {"Content-Type": "multipart/related"}, b""), "isn't the files of a series"),
        ((200, {}, b""), "isn't the files of a series"),
        ((500, {}, b"trace"), "answers with status 500"),
        ((302, {"Location": "http://elsewhere/"}, b""), "sends on to another address"),
    ],
    ids=["no end", "cut", "no parts", "a page", "no boundary", "no type", "error", "sent on"],
)
def test_an_answer_that_is_no_series_leaves_nothing_behind(study: CoordinatorStudy, answer: Answer, why: str) -> None:
    found = asked(study, *QUERY, ("/series/1.2.3.1", answer), ("/series/1.2.3.2", parts(dicom(2))))

    [reason] = failed(found)
    assert why in reason
    assert len(list((study.path / "incoming" / "scans").rglob("*.dcm"))) == 1


def test_a_file_that_is_no_dicom_is_set_aside_by_the_import_and_the_rest_comes_in(study: CoordinatorStudy) -> None:
    found = asked(
        study,
        *QUERY,
        ("/series/1.2.3.1", parts(dicom(1), b"not a DICOM file\r\n--edg")),
        ("/series/1.2.3.2", parts(dicom(2))),
    )

    assert failed(found) == []
    assert found.report is not None
    assert (found.report.seen, found.report.accepted) == (3, 2)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((200, JSON, b"{"), "doesn't answer in DICOM JSON"),
        ((200, JSON, b"[" * 100_000), "doesn't answer in DICOM JSON"),
        ((200, JSON, b'{"error": 1}'), "something else than a list"),
        ((200, JSON, b"[1, 2]"), "something else than a list"),
        ((503, {}, b""), "answers with status 503"),
        ((200, JSON, b" " * (MOST_JSON_BYTES + 1)), "more than 64 MB"),
        ((200, {**JSON, "Content-Length": "99"}, b"[]"), "connection broke"),
        ((200, {**JSON, "Content-Encoding": "gzip"}, b"[]"), "connection broke"),
    ],
    ids=["half", "deep", "an object", "numbers", "busy", "endless", "cut", "said to be packed"],
)
def test_an_answer_to_a_query_that_is_none_is_refused_in_one_line(
    study: CoordinatorStudy, answer: Answer, why: str
) -> None:
    with pytest.raises(PullRefused, match=why):
        asked(study, ("/studies?", answer))


def test_names_of_a_server_never_become_paths_or_other_addresses(study: CoordinatorStudy) -> None:
    evil = (
        series("../../../etc"),
        series("1.2.3.2", 1) | {"00200011": attribute("../9"), "0008103E": attribute("a\x1b[2J\u202eb\nc")},
        {"0020000E": {"vr": "UI", "Value": [{"deep": 1}]}},
        {"0020000E": "text"},
    )
    found = asked(study, ("/studies?", rows(STUDY)), ("/1.2.3/series?", rows(*evil)), ("1.2.3.2", parts(dicom(2))))

    assert [line.series.uid for line in found.lines] == ["1.2.3.2"]
    assert all(sign.isprintable() for sign in found.lines[0].series.description)
    [file] = (study.path / "incoming" / "scans").rglob("*.dcm")
    assert file.relative_to(study.path / "incoming" / "scans").parts[1].startswith("000-")


def test_reports_and_outlines_are_not_fetched(study: CoordinatorStudy) -> None:
    report = series("1.2.3.1", 1) | {"00080060": attribute("SR")}
    answers = (("/studies?", rows(STUDY)), ("/1.2.3/series?", rows(report, series("1.2.3.2", 1))))
    found = asked(study, *answers, ("/series/1.2.3.2", parts(dicom(2))))

    assert [line.state.value for line in found.lines] == ["holds no images", "new"]
    assert failed(found) == []


def test_a_server_that_knows_no_pages_is_asked_twice_at_most(study: CoordinatorStudy) -> None:
    many = rows(*({"0020000D": attribute(f"1.2.{number}")} for number in range(200)))
    counted: list[str] = []

    def answer(path: str) -> Answer:
        counted.append(path)
        return many if "/studies?" in path else (204, {}, b"")

    with answering(answer) as address:
        last = app.asked(study.path, app.Typed(address))
        found = app.looked(study.path, last, Credentials(), silent, never)

    assert found.lines == ()
    assert sum("/studies?" in path for path in counted) == 2


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "is no address"),
        ("orthanc.hospital.org", "is no address"),
        ("ftp://host/dicom-web", "is no address"),
        ("https://", "is no address"),
        ("https://[::1/dicom-web", "is no address"),
        ("https://host:port/dicom-web", "is no address"),
        ("https://me:secret@host/dicom-web", "must hold no user and no password"),
        ("https://host/dicom-web?limit=1", "up to the name of the service alone"),
        ("http://hospital.org/dicom-web", "cross the network in the clear"),
    ],
)
def test_what_is_no_address_or_would_send_names_in_the_clear_is_refused(typed: str, why: str) -> None:
    with pytest.raises(PullRefused, match=why) as refused:
        address_of(typed, OF_A_SERVER)
    assert "secret" not in str(refused.value)


def test_an_address_is_kept_without_a_slash_at_its_end() -> None:
    assert address_of(" https://host/dicom-web/ ", OF_A_SERVER) == "https://host/dicom-web"
    assert address_of("http://127.0.0.1:8042/dicom-web", OF_A_SERVER) == "http://127.0.0.1:8042/dicom-web"
