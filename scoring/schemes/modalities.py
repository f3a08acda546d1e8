"""Series that a scheme may name, by the modality of its images: kinds, and planes or views, with their words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct


class Modality(Struct, frozen=True):
    """What series of a modality can be called: kinds and planes (of a radiograph: views), each with its word.

    hangs: whether this version imports such images and hangs them.
    """

    code: str
    name: str
    kinds: Mapping[str, str]
    planes: Mapping[str, str]
    hangs: bool


MR: Final = Modality(
    "MR",
    "magnetic resonance images",
    MappingProxyType({"T1": "T1", "T2FS": "T2 fat-sat", "PD": "PD", "T1FSGD": "T1 post-Gd fat-sat"}),
    MappingProxyType({"AX": "axial", "COR": "coronal", "SAG": "sagittal"}),
    hangs=True,
)
# CR and DX of DICOM are both radiographs
XR: Final = Modality(
    "XR",
    "radiographs",
    MappingProxyType({"HAND": "hand radiograph", "FOOT": "foot radiograph"}),
    MappingProxyType({"PA": "posteroanterior", "AP": "anteroposterior"}),
    hangs=False,
)
MODALITIES: Final[Mapping[str, Modality]] = MappingProxyType({item.code: item for item in (MR, XR)})

KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType({**MR.kinds, **XR.kinds})
PLANE_WORDS: Final[Mapping[str, str]] = MappingProxyType({**MR.planes, **XR.planes})
