"""Tar and gzip are read like ZIP, within the same caps; other containers are named for what they are."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.builders.dicom_files import a_series
from workstation.intake.files import archives, member
from workstation.intake.importing.importer import import_folders
from workstation.intake.report import ImportReport


def _tarred(
    target: Path, members: dict[str, bytes | tarfile.TarInfo], *, pack: str = "", how: int = tarfile.PAX_FORMAT
) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, f"w:{pack}", format=how) as archive:  # type: ignore[call-overload] # "" is no packing
        for name, content in members.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            data = b"" if isinstance(content, tarfile.TarInfo) else content
            info.size = len(data) if info.isreg() else info.size
            archive.addfile(info, io.BytesIO(data))
    return target


def _slices(folder: Path, count: int = 3) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in a_series(folder, count=count)}


def _counts(report: ImportReport) -> list[int]:
    return [series.slices for subject in report.subjects for v in subject.visits for series in v.series]


def _why(report: ImportReport) -> str:
    return "; ".join(f"{item.count} {item.what}: {item.why}" for item in report.set_aside)


def _link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("ending", [".tar", ".tar.gz", ".tgz"])
@pytest.mark.parametrize("how", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_images_in_a_tar_are_imported_as_if_they_lay_in_a_folder(
    ending: str, how: int, study: CoordinatorStudy, tmp_path: Path
) -> None:
    members = {f"visit 1/{name}": data for name, data in _slices(tmp_path / "out").items()}
    folder = tarfile.TarInfo("visit 1")
    folder.type = tarfile.DIRTYPE
    long = {} if how == tarfile.USTAR_FORMAT else {"n" * 300: b"no image"}
    _tarred(
        tmp_path / "in" / f"scans{ending}",
        {"visit 1": folder, "readme": b"no image", **long, **members},
        pack="" if ending == ".tar" else "gz",
        how=how,
    )

    report = import_folders(study, [tmp_path / "in"])
    again = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == _counts(again) == [3]
    assert (report.seen, report.accepted) == (4 + len(long), 3)


def test_files_packed_one_by_one_are_imported_and_shown_by_their_own_names(
    study: CoordinatorStudy, tmp_path: Path
) -> None:
    for name, data in _slices(tmp_path / "out").items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.gz").write_bytes(gzip.compress(data))
    # two parts, one behind the other, as `cat` joins them: RFC 1952 2.2
    (tmp_path / "in" / "readme.txt.gz").write_bytes(gzip.compress(b"no ") + gzip.compress(b"image"))

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [3]
    assert (report.seen, report.accepted) == (4, 3)
    assert {Path(source.path).name for source in study.vault.sources()} == {f"!0 1.2.3.1-{n}" for n in range(3)}


def test_what_is_set_aside_in_an_archive_is_called_by_its_own_name(study: CoordinatorStudy, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    # a NIfTI-1 header begins with its size, 348
    (tmp_path / "in" / "sub-01_T1w.nii.gz").write_bytes(gzip.compress(b"\x5c\x01\0\0" + bytes(400)))

    report = import_folders(study, [tmp_path / "in"])

    (told,) = [item.text for item in report.findings if item.code == "set-aside"]
    assert told.endswith(": sub-01_T1w.nii")
    assert "!" not in told


@pytest.mark.case(11)
@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "\u202eevil"])
def test_a_name_in_a_tar_leads_nowhere(name: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    (data,) = _slices(tmp_path / "out", 1).values()
    _tarred(tmp_path / "in" / "scans.tgz", {name: data}, pack="gz")
    before = set(tmp_path.rglob("*")) - set(study.path.rglob("*"))

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [1]
    assert set(tmp_path.rglob("*")) - set(study.path.rglob("*")) == before


@pytest.mark.case(11)
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_links_in_a_tar_are_not_followed(kind: bytes, study: CoordinatorStudy, tmp_path: Path) -> None:
    out = a_series(tmp_path / "out", count=1)
    (data,) = _slices(tmp_path / "one", 1).values()
    _tarred(tmp_path / "in" / "scans.tar", {"link": _link("link", str(out[0]), kind), "file": data})

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [1]
    assert "a link; links are not followed" in _why(report)


@pytest.mark.case(11)
@pytest.mark.parametrize("name", ["bomb.gz", "bomb.tgz"])
def test_a_bomb_is_inflated_no_further_than_a_hundred_times_its_size(
    name: str, study: CoordinatorStudy, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    if name == "bomb.gz":
        (tmp_path / "in" / name).write_bytes(gzip.compress(bytes(64 << 20)))
    else:
        _tarred(tmp_path / "in" / name, {"a": bytes(64 << 20)}, pack="gz")

    report = import_folders(study, [tmp_path / "in"])

    assert "unpacks to more than 100 times its size" in _why(report)


def test_what_is_more_than_the_caps_is_refused(
    study: CoordinatorStudy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tarred(tmp_path / "in" / "large.tgz", dict(_slices(tmp_path / "out")), pack="gz")
    monkeypatch.setattr(member, "MOST_BYTES", 1000)

    assert "unpacks to more than 2 GiB" in _why(import_folders(study, [tmp_path / "in"]))

    _tarred(tmp_path / "in" / "more.tgz", dict(_slices(tmp_path / "out")), pack="gz")
    monkeypatch.setattr(member, "MOST_BYTES", 1 << 30)
    monkeypatch.setattr(member, "MOST_MEMBERS", 2)
    assert "files in one archive" in _why(import_folders(study, [tmp_path / "in"]))


@pytest.mark.case(11)
def test_an_archive_inside_a_tar_is_set_aside(study: CoordinatorStudy, tmp_path: Path) -> None:
    members = _slices(tmp_path / "out", 2)
    inner = _tarred(tmp_path / "inner.tar", dict(members)).read_bytes()
    _tarred(tmp_path / "in" / "outer.tar", {"inner.tar": inner, "packed.gz": gzip.compress(inner), **members})

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == [2]
    assert "2 archive: an archive inside an archive" in _why(report)


@pytest.mark.parametrize("ending", ["tar", "tgz", "gz"])
def test_one_that_is_cut_short_is_set_aside(ending: str, study: CoordinatorStudy, tmp_path: Path) -> None:
    members = _slices(tmp_path / "out")
    (tmp_path / "in").mkdir()
    whole = tmp_path / "in" / f"scans.{ending}"
    if ending == "gz":
        whole.write_bytes(gzip.compress(next(iter(members.values()))))
    else:
        _tarred(whole, dict(members), pack="gz" if ending == "tgz" else "")
    data = whole.read_bytes()
    whole.write_bytes(data[: data.rindex(b"1.2.3.1-2") + 600] if ending == "tar" else data[:-20])

    report = import_folders(study, [tmp_path / "in"])

    assert _counts(report) == []
    assert "damaged" in _why(report)


def test_a_size_that_lies_ends_in_a_finding(study: CoordinatorStudy, tmp_path: Path) -> None:
    whole = _tarred(tmp_path / "in" / "scans.tar", dict(_slices(tmp_path / "out")))
    data = bytearray(whole.read_bytes())
    at = data.index(b"\0ustar") - 257 + 1
    at = max(at, 0)
    header = data[at : at + 512]
    header[124:136] = b"\x80" + b"\xff" * 11
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    data[at : at + 512] = header
    whole.write_bytes(data)

    assert "1 archive: the archive is damaged" in _why(import_folders(study, [tmp_path / "in"]))


def test_what_was_inflated_is_gone_after_the_import(study: CoordinatorStudy, tmp_path: Path) -> None:
    _tarred(tmp_path / "in" / "scans.tgz", dict(_slices(tmp_path / "out")), pack="gz")

    import_folders(study, [tmp_path / "in"])

    assert archives._last == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scans.7z", b"7z\xbc\xaf\x27\x1c" + bytes(5000), "7z archive"),
        ("scans.rar", b"Rar!\x1a\x07\x01\0" + bytes(5000), "RAR archive"),
        ("scans.tar.bz2", b"BZh91AY&SY" + bytes(500), "bzip2 archive"),
        ("scans.iso", bytes(0x8001) + b"CD001\x01" + bytes(2000), "disc image (ISO)"),
        ("sub-01_T1w.nii", b"\x5c\x01\0\0" + bytes(340) + b"n+1\0" + bytes(900), "NIfTI file"),
        ("sub-01_T1w.nii.gz", gzip.compress(b"\x5c\x01\0\0" + bytes(400), mtime=0), "NIfTI file"),
        ("knee.PAR", b"# === DATA DESCRIPTION FILE ======\r\n#\r\n# CAUTION", "PAR/REC file"),
    ],
)
def test_what_isnt_dicom_is_named_with_what_to_do_next(
    name: str, content: bytes, said: str, study: CoordinatorStudy, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(content)
    if name.endswith(".PAR"):
        (tmp_path / "in" / "knee.REC").write_bytes(bytes(9000))

    report = import_folders(study, [tmp_path / "in"])

    assert all(item.what.startswith(said) for item in report.set_aside)
    assert all("import" in item.why or "ask the site" in item.why for item in report.set_aside)
    assert any(said in finding.text for finding in report.findings)
