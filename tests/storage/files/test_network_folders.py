"""A study on a network drive is told as one; the mounts are lines as proc(5) shows them."""

from __future__ import annotations

import io
import sys
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from storage.files import drives
from tests.builders.studies import an_assigned_study
from workstation.cli import main

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 22 0:36 / /mnt/reading\\040room rw,relatime shared:20 - cifs //server/share rw,vers=3.0
41 22 0:37 / /mnt/nfs rw - nfs4 server:/trial rw
42 41 0:38 / /mnt/nfs/scratch rw - tmpfs tmpfs rw
43 22 0:39 / /home/r/remote rw master:2 shared:9 - fuse.sshfs r@server:/ rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/trial", "ext4"),
        ("/mnt/reading room/trial", "cifs"),
        ("/mnt/nfs/trial", "nfs4"),
        ("/mnt/nfs-of-old/trial", "ext4"),
        ("/mnt/nfs/scratch/trial", "tmpfs"),
        ("/home/r/remote", "fuse.sshfs"),
    ],
)
def test_the_innermost_mount_says_what_drive_it_is(path: str, kind: str) -> None:
    assert drives.file_system_of(Path(path), MOUNTS) == kind


@pytest.mark.case(83)
def test_grades_on_a_network_drive_are_taken_with_a_warning_that_names_no_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = an_assigned_study(tmp_path / "Mustermann")
    # mountinfo has a space of a path by its number
    here = str(tmp_path).replace(" ", r"\040")
    (tmp_path / "mounts").write_text(f"40 22 0:36 / {here} rw - nfs4 server:/trial rw\n", "utf-8")
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    main(["enter", str(folder), "--reader", "ES"])

    told = capsys.readouterr().err
    assert told.startswith("ramris: This study lies on a network drive.")
    assert "Mustermann" not in told


# as `mount` of macOS 14 prints it (mount(8), and Apple's support pages on mounted shares)
MAC_MOUNTS = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
//reader@server/Reading%20room on /Volumes/Reading room (smbfs, nodev, nosuid, mounted by reader)
server:/export on /Volumes/nfs (nfs, nodev, nosuid, mounted by reader)
/dev/disk4s2 on /Volumes/Stick (on loan) (exfat, local, nodev, nosuid, noowners)
"""


@pytest.mark.case(83)
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/Users/r/trial", "apfs"),
        ("/Volumes/Reading room/trial", "smbfs"),
        ("/Volumes/nfs/trial", "nfs"),
        ("/Volumes/Stick (on loan)/trial", "exfat"),
    ],
)
def test_on_a_mac_the_innermost_mount_says_what_drive_it_is(path: str, kind: str) -> None:
    assert drives.mac_file_system_of(PurePosixPath(path), MAC_MOUNTS) == kind


@pytest.mark.case(83)
@pytest.mark.parametrize(
    ("path", "synchronised"),
    [
        (PurePosixPath("/home/r/Dropbox/trial"), True),
        (PurePosixPath("/home/r/Nextcloud/trial"), True),
        (PurePosixPath("/Users/r/Library/CloudStorage/OneDrive-Clinic/trial"), True),
        (PurePosixPath("/Users/r/Library/Mobile Documents/com~apple~CloudDocs/trial"), True),
        (PureWindowsPath(r"C:\Users\r\OneDrive - Clinic of Medicine\trial"), True),
        (PureWindowsPath(r"C:\Users\r\Dropbox (Trial)\trial"), True),
        (PureWindowsPath(r"D:\trials\one drive is enough"), False),
        (PurePosixPath("/srv/megatrial/nextcloudy"), False),
    ],
)
def test_a_folder_that_a_cloud_synchronises_is_known_by_its_programs_names(path: PurePath, synchronised: bool) -> None:
    assert drives.lies_in_a_cloud(path) == synchronised


@pytest.mark.case(83)
def test_grades_in_a_cloud_folder_are_taken_with_a_warning(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = an_assigned_study(tmp_path / "OneDrive" / "trial")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    main(["enter", str(folder), "--reader", "ES"])

    assert "a program synchronises with a cloud" in capsys.readouterr().err


def test_a_drive_of_this_computer_needs_no_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text("22 1 254:0 / / rw - ext4 /dev/vda rw\n")
    monkeypatch.setattr(drives, "MOUNTS", tmp_path / "mounts")

    assert drives.warning_for(tmp_path) == ""
