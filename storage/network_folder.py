"""Whether a study lies where another computer keeps the disk: locks and syncs of such drives can't be relied on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")
# sqlite.org/lockingv3.html, "How To Corrupt": locking over a network file system is often broken
_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "ceph", "glusterfs", "lustre"}
)
_NETWORK_FUSE: Final = frozenset({"fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2", "davfs"})
_DRIVE_REMOTE: Final = 4

WARNING: Final = (
    "This study lies on a network drive. Grades are saved as safely as that drive saves, and two computers may not "
    "shut each other out: read from a copy on this computer (`study hand-over`) and bring it back (`study merge`)."
)


def warning_for(study: Path) -> str:
    """The line for whoever opens the study; empty where the drive is this computer's own, or nobody can say."""
    return WARNING if lies_on_network(study) else ""


def lies_on_network(folder: Path) -> bool:
    """Whether the folder is on a network drive, as far as the system tells; on macOS it isn't asked."""
    path = folder.resolve()
    if sys.platform == "win32":
        return _windows_remote(path)
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


def _windows_remote(path: Path) -> bool:
    if str(path).startswith("\\\\"):
        return True
    import ctypes  # noqa: PLC0415 - Windows alone asks it

    kernel = getattr(ctypes, "windll", None)
    return kernel is not None and kernel.kernel32.GetDriveTypeW(path.anchor) == _DRIVE_REMOTE
