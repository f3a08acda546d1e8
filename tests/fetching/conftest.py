"""A reader's copy whose images lie on a server with TLS, on the loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scoring.values import replace
from storage.apart.image_list import ImageList, read_list, write_list
from storage.apart.setting_apart import Apart
from storage.handover.hand_over import hand_over
from tests.builders.editions import a_trial
from tests.builders.servers.tls_folder import Shown, certificate, shown
from tests.builders.studies import as_it_is


@dataclass(frozen=True)
class Elsewhere:
    """The study, a copy of it for ES, the folder of its images, and the server that shows that."""

    study: Path
    copy: Path
    pieces: Path
    server: Shown

    @property
    def images(self) -> ImageList:
        return read_list(self.copy)


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Certificate and key of the server."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def handed_apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of six subjects, some of them read twice, and a copy for ES with its images apart."""
    root = tmp_path_factory.mktemp("apart")
    study, _ = a_trial(root / "trial", 6, every=3, readers=("ES",))
    for image in (study / "images").rglob("*.dcm"):
        # as long as the index says, so that a room can show it
        image.write_bytes(image.read_bytes().ljust(1_100, b"\1"))
    hand_over(study, root / "copy", as_it_is, "ES", apart=Apart(root / "pieces", "https://127.0.0.1:1/images"))
    return root


@pytest.fixture
def elsewhere(handed_apart: Path, tmp_path: Path, pair: tuple[Path, Path]) -> Iterator[Elsewhere]:
    """That copy anew, with its images shown by a server that it trusts."""
    for name in ("copy", "pieces"):
        shutil.copytree(handed_apart / name, tmp_path / name)
    with shown(tmp_path / "pieces", pair) as server:
        images = replace(read_list(tmp_path / "copy"), address=server.address, ca=str(server.ca))
        write_list(tmp_path / "copy", images)
        yield Elsewhere(handed_apart / "trial", tmp_path / "copy", tmp_path / "pieces", server)


@pytest.fixture(scope="session")
def trial_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of one subject that two readers read."""
    return a_trial(tmp_path_factory.mktemp("two") / "trial", 1)[0]
