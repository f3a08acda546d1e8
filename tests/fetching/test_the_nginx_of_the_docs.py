"""The nginx of docs/server.md as it is written there, on the loopback: what a reader gets from it, and a stranger."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scoring.values import replace
from storage.apart.image_list import read_list, write_list
from tests.builders.servers.typed import typed
from workstation.cli.shared import DONE

PAGE = Path(__file__).parents[2] / "docs" / "server.md"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
USERS = "ad:{PLAIN}long enough\n"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx isn't installed here: apt-get install nginx-light")


@pytest.fixture
def shown(handed_apart: Path, pair: tuple[Path, Path], tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of it, and the copy."""
    shutil.copytree(handed_apart / "copy", tmp_path / "copy")
    root = tmp_path / "srv"
    shutil.copytree(handed_apart / "pieces", root / "ad")
    (root / "be").mkdir()
    (root / "be" / ("0" * 32)).write_bytes(b"another reader's")
    (tmp_path / "ad.users").write_text(USERS, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (block,) = re.findall(r"```nginx\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for old, new in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("/etc/nginx/images.crt", str(pair[0])),
        ("/etc/nginx/images.key", str(pair[1])),
        ("/etc/nginx/ad.users", str(tmp_path / "ad.users")),
        ("/srv/images", str(root)),
    ):
        assert old in block
        block = block.replace(old, new)
    (tmp_path / "temp").mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {tmp_path}/temp/{kind};" for kind in kinds)
    # a server that root starts gives its work to another account, which can't read a test's folder
    who = "user root;" if Path("/proc/self").owner() == "root" else ""
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; {who} worker_processes 1; pid {tmp_path}/pid; error_log {tmp_path}/log;"
        f"events {{}} http {{ access_log off; {temporary} {block} }}",
        encoding="utf-8",
    )
    assert NGINX is not None
    running = subprocess.Popen([NGINX, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "log", "-p", tmp_path])
    try:
        for _ in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert running.poll() is None, (tmp_path / "log").read_text("utf-8")
            time.sleep(0.05)
        yield f"https://127.0.0.1:{port}", tmp_path / "copy"
    finally:
        running.terminate()
        running.wait(30)


def test_a_reader_gets_the_images_with_the_password_and_a_stranger_learns_nothing(
    shown: tuple[str, Path], pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, copy = shown
    write_list(copy, replace(read_list(copy), address=f"{address}/ad", user="ad", ca=str(pair[0])))
    monkeypatch.setenv("RAMRIS_IMAGES_PASSWORD", "long enough")
    assert typed("fetch", str(copy)).exit_code == DONE

    there = next(iter(read_list(copy).files.values())).pieces[0]

    def status(path: str, **more: object) -> int:
        answer = requests.get(f"{address}{path}", verify=str(pair[0]), timeout=30, **more)  # type: ignore[arg-type]
        return answer.status_code

    known: dict[str, object] = {"auth": ("ad", "long enough")}
    assert status(f"/ad/{there}") == status(f"/ad/{'0' * 32}") == status("/ad/") == 401
    assert status("/") == status(f"/be/{'0' * 32}") == status("/be/") == 404
    assert status(f"/ad/{there}", **known) == 200
    assert status(f"/ad/{'0' * 32}", **known) == 404
    assert status("/ad/", **known) == 403
    assert status(f"/be/{'0' * 32}", **known) == 404
    assert status(f"/ad/{there}", auth=("ad", "wrong")) == 401
    user = {"auth": ("ad", "long enough"), "verify": str(pair[0])}
    assert requests.put(f"{address}/ad/new", b"x", timeout=30, **user).status_code == 403  # type: ignore[arg-type]
    # of one moment and one size, so ETags, which nginx makes of both, are alike
    pieces = [name for item in list(read_list(copy).files.values())[:6] for name in item.pieces]
    answers = [requests.head(f"{address}/ad/{name}", timeout=30, **user) for name in pieces]  # type: ignore[arg-type]
    tags = {answer.headers["ETag"] for answer in answers}
    assert len(tags) == 1
