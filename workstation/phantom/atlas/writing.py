"""Atlas on disk: a picture for each plate, and atlas.toml, as the reading room takes any atlas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workstation.phantom.atlas.greys import png
from workstation.phantom.atlas.lesion import Ring
from workstation.phantom.atlas.plate_pictures import Drawn, draw
from workstation.phantom.atlas.plates import SERIES_OF, Plate, plates
from workstation.phantom.study import check_new, whole_or_nothing

SYNTHETIC = "Synthetic"
ABOUT = (
    "Synthetic pictures, drawn by this program from a model of a wrist: nobody's wrist, and no picture of a patient. "
    "They show what a grade is by the scheme's definition, not how disease looks in all people. "
    "Free to use, as the program is (MIT licence)."
)
SCHEMES = ("ramris-wrist", "ramris-wrist-half", "ramris-wrist-omeract", "ramris-wrist-hand")

_ILL = {
    "SYN": "of the compartment is filled by inflamed synovium",
    "TEN": "mm wide at its widest",
    "OST": "of the assessed bone is oedematous",
    "ERO": "of the assessed bone is eroded",
}
_KINDS = {"T1": "T1", "T2FS": "fat-suppressed T2", "T1FSGD": "fat-suppressed T1 after contrast"}
_PLANES = {"AX": "Axial", "COR": "Coronal"}

_HEADER = """# Written by `ramris phantom OUT --atlas`. Outlines are corners (column,row) in pixels of the picture.
"""


def caption(plate: Plate, quantity: float) -> str:
    """What stands below a picture: that it is synthetic, what was counted, and the series."""
    kind, plane = SERIES_OF[plate.feature]
    series = f"{_PLANES[plane]} {_KINDS[kind]}."
    if quantity == 0:
        return f"{SYNTHETIC}: nothing here is ill. {series}"
    amount = f"{quantity:.1f}" if plate.feature == "TEN" else f"{100 * quantity:.0f} %"
    return f"{SYNTHETIC}: {amount} {_ILL[plate.feature]}. {series}"


def write_atlas(out: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Write every picture and atlas.toml; how many pictures. The same version of the program writes the same bytes.

    Raises:
        UsageRefused: a folder that holds something, or can't be written.
    """
    check_new(out)
    every = tuple(plates())
    with whole_or_nothing(out) as building:
        entries = []
        for number, plate in enumerate(every, 1):
            drawn = draw(plate)
            words = {"Description": caption(plate, drawn.quantity), "Copyright": "MIT licence", "Software": "ramris"}
            (building / plate.name).write_bytes(png(drawn.grey, words))
            entries.append(_entry(plate, drawn))
            if progress is not None:
                progress(number, len(every))
        named = ", ".join(f'"{name}"' for name in SCHEMES)
        head = f'about = "{ABOUT}"\nschemes = [{named}]\n'
        (building / "atlas.toml").write_text(_HEADER + head + "".join(entries), "utf-8", newline="\n")
    return len(every)


def _entry(plate: Plate, drawn: Drawn) -> str:
    lines = "".join(f'  "{_corners(ring)}",\n' for ring in drawn.rings)
    outline = f"outline = [\n{lines}]\n" if lines else ""
    return (
        f'\n[[picture]]\nfile = "{plate.name}"\nfeature = "{plate.feature}"\nsite = "{plate.site}"\n'
        f'grade = {plate.grade}\ncaption = "{caption(plate, drawn.quantity)}"\n{outline}'
    )


def _corners(ring: Ring) -> str:
    return " ".join(f"{column:.1f},{row:.1f}" for column, row in ring)
