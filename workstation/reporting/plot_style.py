"""The style that all plots share, and a plot as SVG text: the same numbers give the same bytes.

matplotlib is imported when the first plot is drawn.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart by readers with any colour vision
INK: Final = "#1a1f26"
GREY: Final = "#6b7480"
FAINT: Final = "#d9dde2"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
GREEN: Final = "#009e73"
SKY: Final = "#56b4e9"
# Diverging, blue for less and red for more; safe for red-green blindness (ColorBrewer RdBu)
LESS_TO_MORE: Final = "RdBu_r"

# A plot as wide as a page, in inches
PAGE: Final = 7.1

_STYLE: Final[dict[Any, Any]] = {
    # the salt makes the ids inside the SVG the same each time
    "svg.hashsalt": "ramris",
    # letters as outlines: they look the same where the fonts are others
    "svg.fonttype": "path",
    # journals take no fonts of type 3
    "pdf.fonttype": 42,
    "font.family": ["DejaVu Sans"],
    "font.size": 7.0,
    "axes.titlesize": 7.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.color": INK,
    "lines.linewidth": 1.0,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "figure.dpi": 72.0,
}
# A blank has no outline; other programs stumble over a reference to nothing
_BLANK: Final = re.compile(r'<path id="([^"]+)"( transform="[^"]*")?/>')


@contextmanager
def a_figure(height: float, width: float = PAGE, *, fitted: bool = True) -> Iterator[Figure]:
    """A new figure of that size in inches, in our style; fitted: room round each plot as its words need it."""
    import matplotlib as mpl  # noqa: PLC0415 - see the first lines of this module
    from matplotlib.figure import Figure as NewFigure  # noqa: PLC0415

    with mpl.rc_context(_STYLE):
        yield NewFigure(figsize=(width, height), layout="constrained" if fitted else None)


def as_svg(figure: Figure) -> str:
    """The figure as an `svg` element, without date, program name or anything else that differs from run to run."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - see the first lines of this module

    text = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(text, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    for blank in {found[0] for found in _BLANK.findall(svg)}:
        svg = re.sub(rf'\s*<use xlink:href="#{re.escape(blank)}"[^>]*/>', "", svg)
    return _BLANK.sub("", svg).strip()


def zero_line(axes: Axes, *, upright: bool = False) -> None:
    """A faint line at 0."""
    draw = axes.axvline if upright else axes.axhline
    draw(0.0, color=FAINT, linewidth=0.8, zorder=0)
