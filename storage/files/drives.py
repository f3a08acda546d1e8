"""Drives that are no safe home for a study: another computer's disk, or a folder that a cloud program carries away.

Locks and syncs of network drives can't be relied on; a program that synchronises a folder with a cloud copies study.db
in mid-write, and puts older ones back. Linux has its mount table, macOS `mount`, Windows kinds of drives;
cloud folders are known by the names that their programs give them. On macOS and Windows this was never run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path, PurePath
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
# sqlite.org/lockingv3.html, "How To Corrupt": locking over a network file system is often broken
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs", "lustre"}
)
_NETWORK_FUSE: Final = frozenset({"fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "davfs"})
_MAC_NETWORK: Final = frozenset({"afpfs", "webdav", "macfuse", "osxfuse"})
_DRIVE_REMOTE: Final = 4
_PATIENCE_S: Final = 2

WARNING: Final = (
    "This study lies on a network drive. Grades are saved as safely as that drive saves, and two computers may not "
    "shut each other out: read from a copy on this computer (`study hand-over`) and bring it back (`study merge`)."
)


CLOUD_WARNING: Final = (
    "This study lies in a folder that a program synchronises with a cloud. It may copy the study in mid-write or put "
    "an older one back: move the study to a folder of this computer alone, or stop synchronising while you read."
)
# The folders' own names, and how the names begin of those that carry an account's, as "OneDrive - Clinic" does
_CLOUD: Final = frozenset(
    {"onedrive", "dropbox", "google drive", "googledrive", "iclouddrive", "com~apple~clouddocs", "cloudstorage",
     "nextcloud", "owncloud", "seafile", "box sync", "pclouddrive", "mega"}
)  # fmt: skip
_CLOUD_OF_AN_ACCOUNT: Final = ("onedrive -", "onedrive-", "dropbox (", "dropbox-", "googledrive-", "nextcloud-")


def warning_for(study: Path) -> str:
    """The line for whoever opens the study; empty where the drive is this computer's own, or nobody can say."""
    path = study.resolve()
    if lies_on_network(path):
        return WARNING
    return CLOUD_WARNING if lies_in_a_cloud(path) else ""


def lies_in_a_cloud(path: PurePath) -> bool:
    """Whether a folder above is named as a program names the one that it synchronises."""
    names = [part.casefold() for part in path.parts]
    return any(name in _CLOUD or name.startswith(_CLOUD_OF_AN_ACCOUNT) for name in names)


def lies_on_network(folder: Path) -> bool:
    """Whether the folder is on a network drive, as far as the system tells."""
    path = folder.resolve()
    if sys.platform == "win32":
        return _windows_remote(path)
    if sys.platform == "darwin":
        return mac_file_system_of(path, _mac_mounts()) in _NETWORK | _MAC_NETWORK
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return file_system_of(path, mounts) in _NETWORK | _NETWORK_FUSE


def file_system_of(path: Path, mounts: str) -> str:
    """The type of the file system that holds an absolute path, from a text like /proc/self/mountinfo; "" unknown.

    Source: proc(5): the fifth field is the mount point, the type is the first field behind the lone dash.
    """
    best, found = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if "-" not in fields[6:]:
            continue
        point = Path(fields[4].replace("\\040", " "))
        # of two mounts on one point the later one lies on top
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, found = len(point.parts), fields[fields.index("-", 6) + 1]
    return found


def mac_file_system_of(path: PurePath, mounts: str) -> str:
    """The same from what macOS' `mount` prints: `//r@server/share on /Volumes/share (smbfs, nodev, nosuid)`."""
    best, found = -1, ""
    for line in mounts.splitlines():
        _, on, rest = line.partition(" on ")
        point, bracket, options = rest.rpartition(" (")
        if on and bracket and path.is_relative_to(point) and len(PurePath(point).parts) >= best:
            best, found = len(PurePath(point).parts), options.partition(",")[0].rstrip(")")
    return found


def _mac_mounts() -> str:
    try:
        done = subprocess.run(["/sbin/mount"], capture_output=True, timeout=_PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")


def _windows_remote(path: Path) -> bool:
    if str(path).startswith("\\\\"):
        return True
    import ctypes  # noqa: PLC0415 - Windows alone asks it

    kernel = getattr(ctypes, "windll", None)
    return kernel is not None and kernel.kernel32.GetDriveTypeW(path.anchor) == _DRIVE_REMOTE
