"""Images encrypted on a reader's disk by the key store of a real desktop: GNOME's, on a bus of the test's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINE = "apt-get install -y --no-install-recommends dbus gnome-keyring"
# as a desktop does when somebody logs in: the store is opened by that password
BEGIN = 'printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" "$@"'
ASKED = """
import sys
from pathlib import Path
import secretstorage
from storage.apart import at_rest

copy, content = Path(sys.argv[1]), bytes(range(256)) * 40
print(at_rest.begin(copy).name)
rest = at_rest.of(copy / "images")
kept = rest.turned("A/1.dcm", content)
at_rest._asked.clear()
again = at_rest.of(copy / "images")
print(kept != content and again is not rest and again.turned("A/1.dcm", kept) == content)
secretstorage.get_default_collection(secretstorage.dbus_init()).lock()
at_rest._asked.clear()
print(at_rest.begin(copy).name, at_rest.of(copy / "images"))
"""


def test_it_keeps_the_key_gives_it_again_and_shut_keeps_nobody_waiting(tmp_path: Path) -> None:
    bus = shutil.which("dbus-run-session")
    if bus is None or shutil.which("gnome-keyring-daemon") is None:
        pytest.skip(f"needs GNOME's key store. On Debian or Ubuntu: sudo {LINE}")
    for name in ("home", "run", "copy/images"):
        (tmp_path / name).mkdir(parents=True, mode=0o700)
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home"), "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "PYTHONPATH": str(Path(__file__).parents[2]), "LC_ALL": "C.UTF-8",
    }  # fmt: skip

    done = subprocess.run(
        [bus, "--", "sh", "-c", BEGIN, sys.executable, "-c", ASKED, str(tmp_path / "copy")],
        env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout.splitlines() == ["ENCRYPTED", "True", "SHUT None"], done.stderr
    # the store is a file, and the key isn't in it as it is
    (kept,) = (tmp_path / "home").rglob("*.keyring")
    assert b"ramris" not in kept.read_bytes()
