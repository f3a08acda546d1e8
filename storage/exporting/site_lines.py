"""Single sites: every grade of every reading, and apart from them the readers' words. Pure.

A million lines come through here: each is joined from pieces made before, one for the site, one for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from scoring.reading import NotAssessable
from storage.exporting.csv_text import number_cell, text_cell, text_cells
from storage.exporting.sheet import Sheet, answer_cells, head, sites, tail, visit_cells


class _AnswerPieces(dict[str, str]):
    """Text of the record -> cells; made at the first asking."""

    def __init__(self, sheet: Sheet, *, there: bool) -> None:
        super().__init__()
        self._sheet, self._there = sheet, there

    def __missing__(self, text: str) -> str:
        found = self[text] = answer_cells(self._sheet.texts.answer(text), there=self._there)
        return found


def score_lines(sheet: Sheet) -> Iterator[str]:
    """One line for each reading, visit, feature and site, also while it is blank; a visit's lines at once."""
    where = [text_cells((feature.code, site.code)) for feature, site in sites(sheet.scheme)]
    scales = [
        ",".join(map(number_cell, (feature.scale.minimum, feature.scale.maximum, feature.scale.step)))
        for feature, _ in sites(sheet.scheme)
    ]
    pieces = {there: _AnswerPieces(sheet, there=there) for there in (False, True)}
    for item, visit in sheet.by_visit():
        first, last = head(sheet, item) + visit_cells(sheet, visit), tail(sheet, item)
        cells = pieces[sheet.is_there(item, visit)]
        yield "".join(
            [
                f"{first},{site},{cells[text]},{scale},{entries},{at},{last}"
                for site, scale, (text, entries, at) in zip(where, scales, sheet.cells(item, visit), strict=True)
            ]
        )


def comment_lines(sheet: Sheet) -> Iterator[str]:
    """The words of the codes that ask for some."""
    where = [text_cells((feature.code, site.code)) for feature, site in sites(sheet.scheme)]
    for item, visit in sheet.by_visit():
        for site, (text, _, _) in zip(where, sheet.cells(item, visit), strict=True):
            # a grade or a bare code has no colon: see `format_answer`
            if ":" not in text:
                continue
            answer = sheet.texts.answer(text)
            if isinstance(answer, NotAssessable):
                words = f"{text_cell(answer.code)},{text_cell(answer.text)}"
                yield f"{head(sheet, item)}{visit_cells(sheet, visit)},{site},{words},{tail(sheet, item)}"
