"""Scans pulled from a real Orthanc: the same bytes, one series whole at a time, and never twice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_slice, written
from tests.builders.servers.orthanc import PASSWORD, USER, Orthanc, behind_tls
from workstation.app.servers import pulling as app
from workstation.intake.pulling.pulling import State
from workstation.intake.pulling.server import PullRefused
from workstation.web.address import Credentials

WHO = Credentials(USER, PASSWORD)


def silent(_done: int, _total: int, _stage: str) -> None:
    """Nobody looks at the progress."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


def pulled(study: CoordinatorStudy, server: Orthanc, typed: app.Typed | None = None, **how: bool) -> app.Found:
    last = app.asked(study.path, typed or app.Typed(server.address, USER))
    return app.pulled(study, last, WHO, silent, never, **how)


def digests(folder: Path) -> list[str]:
    return sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*") if file.is_file())


def states(found: app.Found) -> set[State]:
    return {line.state for line in found.lines}


def test_a_pair_comes_as_the_server_has_it_and_is_added_to_the_study(
    study: CoordinatorStudy, hospital: Orthanc, tmp_path: Path
) -> None:
    found = pulled(study, hospital)

    assert states(found) == {State.NEW}
    assert found.pulled is not None
    assert (found.pulled.came, found.pulled.images, found.pulled.failed) == (14, 42, ())
    # the files that were sent are the judge: SHA-256 of each
    assert digests(study.path / "incoming" / "scans") == digests(tmp_path / "sent")
    assert found.report is not None
    [subject] = found.report.subjects
    assert [len(visit.series) for visit in subject.visits] == [7, 7]


def test_what_is_here_is_not_fetched_again(study: CoordinatorStudy, hospital: Orthanc) -> None:
    pulled(study, hospital)

    again = pulled(study, hospital, app.Typed())

    assert states(again) == {State.HERE}
    assert again.pulled is not None
    assert again.pulled.came == 0


def test_a_series_that_grew_is_fetched_and_only_its_new_file_is_kept(
    study: CoordinatorStudy, hospital: Orthanc, tmp_path: Path
) -> None:
    pulled(study, hospital)
    before = digests(study.path / "incoming" / "scans")
    new = a_slice("1.2.3.1.9", "1.2.3.1", z_mm=18.0, seed=9, StudyDate="20260105", SeriesDescription="T1W_TSE")
    hospital.receive([written(new, tmp_path / "late")])

    found = pulled(study, hospital)

    assert [line.state for line in found.lines].count(State.CHANGED) == 1
    assert found.pulled is not None
    assert (found.pulled.came, found.pulled.images, found.pulled.changed) == (1, 1, ())
    late = hashlib.sha256((tmp_path / "late").read_bytes()).hexdigest()
    assert digests(study.path / "incoming" / "scans") == sorted([*before, late])


def test_other_pixels_under_the_same_uids_are_told_and_both_files_kept(
    study: CoordinatorStudy, hospital: Orthanc, tmp_path: Path
) -> None:
    """A server that overwrites says nothing of it: the count of images is the same."""
    pulled(study, hospital)
    changed = next(path for path in sorted((tmp_path / "sent" / "one").rglob("*")) if path.is_file())
    data = bytearray(changed.read_bytes())
    data[-1] ^= 1
    changed.write_bytes(data)
    hospital.receive([changed])

    assert states(pulled(study, hospital)) == {State.HERE}
    found = pulled(study, hospital, again=True)

    assert found.pulled is not None
    assert [count for _, count in found.pulled.changed] == [1]
    assert "1 files have other bytes than before" in " ".join(app.summary(found))
    assert app.unfinished(found)
    assert hashlib.sha256(data).hexdigest() in digests(study.path / "incoming" / "scans")


def test_only_what_is_asked_for_comes(study: CoordinatorStudy, hospital: Orthanc) -> None:
    of_may = app.Typed(hospital.address, USER, since="2026-05-01", until="2026-05-31")

    found = pulled(study, hospital, of_may)

    assert {line.study.uid for line in found.lines} == {"1.2.4"}
    assert found.report is not None
    assert [len(subject.visits) for subject in found.report.subjects] == [1]


def test_nothing_that_fits_fetches_nothing_and_is_not_remembered(study: CoordinatorStudy, hospital: Orthanc) -> None:
    found = pulled(study, hospital, app.Typed(hospital.address, USER, patient="NOBODY*"))

    assert app.summary(found)[0].startswith("The server has 0 studies of that description: nothing to fetch")
    assert not (study.path / "incoming").exists()


def test_stopped_in_the_middle_keeps_whole_series_and_the_next_call_goes_on(
    study: CoordinatorStudy, hospital: Orthanc
) -> None:
    asked = iter(range(100_000))
    last = app.asked(study.path, app.Typed(hospital.address, USER))

    stopped = app.pulled(study, last, WHO, silent, lambda: next(asked) > 20)

    assert stopped.pulled is not None
    assert stopped.pulled.cancelled
    assert 0 < stopped.pulled.came < 14
    assert stopped.report is None
    assert not (study.path / "incoming" / "making").exists()
    rest = pulled(study, hospital)
    assert rest.pulled is not None
    assert stopped.pulled.came + rest.pulled.came == 14
    assert rest.report is not None
    assert sum(len(visit.series) for subject in rest.report.subjects for visit in subject.visits) == 14


def test_what_was_removed_to_make_room_comes_again_only_when_asked(
    study: CoordinatorStudy, hospital: Orthanc, tmp_path: Path
) -> None:
    pulled(study, hospital)
    for file in (study.path / "incoming" / "scans").rglob("*.dcm"):
        file.unlink()
    for folder in sorted((study.path / "incoming" / "scans").rglob("*"), reverse=True):
        folder.rmdir()

    assert states(pulled(study, hospital)) == {State.HERE}
    found = pulled(study, hospital, again=True)

    assert found.pulled is not None
    assert found.pulled.changed == ()
    assert digests(study.path / "incoming" / "scans") == digests(tmp_path / "sent")


def test_a_wrong_password_is_refused_and_never_told(study: CoordinatorStudy, hospital: Orthanc) -> None:
    last = app.asked(study.path, app.Typed(hospital.address, USER))
    with pytest.raises(PullRefused, match="refuses this user") as refused:
        app.pulled(study, last, Credentials(USER, "a wrong one"), silent, never)
    assert "a wrong one" not in str(refused.value)
    assert "a wrong one" not in repr(Credentials(USER, "a wrong one"))


def test_another_path_of_the_server_is_no_dicomweb(study: CoordinatorStudy, hospital: Orthanc) -> None:
    last = app.asked(study.path, app.Typed(f"{hospital.root}/elsewhere", USER))
    with pytest.raises(PullRefused, match=r"has no DICOMweb there\. Orthanc's address ends with /dicom-web"):
        app.pulled(study, last, WHO, silent, never)


def test_over_tls_only_a_server_that_proves_who_it_is_is_asked(
    study: CoordinatorStudy, hospital: Orthanc, tmp_path: Path
) -> None:
    with behind_tls(hospital, tmp_path) as (address, ca):
        unproven = app.asked(study.path, app.Typed(address, USER))
        with pytest.raises(PullRefused, match=r"can't prove who it is.*--ca FILE"):
            app.pulled(study, unproven, WHO, silent, never)

        proven = app.asked(study.path, app.Typed(address, USER, str(ca)))
        found = app.pulled(study, proven, WHO, silent, never)

    assert found.pulled is not None
    assert found.pulled.images == 42


def test_a_file_that_holds_no_certificate_is_named(study: CoordinatorStudy, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    for file, why in (
        (tmp_path / "ca.pem", "holds no certificate"),
        (tmp_path / "nothing.pem", "there is no such file"),
    ):
        last = app.asked(study.path, app.Typed("https://127.0.0.1:1/dicom-web", USER, str(file)))
        with pytest.raises(PullRefused, match=why):
            app.pulled(study, last, WHO, silent, never)


def test_what_came_is_private_to_this_account(study: CoordinatorStudy, hospital: Orthanc) -> None:
    pulled(study, hospital)
    incoming = study.path / "incoming"
    for path in (incoming, *(folder for folder in incoming.rglob("*") if folder.is_dir())):
        assert path.stat().st_mode & 0o077 == 0, path.relative_to(incoming)
