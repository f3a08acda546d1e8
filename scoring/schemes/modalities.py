"""Series that a scheme may name, by the modality of its images: kinds, and planes or views, with their words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct


class Modality(Struct, frozen=True, eq=False):
    """What series of a modality can be called: kinds and planes (of a radiograph: views), each with its word.

    within: a kind of one side -> the kind of both.
    """

    code: str
    name: str
    kinds: Mapping[str, str]
    planes: Mapping[str, str]
    within: Mapping[str, str] = MappingProxyType({})

    def shows(self, found: str, wanted: str) -> bool:
        """Whether a series of a kind shows what is wanted: a picture of both hands shows the right one."""
        return found in {wanted, self.within.get(wanted)}

    def names(self, general: str, kind: str) -> bool:
        """Whether a kind is that one, or one side of it."""
        return general in {kind, self.within.get(kind)}


MR: Final = Modality(
    "MR",
    "magnetic resonance images",
    MappingProxyType({"T1": "T1", "T2FS": "T2 fat-sat", "PD": "PD", "T1FSGD": "T1 post-Gd fat-sat"}),
    MappingProxyType({"AX": "axial", "COR": "coronal", "SAG": "sagittal"}),
)
# CR and DX of DICOM are both radiographs
XR: Final = Modality(
    "XR",
    "radiographs",
    MappingProxyType(
        {
            "HAND": "hand radiograph",
            "RHAND": "right hand radiograph",
            "LHAND": "left hand radiograph",
            "FOOT": "foot radiograph",
            "RFOOT": "right foot radiograph",
            "LFOOT": "left foot radiograph",
        }
    ),
    MappingProxyType({"PA": "posteroanterior", "AP": "anteroposterior", "OBL": "oblique", "LAT": "lateral"}),
    within=MappingProxyType({"RHAND": "HAND", "LHAND": "HAND", "RFOOT": "FOOT", "LFOOT": "FOOT"}),
)
MODALITIES: Final[Mapping[str, Modality]] = MappingProxyType({item.code: item for item in (MR, XR)})

KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType({**MR.kinds, **XR.kinds})
PLANE_WORDS: Final[Mapping[str, str]] = MappingProxyType({**MR.planes, **XR.planes})


def modality_of_plane(plane: str) -> Modality:
    """Which modality a series is of: planes of MR and views of radiographs have no word in common."""
    return XR if plane in XR.planes else MR
