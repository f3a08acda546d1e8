"""One person in memory, shared by the tests of the model."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from workstation.phantom.anatomy.bones import Skeleton
from workstation.phantom.anatomy.tendons import lay
from workstation.phantom.enhanced import merge
from workstation.phantom.hand import Hand, Rigid, Texture, ill_hand, turn
from workstation.phantom.plan import textbook
from workstation.phantom.study import write_study


@pytest.fixture(scope="session")
def hands() -> tuple[Hand, Hand]:
    """One person at baseline and follow-up; both lie alike, a little askew."""
    random = np.random.default_rng(11)
    skeleton = Skeleton(np.column_stack([random.normal(size=(3, 3)), random.uniform(0, 6.28, 3)]))
    tubes = lay(skeleton)
    texture = Texture.drawn(random)
    placed = Rigid(turn((4.0, -3.0, 5.0)), np.array([12.0, 30.0, -8.0]))
    first, second = (ill_hand(illness, skeleton, tubes, texture, placed) for illness in textbook(random))
    return first, second


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair of 48 x 48, written once; copy it before changing anything."""
    out = tmp_path_factory.mktemp("phantom") / "pair"
    write_study(out, seed=5, size=48)
    return out


@pytest.fixture(scope="session")
def multi_frame(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small pair with one Enhanced file for a series."""
    copied = tmp_path_factory.mktemp("enhanced") / "pair"
    shutil.copytree(small, copied)
    for visit in (copied / "VEXHOLLOW_0001").iterdir():
        merge(visit)
    return copied
