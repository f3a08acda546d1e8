"""A figure as journals take it: SVG and PDF, both vectors, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workstation.reporting.plot_style import a_figure, as_svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True, slots=True)
class Drawing:
    """One figure. `svg` is an element that a page can hold."""

    svg: str
    pdf: bytes

    def files(self, name: str) -> dict[str, bytes]:
        """`NAME.svg` and `NAME.pdf`."""
        return {f"{name}.svg": f"{_HEAD}{self.svg}\n".encode(), f"{name}.pdf": self.pdf}


def drawn(draw: Callable[[Figure], None], height: float, width: float) -> Drawing:
    """What `draw` draws, so many inches large."""
    with a_figure(height, width) as figure:
        draw(figure)
        return Drawing(as_svg(figure), _as_pdf(figure))


def _as_pdf(figure: Figure) -> bytes:
    """The figure as one page, without the time and the program that made it."""
    content = io.BytesIO()
    figure.savefig(content, format="pdf", metadata={"CreationDate": None, "Producer": None, "Creator": None})
    return content.getvalue()
