"""Results sent to a real Orthanc by STOW-RS and by C-STORE, fetched back, and answers of servers that refuse or lie."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.builders.servers.loopback import Quiet, dicom_web
from tests.builders.servers.orthanc import PASSWORD, USER, Orthanc, behind_tls, free_port, orthanc, started
from tests.exchange.results_out.conftest import Read, faults, groups
from workstation.app.results_out import sending, writing
from workstation.app.servers.passwords import PASSWORD_VARIABLE
from workstation.cli import main
from workstation.exchange.results_out.sending import Fate, Sent
from workstation.intake.pulling.server import PullRefused
from workstation.web.address import Credentials

pytest.importorskip("highdicom")
WHO = Credentials(USER, PASSWORD)


def _none(_done: int, _total: int, _stage: str) -> None:
    pass


@pytest.fixture(scope="module")
def files(read_once: Read, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return writing.for_science(read_once.trial, tmp_path_factory.mktemp("out") / "results", "", "", _none).dicom


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Orthanc]:
    folder = tmp_path / "orthanc"
    folder.mkdir()
    with orthanc(folder) as server:
        yield server


def _stored(server: Orthanc) -> dict[str, bytes]:
    """What it has, by SOP Instance UID."""
    found = {}
    for name in json.loads(server.ask("GET", "/instances").content):
        raw = server.ask("GET", f"/instances/{name}/file").content
        found[str(pydicom.dcmread(pydicom.filebase.DicomBytesIO(raw)).SOPInstanceUID)] = raw
    return found


def _fates(sent: tuple[Sent, ...]) -> list[Fate]:
    return [one.fate for one in sent]


def test_the_command_sends_what_it_wrote_and_the_archive_has_the_same_values(
    read_once: Read,
    archive: Orthanc,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    with behind_tls(archive, tmp_path) as (address, ca):
        to = ["--to", address, "--user", USER, "--ca", str(ca)]
        assert main(["export", str(read_once.trial), "dicom", "--out", str(tmp_path / "out"), *to]) == 0
        assert "Sent: 4 stored" in capsys.readouterr().out
        assert main(["export", str(read_once.trial), "dicom", "--out", str(tmp_path / "out"), *to, "--json"]) == 0
    assert {one["fate"] for one in json.loads(capsys.readouterr().out)["sent"]} == {"there"}

    stored = _stored(archive)
    written = {str(pydicom.dcmread(file).SOPInstanceUID): file for file in (tmp_path / "out").rglob("*.dcm")}
    assert stored.keys() == written.keys()
    for uid, file in written.items():
        back = tmp_path / "back.dcm"
        back.write_bytes(stored[uid])
        found = pydicom.dcmread(back)
        assert found == pydicom.dcmread(file)
        assert faults(back) == []
        if found.Modality == "SR":
            import highdicom  # noqa: PLC0415 - an extra

            assert len(groups(found)) == 43
            content: Any = highdicom.sr.srread(str(back)).content
            assert len(content.get_planar_roi_measurement_groups() + content.get_image_measurement_groups()) == 43


def test_an_object_of_that_uid_with_other_content_is_told_and_left(
    files: tuple[Path, ...], archive: Orthanc, tmp_path: Path
) -> None:
    changed = pydicom.dcmread(files[0])
    changed.SeriesDescription = "another one"
    changed.save_as(tmp_path / "changed.dcm")
    archive.receive([tmp_path / "changed.dcm"])

    sent = sending.send(files, archive.address, WHO, None, _none)

    assert _fates(sent) == [Fate.OTHER, *[Fate.STORED] * (len(files) - 1)]
    assert pydicom.dcmread(pydicom.filebase.DicomBytesIO(_stored(archive)[str(changed.SOPInstanceUID)])) == changed
    told = sending.lines_of(sent, len(files))
    assert "not sent: the server has another object of that UID" in told[1]
    assert sending.unfinished(sent, len(files))


def test_a_wrong_password_is_one_line_and_nothing_was_written_where_no_one_can_be_asked(
    files: tuple[Path, ...], read_once: Read, archive: Orthanc, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PullRefused, match="refuses this user"):
        sending.send(files, archive.address, Credentials(USER, "guessed"), None, _none)
    given = ["export", str(read_once.trial), "dicom", "--out", str(tmp_path / "out")]
    assert main([*given, "--to", archive.address, "--user", "nobody"]) == 2
    assert "no terminal to ask for the password" in capsys.readouterr().err
    assert main([*given, "--to", "http://hospital.org/dicom-web"]) == 2
    assert "in the clear" in capsys.readouterr().err
    assert main([*given, "--user", "nobody"]) == 2
    assert "go with --to" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_storescu_brings_the_same_files_to_the_archive(files: tuple[Path, ...], tmp_path: Path) -> None:
    if shutil.which("storescu") is None:
        pytest.skip("needs storescu. On Debian or Ubuntu: sudo apt-get install -y dcmtk")
    port, web = free_port(), free_port()
    configuration = {
        "StorageDirectory": str(tmp_path / "db"),
        "IndexDirectory": str(tmp_path / "db"),
        "HttpPort": web,
        "HttpBindAddresses": ["127.0.0.1"],
        "RemoteAccessAllowed": True,
        "RegisteredUsers": {USER: PASSWORD},
        "DicomPort": port,
        "DicomAet": "ARCHIVE",
        "DicomAlwaysAllowStore": True,
    }
    with started(configuration, tmp_path):
        command = ["storescu", "-R", "-aec", "ARCHIVE", "127.0.0.1", str(port), *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        stored = _stored(Orthanc(f"http://127.0.0.1:{web}"))

    assert stored.keys() == {str(pydicom.dcmread(file).SOPInstanceUID) for file in files}


Answers = Callable[[str, str], tuple[int, bytes]]


@contextmanager
def _answering(answers: Answers) -> Iterator[str]:
    """A server that says what `answers` says to a verb and a path."""

    class Handler(Quiet):
        def _say(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = answers(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/dicom+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _say  # noqa: N815 - names of the library

    with dicom_web(Handler) as address:
        yield address


def _stow(file: Path, tag: str, **reasons: int) -> bytes:
    """An answer of PS3.18 10.5.3 that names one object."""
    uid = str(pydicom.dcmread(file).SOPInstanceUID)
    item: dict[str, Any] = {"00081155": {"vr": "UI", "Value": [uid]}}
    item |= {code[1:]: {"vr": "US", "Value": [reason]} for code, reason in reasons.items()}
    return json.dumps({tag: {"vr": "SQ", "Value": [item]}}).encode()


def test_what_a_server_answers_is_told_of_each_object(files: tuple[Path, ...]) -> None:
    first = files[0]
    for status, answer, fate, says in (
        (200, _stow(first, "00081199"), Fate.STORED, ""),
        (202, _stow(first, "00081199", _00081196=0xB000), Fate.WARNED, "reason B000"),
        (409, _stow(first, "00081198", _00081197=0x0122), Fate.REFUSED, "stores no objects of that kind"),
        (202, _stow(first, "00081198", _00081197=0xA700), Fate.REFUSED, "lacks room"),
        (409, _stow(first, "00081198"), Fate.REFUSED, "gives no reason"),
    ):
        with _answering(lambda verb, _path, s=status, a=answer: (s, a) if verb == "POST" else (200, b"[]")) as address:  # type: ignore[misc]
            (sent,) = sending.send([first], address, Credentials(), None, _none)
        assert sent.fate is fate
        assert says in sent.why


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (200, b"{}", "doesn't say what it stored"),
        (200, b"[]", "doesn't say what it stored"),
        (200, b'{"00081199": {"Value": [{"00081155": {"Value": ["1.2"]}}]}}', "doesn't say what it stored"),
        (200, b'{"00081199": {"Value": 3}, "00081198": 4}', "doesn't say what it stored"),
        (200, b"<html>", "doesn't answer in DICOM JSON"),
        (302, b"", "sends on to another address"),
        (404, b"", "has no DICOMweb there"),
        (500, b"", "answers with status 500"),
    ],
)
def test_a_server_that_answers_badly_is_one_line(
    files: tuple[Path, ...], status: int, answer: bytes, says: str
) -> None:
    with (
        _answering(lambda verb, _path: (status, answer) if verb == "POST" else (200, b"[]")) as address,
        pytest.raises(PullRefused, match=says) as refused,
    ):
        sending.send(files, address, Credentials(), None, _none)
    assert "\n" not in str(refused.value)


def test_a_connection_that_breaks_says_that_what_was_stored_stays(files: tuple[Path, ...]) -> None:
    with pytest.raises(PullRefused, match="what was stored stays, and sending again goes on"):
        sending.send(files, f"http://127.0.0.1:{free_port()}/dicom-web", Credentials(), None, _none)


def test_stopped_in_between_it_says_so(files: tuple[Path, ...], archive: Orthanc) -> None:
    asked = iter([False, True])
    sent = sending.send(files, archive.address, WHO, None, _none, cancelled=lambda: next(asked))
    assert _fates(sent) == [Fate.STORED]
    assert sending.lines_of(sent, len(files))[-1] == "Stopped. Send again to go on"
    assert _fates(sending.send(files, archive.address, WHO, None, _none))[:2] == [Fate.THERE, Fate.STORED]
