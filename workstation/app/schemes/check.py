"""Check of a scheme as a whole: every file by itself, then all against all. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from msgspec import Struct

from scoring.errors import TomlRefused
from scoring.readings.checks import checks_from
from scoring.schemes.bands import bands_from
from scoring.schemes.folder import (
    BANDS_FILE,
    CHECKS_FILE,
    LAYOUT_FILE,
    OUTLINES_FILE,
    POSITIONS_FILE,
    PROTOCOL_FILE,
    SCHEME_FILE,
    SchemeFolder,
    part_of,
    shipped_folder,
    shipped_ids,
)
from scoring.schemes.grade_names import has_letters, ranked_words
from scoring.schemes.load import load_scheme
from scoring.schemes.modalities import MODALITIES
from scoring.schemes.regions import regions_of
from scoring.schemes.scheme import Scale, Scheme, SeriesRef
from scoring.toml_file import TomlLocation
from scoring.values import replace
from workstation.actions.loading import shipped_actions
from workstation.actions.of_scheme import conflicts, feature_conflicts, letter_conflicts
from workstation.diagram.outlines import Diagram, load_diagram
from workstation.hanging.layout import Layout, parse_layout
from workstation.intake.protocol.study_protocol import StudyProtocol, load_protocol
from workstation.reading.images.site_positions import Positions, positions_from

# the digits, and X for ten (keys.toml)
_HIGHEST_KEY: Final = 10
_STEPS: Final = (Decimal(1), Decimal("0.5"))

WITHOUT: Final = {
    LAYOUT_FILE: "each feature hangs by the series that it is judged on, then those that confirm it",
    PROTOCOL_FILE: "a visit must have the series that the features name; anatomy and coverage aren't looked at",
    BANDS_FILE: "a measured width or share is shown without the grade that it would be",
    CHECKS_FILE: "before signing nothing is asked but for blank sites",
    OUTLINES_FILE: "there is no drawing of the sites, in the room and in reports",
    POSITIONS_FILE: "no site is proposed in the images, and slices that were seen aren't counted by site",
}


class Checked(Struct, frozen=True):
    """What a scheme's folder is worth. scheme: None where scheme.toml itself is wrong.

    mistakes: must be put right. lacks: what isn't there, and what then doesn't work. told: what else is to be known.
    """

    scheme: Scheme | None
    mistakes: tuple[str, ...]
    lacks: tuple[str, ...]
    told: tuple[str, ...] = ()


def check_scheme(folder: SchemeFolder) -> Checked:
    """Everything that can be said of a scheme before a study is made with it."""
    try:
        # by itself: what stands in it has its own line numbers
        alone = load_scheme(folder.texts[SCHEME_FILE], SCHEME_FILE)
    except TomlRefused as error:
        return Checked(None, (str(error),), ())
    if alone.files is not None:
        return Checked(None, (f"{SCHEME_FILE}: files: isn't written by hand; put the files into the folder",), ())
    mistakes: list[str] = []
    for file, compare in _PARTS.items():
        if (text := folder.texts.get(file)) is not None:
            try:
                mistakes += compare(alone, text)
            except TomlRefused as error:
                mistakes.append(str(error))
    mistakes += (*_totals(alone), *_keys(alone), *_taken_id(alone, folder))
    scheme = None if mistakes else load_scheme(folder.packed(), SCHEME_FILE)
    ranked = (feature for feature in alone.features if feature.scale.ranked)
    told = tuple(f"{feature.code}: {ranked_words(feature.scale)}" for feature in ranked)
    return Checked(scheme, tuple(mistakes), lacks_of(replace(alone, files=tuple(folder.parts.items()))), told)


def _totals(scheme: Scheme) -> Iterator[str]:
    if not scheme.totals:
        here = TomlLocation(SCHEME_FILE).at("totals")
        yield str(here.refusal("at least one is needed: exports, agreement and reports are by total"))


def _taken_id(scheme: Scheme, folder: SchemeFolder) -> Iterator[str]:
    """Exports and analyses tell schemes apart by id and version: nobody else's may look like a shipped one."""
    if scheme.id in shipped_ids() and folder.packed() != shipped_folder(scheme.id).packed():
        here = TomlLocation(SCHEME_FILE).at("id")
        yield str(here.refusal(f"the program ships {scheme.id}, and it says something else: give yours another id"))


def _keys(scheme: Scheme) -> Iterator[str]:
    location = TomlLocation(SCHEME_FILE)
    for number, why in conflicts(shipped_actions(), scheme):
        yield str(location.at("unscorable", number, "key").refusal(why))
    for number, why in feature_conflicts(shipped_actions(), scheme):
        yield str(location.at("features", number, "key").refusal(why))
    for number, index, why in letter_conflicts(shipped_actions(), scheme):
        yield str(location.at("features", number, "scale", "grades", index, "key").refusal(why))
    for number, feature in enumerate(scheme.features):
        scale, here = feature.scale, location.at("features", number, "scale")
        if has_letters(scale):
            yield from _letter_keys(scale, here)
            continue
        if scale.step not in _STEPS:
            yield str(here.at("step").refusal(f"{scale.step}: keys give whole grades and halves (step 1 or 0.5)"))
        if scale.maximum > _HIGHEST_KEY:
            yield str(here.at("maximum").refusal(f"{scale.maximum}: keys give grades up to {_HIGHEST_KEY}"))


def _letter_keys(scale: Scale, location: TomlLocation) -> Iterator[str]:
    """Letters that no key gives: without a key of their own, and no digit gives their number."""
    for index, grade in enumerate(scale.grades):
        whole = grade.grade % _STEPS[0] == 0 and grade.grade <= _HIGHEST_KEY
        if not grade.key and not whole:
            here = location.at("grades", index, "key")
            why = f"{grade.letter} needs a key: digits and X give whole numbers up to {_HIGHEST_KEY}"
            yield str(here.refusal(f"{why}, and this is {grade.grade}"))


def lacks_of(scheme: Scheme) -> tuple[str, ...]:
    """What a scheme lacks, and what doesn't work without it."""
    return tuple(_lacks(scheme))


def _lacks(scheme: Scheme) -> Iterator[str]:
    for file, means in WITHOUT.items():
        text = part_of(scheme, file)
        if text is None:
            yield f"{file}: {means}"
        elif file in _NAMES_SITES:
            sites = dict.fromkeys(str(site.code) for feature in scheme.features for site in feature.sites)
            known = _known_sites(file, text)
            absent = [site for site in sites if known is not None and site not in known]
            if absent:
                yield f"{', '.join(absent)} in {file}: for these {means}"


def _known_sites(file: str, text: str) -> frozenset[str] | None:
    """The sites that a file names; None where it can't be read, which is a mistake of its own."""
    try:
        return _NAMES_SITES[file](text)
    except TomlRefused:
        return None


def _drawn(text: str) -> frozenset[str]:
    return frozenset(item.site for item in load_diagram(text, OUTLINES_FILE).outlines)


def _positioned(text: str) -> frozenset[str]:
    return frozenset(positions_from(text, POSITIONS_FILE).sites)


def _of_layout(scheme: Scheme, text: str) -> Iterator[str]:
    layout: Layout = parse_layout(text, LAYOUT_FILE, MODALITIES[scheme.modality])
    regions, sites = regions_of(scheme), {str(site.code) for one in scheme.features for site in one.sites}
    for site in regions.at if regions is not None else ():
        if site not in sites:
            yield str(TomlLocation(LAYOUT_FILE).at("regions", "at", site).refusal("no feature has this site"))
    features = {feature.code: feature for feature in scheme.features}
    for number, entry in enumerate(layout.features):
        location = TomlLocation(LAYOUT_FILE).at("feature", number)
        if entry.feature not in features:
            yield _no_feature(location.at("code"), entry.feature, scheme)
            continue
        judged, own = features[entry.feature].judged_on, features[entry.feature].sites
        for row, start in entry.of_sites.items():
            if not any(site.code.startswith(start) for site in own):
                here = location.at("rows", entry.rows.index(row), "sites")
                yield str(here.refusal(f"no site of {entry.feature} begins with {start!r}"))
        hidden = [_named(series) for series in judged if not any(_shows(scheme, series, row) for row in entry.rows)]
        if hidden:
            yield str(
                location.at("rows").refusal(
                    f"{entry.feature} is judged on {', '.join(hidden)} ({SCHEME_FILE}), which isn't among its rows"
                )
            )
        if judged and not any(_shows(scheme, series, entry.rows[0]) for series in judged):
            yield str(
                location.at("rows", 0).refusal(
                    f"{_named(entry.rows[0])} stands first, but {entry.feature} is judged on "
                    f"{' and '.join(map(_named, judged))} ({SCHEME_FILE})"
                )
            )


def _shows(scheme: Scheme, judged: SeriesRef, row: SeriesRef) -> bool:
    """Whether a row is that series, or one side of it: HAND PA is judged on RHAND PA and LHAND PA."""
    return judged.plane == row.plane and MODALITIES[scheme.modality].names(judged.kind, row.kind)


def _of_protocol(scheme: Scheme, text: str) -> Iterator[str]:
    protocol: StudyProtocol = load_protocol(text)
    modality, location = MODALITIES[scheme.modality], TomlLocation(PROTOCOL_FILE)
    codes = {str(feature.code) for feature in scheme.features}
    names = {feature.name.lower() for feature in scheme.features}
    wanted = {SeriesRef(entry.kind, entry.plane) for entry in protocol.series}
    for number, entry in enumerate(protocol.series):
        here = location.at("series", number)
        for key, word, known in (("kind", entry.kind, modality.kinds), ("plane", entry.plane, modality.planes)):
            if word not in known:
                yield str(here.at(key).refusal(f"no {key} {word!r} of {modality.code} (allowed: {', '.join(known)})"))
        for key, said in (("unscorable", entry.unscorable), ("weakened", entry.weakened)):
            for name in said:
                if name not in codes and name not in names:
                    yield _no_feature(here.at(key), name, scheme)
    for feature in scheme.features:
        if feature.judged_on and not any(_shows(scheme, feature.judged_on[0], series) for series in wanted):
            yield str(
                location.at("series").refusal(
                    f"{feature.code} is judged on {_named(feature.judged_on[0])} ({SCHEME_FILE}), "
                    "which no visit is asked to have"
                )
            )


def _of_bands(scheme: Scheme, text: str) -> Iterator[str]:
    features = {str(feature.code): feature for feature in scheme.features}
    for number, band in enumerate(bands_from(text, BANDS_FILE)):
        location = TomlLocation(BANDS_FILE).at("band", number)
        if band.feature not in features:
            yield _no_feature(location.at("feature"), band.feature, scheme)
            continue
        scale = features[band.feature].scale
        if has_letters(scale):
            if len(band.lowest) != len(scale.grades) - 1:
                wanted = f"{band.feature} has {len(scale.grades)} letters: one limit for each but the lowest"
                yield str(location.at("from").refusal(f"{len(band.lowest)} limits, but {wanted}"))
        elif len(band.lowest) != scale.maximum:
            yield str(
                location.at("from").refusal(f"{len(band.lowest)} limits, but {band.feature} goes up to {scale.maximum}")
            )


def _of_checks(scheme: Scheme, text: str) -> Iterator[str]:
    features = {str(feature.code): feature for feature in scheme.features}
    for number, check in enumerate(checks_from(text, CHECKS_FILE)):
        location = TomlLocation(CHECKS_FILE).at("check", number)
        if check.feature and check.feature not in features:
            yield _no_feature(location.at("feature"), check.feature, scheme)
        elif check.feature and check.least > features[check.feature].scale.maximum:
            top = features[check.feature].scale.maximum
            yield str(location.at("least").refusal(f"{check.least}, but {check.feature} goes up to {top}"))


def _of_outlines(scheme: Scheme, text: str) -> Iterator[str]:
    diagram: Diagram = load_diagram(text, OUTLINES_FILE)
    location = TomlLocation(OUTLINES_FILE)
    codes = {str(feature.code) for feature in scheme.features}
    for feature in diagram.layers:
        if feature not in codes:
            yield _no_feature(location.at("layers"), feature, scheme)
    sites: dict[str, set[str]] = {}
    for item in scheme.features:
        if layer := diagram.layers.get(item.code):
            sites.setdefault(layer, set()).update(str(site.code) for site in item.sites)
    for number, outline in enumerate(diagram.outlines):
        if outline.layer in sites and outline.site not in sites[outline.layer]:
            here = location.at("outline", number, "site")
            yield str(here.refusal(f"no feature on the layer {outline.layer} has the site {outline.site!r}"))
    yield from _twice(diagram, location)
    yield from _outside(diagram, location)


def _twice(diagram: Diagram, location: TomlLocation) -> Iterator[str]:
    """Sites with two shapes on one layer: one of them is meant for another site."""
    seen: set[tuple[str, str]] = set()
    for number, outline in enumerate(diagram.outlines):
        if (outline.layer, outline.site) in seen:
            here = location.at("outline", number, "site")
            yield str(here.refusal(f"{outline.site} is drawn twice on the layer {outline.layer}"))
        seen.add((outline.layer, outline.site))


def _outside(diagram: Diagram, location: TomlLocation) -> Iterator[str]:
    """Shapes that leave the drawing: what is beyond it isn't painted, or over what stands beside it."""
    size = f"the drawing, which is {diagram.width:g} wide and {diagram.height:g} high"
    for key, shapes in (("outline", diagram.outlines), ("backdrop", diagram.backdrops)):
        for number, shape in enumerate(shapes):
            for x, y in (shape.start, *(end for _, _, end in shape.segments), shape.label):
                if not (0 <= x <= diagram.width and 0 <= y <= diagram.height):
                    yield str(location.at(key, number).refusal(f"[{x:g}, {y:g}] lies outside {size}"))
                    break


def _of_positions(scheme: Scheme, text: str) -> Iterator[str]:
    positions: Positions = positions_from(text, POSITIONS_FILE)
    sites = {str(site.code) for feature in scheme.features for site in feature.sites}
    for table, named in (("sites", positions.sites), ("half_mm", positions.half_mm)):
        for site in named:
            if site not in sites:
                yield str(TomlLocation(POSITIONS_FILE).at(table, site).refusal("no feature has this site"))


_NAMES_SITES: Final[dict[str, Callable[[str], frozenset[str]]]] = {
    OUTLINES_FILE: _drawn,
    POSITIONS_FILE: _positioned,
}
_PARTS: Final[dict[str, Callable[[Scheme, str], Iterator[str]]]] = {
    LAYOUT_FILE: _of_layout,
    PROTOCOL_FILE: _of_protocol,
    BANDS_FILE: _of_bands,
    CHECKS_FILE: _of_checks,
    OUTLINES_FILE: _of_outlines,
    POSITIONS_FILE: _of_positions,
}


def _no_feature(location: TomlLocation, code: str, scheme: Scheme) -> str:
    known = ", ".join(feature.code for feature in scheme.features)
    return str(location.refusal(f"no feature {code!r} (declared in {SCHEME_FILE}: {known})"))


def _named(series: SeriesRef) -> str:
    return f"{series.kind} {series.plane}"
