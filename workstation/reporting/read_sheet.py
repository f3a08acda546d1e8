"""Sheet of a signed reading, to print: all that the signature stands for. Names a case, never a subject."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import escape
from typing import Final

from scoring.readings.reading import Answer, Graded, NotAssessable, SiteKey
from scoring.readings.strict_totals import site_change, total, total_change
from scoring.readings.visit_words import difference_word, worded
from scoring.schemes.grade_names import has_letters, letter_of, span_words
from scoring.schemes.scheme import Feature, Site, Total
from storage.clock import with_zone
from storage.records import KeyImage
from storage.signing.signed_reading import Amended, SignedOnce, SignedReading
from storage.version import VERSION
from workstation.reading.answers.review import GIVEN, MEASURED
from workstation.reading.wording import VISIT_NAMES
from workstation.reporting.page import template_text
from workstation.reporting.paper_tables import pairs, table

Pictures = Mapping[int, bytes | None]
_DASH: Final = "\N{EN DASH}"
_SIGN: Final = "\N{MINUS SIGN}"
# Qt's text engine leaves no room between a table and the heading behind it
_GAP: Final = '<p class="notes">&nbsp;</p>'
# words stand behind a number that ends at the edge of its column
_BEHIND: Final = "&nbsp; "
_PICTURES_IN_A_ROW: Final = 3
_PICTURE_WIDTH: Final = 150
_HEAD: Final = (
    "The head is one hash over the whole record with this signature. <code>ramris audit DIR --head HASH</code> says "
    "whether a study still holds that state, and so does the script in a trail, without the program."
)


def read_sheet(found: SignedReading, pictures: Pictures) -> str:
    """HTML for Qt's text engine; `pictures` are PNG by the number of the key image."""
    style = template_text("paper.css")
    parts = (
        f"<h1>Read sheet of case {escape(found.case)}</h1>",
        _facts(found),
        "<h2>Totals</h2>",
        _totals(found),
        f"{_GAP}<h2>Scores of {len(found.visits) * found.scheme.sites_per_visit} sites and visits</h2>",
        *(_feature(found, feature) for feature in found.scheme.features),
        f"{_GAP}<h2>Checks before signing</h2>",
        _checks(found.signature),
        _amended(found),
        _images(found, pictures),
        "<h2>Signature</h2>",
        _signature(found),
    )
    return f"<html><head><style>{style}</style></head><body>{''.join(parts)}</body></html>"


def title_of(found: SignedReading) -> str:
    """What stands in the foot of each page."""
    return f"Read sheet of case {found.case}, reader {found.reader}, head {found.signature.head[:12]}"


def _facts(found: SignedReading) -> str:
    scheme, signed = found.scheme, found.signature
    return pairs(
        (
            ("Reader", f"{found.reader}, {signed.name}" if signed.name else found.reader),
            ("Signed", with_zone(signed.at_utc)),
            ("Scheme", f"{scheme.name}: {scheme.id} {scheme.version}, SHA-256 {scheme.sha256}"),
            ("Design", f"version {signed.design}, SHA-256 {signed.design_sha256}"),
            ("Visits", " and ".join(_visit(found, visit) for visit in found.visits)),
            ("Written by", f"ramris {VERSION}"),
        )
    )


def _totals(found: SignedReading) -> str:
    head = ["Total", *(_visit(found, visit) for visit in found.visits)]
    if not found.alone:
        head.append(difference_word(ordered=found.ordered))
    rows = ([*_total(found, declared), ""] for declared in found.scheme.totals)
    return table([*head, ""], rows, words=(0, len(head)), widths=_widths(found))


def _total(found: SignedReading, declared: Total) -> Iterator[str]:
    yield escape(declared.name)
    for visit in found.visits:
        yield _number(total(found.scheme, found.reading, declared.code, visit).value)
    if not found.alone:
        yield _signed_number(total_change(found.scheme, found.reading, declared.code).value)


def _feature(found: SignedReading, feature: Feature) -> str:
    scale = f"{feature.scale.minimum:f} to {feature.scale.maximum:f}"
    if has_letters(feature.scale):
        scale = span_words(feature.scale)
    head = [f"{escape(feature.name)} ({scale})", *(_visit(found, visit) for visit in found.visits)]
    if not found.alone:
        head.append(difference_word(ordered=found.ordered))
    head.append(f"{_BEHIND}To be known")
    rows = [_site(found, feature, site) for site in feature.sites]
    return table(head, rows, words=(0, len(head) - 1), widths=_widths(found))


def _widths(found: SignedReading) -> tuple[int, ...]:
    """In percent: so the columns of all tables stand under each other."""
    return (40, 12, 48) if found.alone else (40, 9, 9, 9, 33)


def _site(found: SignedReading, feature: Feature, site: Site) -> list[str]:
    keys = [SiteKey(visit, feature.code, site.code) for visit in found.visits]
    cells = [escape(site.name), *(_answer(feature, found.reading.answer(key)) for key in keys)]
    if not found.alone:
        cells.append(_signed_number(site_change(found.reading, feature.code, site.code)))
    said = [(key, text) for key in keys for text in _remarks(found, key)]
    both = [text for text in dict.fromkeys(text for _, text in said) if len(keys) == sum(t == text for _, t in said)]
    told = [f"both: {text}" if len(keys) > 1 else text for text in both]
    told += [f"{_visit(found, key.visit).lower()}: {text}" for key, text in said if text not in both]
    return [*cells, f"{_BEHIND}{escape('; '.join(told))}" if told else ""]


def _remarks(found: SignedReading, key: SiteKey) -> Iterator[str]:
    """All that stands beside an answer: the code in words, how it was given, note, measurement."""
    answer, note = found.reading.answer(key), found.notes.get(key)
    if isinstance(answer, NotAssessable):
        meaning = next((code.name for code in found.scheme.unscorable if code.code == answer.code), "")
        yield f"{answer.code}: {': '.join(part for part in (meaning, answer.text) if part)}"
    viewing = None if answer is None else found.viewings.get((key, answer))
    if viewing is not None and viewing.by:
        yield worded(GIVEN.get(viewing.by, viewing.by), ordered=found.ordered, alone=found.alone)
    if isinstance(answer, Graded) and viewing is not None and viewing.seen < viewing.needed:
        yield f"{viewing.seen or 'none'} of {viewing.needed} slices seen when it was given"
    sighting = None if answer is None else found.sightings.get((key, answer))
    if sighting is not None and sighting.measured_value is not None:
        yield MEASURED.get(sighting.measured, "measured {0:g}").format(sighting.measured_value)
    if note is not None and note.unsure:
        yield "unsure"
    if note is not None and note.text:
        yield f"note: {note.text}"


def _checks(signed: SignedOnce) -> str:
    if not signed.checks:
        return "<p>The checks found no problem.</p>"
    rows = ((escape(text), escape(answer)) for text, answer in signed.checks)
    return table(("Found", "The reader's answer"), rows, words=(0, 1))


def _amended(found: SignedReading) -> str:
    if len(found.signatures) == 1:
        return ""
    earlier = ", ".join(f"{with_zone(signed.at_utc)} (head {signed.head[:12]})" for signed in found.signatures[:-1])
    told = f"<h2>Amendments</h2><p>Signed before on {escape(earlier)}, then reopened by the coordinator.</p>"
    if not found.amended:
        return f"{told}<p>No answer was changed since.</p>"
    rows = (
        (_named(found, item.key), *_before_after(found, item), escape(with_zone(item.at_utc))) for item in found.amended
    )
    return told + table(("Changed since the first signature", "Before", "After", "When"), rows, words=(0, 3))


def _images(found: SignedReading, pictures: Pictures) -> str:
    if not found.images:
        return "<h2>Key images</h2><p>The reader kept none.</p>"
    cells = [_image(found, image, pictures.get(image.number)) for image in found.images]
    rows = [cells[start : start + _PICTURES_IN_A_ROW] for start in range(0, len(cells), _PICTURES_IN_A_ROW)]
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<h2>Key images</h2><table cellpadding="6" cellspacing="0">{body}</table>'


def _image(found: SignedReading, image: KeyImage, picture: bytes | None) -> str:
    series = found.series.get(image.series)
    which = (
        "" if series is None else f"{series.kind} {series.plane}, slice {image.slice_index + 1} of {len(series.slices)}"
    )
    shown = "<p>Its pixels aren't there, or aren't those of the record: the coordinator can run the audit.</p>"
    if picture is not None:
        coded = base64.b64encode(picture).decode()
        shown = f'<img src="data:image/png;base64,{coded}" width="{_PICTURE_WIDTH}">'
    told = f"{image.number}. {_named(found, image.key)}. {escape(which)}"
    window = f"window {image.window_low:g} to {image.window_high:g}"
    return f'<td valign="top" width="{_PICTURE_WIDTH}">{shown}<p class="caption">{told}; {window}</p></td>'


def _signature(found: SignedReading) -> str:
    signed = found.signature
    said = f"<p>\N{LEFT DOUBLE QUOTATION MARK}{escape(signed.meaning)}\N{RIGHT DOUBLE QUOTATION MARK}</p>"
    facts = pairs(
        (
            ("Signed by", f"{signed.name} ({found.reader})" if signed.name else found.reader),
            ("When", with_zone(signed.at_utc)),
            ("Passphrase", "asked for and given" if signed.passphrase else "none is set for this reader"),
            ("On the record as", f"act {signed.act}"),
            ("SHA-256 of the answers", signed.answers_sha256),
            ("Head of the record", signed.head),
        )
    )
    return f'{said}{facts}<p class="notes">{_HEAD}</p>'


def _visit(found: SignedReading, visit: int) -> str:
    return worded(VISIT_NAMES[visit].capitalize(), ordered=found.ordered, alone=found.alone)


def _named(found: SignedReading, key: SiteKey) -> str:
    feature = found.scheme.feature(key.feature)
    site = next((site.name for site in feature.sites if site.code == key.site), key.site)
    at = "" if found.alone else f", {_visit(found, key.visit).lower()}"
    return escape(f"{feature.name}, {site}{at}")


def _before_after(found: SignedReading, item: Amended) -> tuple[str, str]:
    feature = found.scheme.feature(item.key.feature)
    return _answer(feature, item.before), _answer(feature, item.after)


def _answer(feature: Feature, answer: Answer | None) -> str:
    match answer:
        case Graded(grade):
            return letter_of(feature.scale, grade) or _number(grade)
        case NotAssessable(code, _):
            return escape(code)
        case None:
            return "blank"


def _number(value: Decimal | None) -> str:
    return _DASH if value is None else f"{value.normalize():f}".replace("-", _SIGN)


def _signed_number(value: Decimal | None) -> str:
    if value is None:
        return _DASH
    return f"{value.normalize():+f}".replace("-", _SIGN) if value else "0"
