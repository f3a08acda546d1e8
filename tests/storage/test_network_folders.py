"""A study on a network drive is told as one; the mounts are lines as proc(5) shows them."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from storage import network_folder
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
    assert network_folder.file_system_of(Path(path), MOUNTS) == kind


@pytest.mark.case(83)
def test_grades_on_a_network_drive_are_taken_with_a_warning_that_names_no_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = an_assigned_study(tmp_path / "Mustermann")
    (tmp_path / "mounts").write_text(f"40 22 0:36 / {tmp_path} rw - nfs4 server:/trial rw\n")
    monkeypatch.setattr(network_folder, "MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))

    main(["enter", str(folder), "--reader", "ES"])

    told = capsys.readouterr().err
    assert told.startswith("ramris: This study lies on a network drive.")
    assert "Mustermann" not in told


def test_a_drive_of_this_computer_needs_no_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mounts").write_text("22 1 254:0 / / rw - ext4 /dev/vda rw\n")
    monkeypatch.setattr(network_folder, "MOUNTS", tmp_path / "mounts")

    assert network_folder.warning_for(tmp_path) == ""
