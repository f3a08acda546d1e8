"""Files of real scanners, against facts that two or three independent readers agreed on (expected.json there)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storage.study.coordinator import CoordinatorStudy
from tests.real_files import EXPECTED, FOLDER, LEFT_OUT, needs_real_files
from workstation.intake.headers import tags
from workstation.intake.headers.header import header_of
from workstation.intake.headers.pixel_layout import layout_of
from workstation.intake.headers.pixel_span import pixel_bytes
from workstation.intake.importing.importer import import_folders
from workstation.intake.pixels.decode import Decoder

KINDS = {"T1": "T1", "T2FS": "T2FS", "PD": "PD", "T1FS+Gd": "T1FSGD", "other": "OTHER"}
LOSSY = "1.2.840.10008.1.2.4.91"

pytestmark = needs_real_files


def _expected(part: str) -> list[dict[str, Any]]:
    if LEFT_OUT:
        return []
    found: list[dict[str, Any]] = json.loads(EXPECTED.read_text(encoding="utf-8"))[part]
    return found


def _imported(study: CoordinatorStudy, paths: list[Path]) -> list[dict[str, Any]]:
    report: dict[str, Any] = import_folders(study, paths).as_json()
    return [s for subject in report["subjects"] for visit in subject["visits"] for s in visit["series"]]


@pytest.mark.case(35, 38)
@pytest.mark.parametrize("series", _expected("series"), ids=lambda series: series["id"])
def test_a_real_series_has_the_slices_geometry_and_intensities_that_other_readers_found(
    series: dict[str, Any], study: CoordinatorStudy
) -> None:
    paths = [path for pattern in series["paths"] for path in sorted(FOLDER.glob(pattern)) if path.is_file()]

    stacks = _imported(study, paths)

    assert sum(stack["slices"] for stack in stacks) == series["n_frames"]
    assert {stack["kind"] for stack in stacks} == {KINDS[series["sequence_class"]]}
    for volume in series["volumes"]:
        lossy = LOSSY in series["transfer_syntaxes"]
        assert _matching(stacks, volume, 2 if lossy else 0.5) == volume["repeats_per_position"], volume


def _matching(stacks: list[dict[str, Any]], volume: dict[str, Any], tolerance: float) -> int:
    """How many stacks are the volume; repeats at one place are stacks of their own and share minimum and maximum."""
    alike = [stack for stack in stacks if _has_geometry(stack, volume)]
    if not alike:
        return 0
    if volume["repeats_per_position"] > 1:
        low, high = min(stack["minimum"] for stack in alike), max(stack["maximum"] for stack in alike)
        agreed = abs(low - volume["stored_min"]) <= tolerance and abs(high - volume["stored_max"]) <= tolerance
        return len(alike) if agreed else 0
    return int(
        any(
            abs(stack["minimum"] - volume["stored_min"]) <= tolerance
            and abs(stack["maximum"] - volume["stored_max"]) <= tolerance
            for stack in alike
        )
    )


def _has_geometry(stack: dict[str, Any], volume: dict[str, Any]) -> bool:
    spacing = volume["slice_spacing"]
    same_spacing = (
        stack["slice_spacing_mm"] is None
        if spacing is None
        else (stack["slice_spacing_mm"] is not None and abs(stack["slice_spacing_mm"] - spacing) <= 0.02)
    )
    return (
        (stack["slices"], stack["rows"], stack["columns"]) == (volume["n_slices"], volume["rows"], volume["columns"])
        and stack["plane"] == volume["plane"]
        and np.allclose(stack["pixel_spacing_mm"], volume["pixel_spacing_row_col"], atol=0.001)
        and np.allclose(stack["first_position_mm"], volume["first_slice_ipp"], atol=0.02)
        and np.allclose(stack["last_position_mm"], volume["last_slice_ipp"], atol=0.02)
        and same_spacing
    )


@pytest.mark.parametrize("group", _expected("pixel_identity"), ids=lambda group: group["id"])
def test_one_slice_in_five_compressions_has_the_same_stored_values(group: dict[str, Any]) -> None:
    found = set()
    with tags.quiet(), Decoder() as decoder:
        for member in group["members"]:
            data = (FOLDER / member["file"]).read_bytes()
            header = header_of(data)
            layout = layout_of(header.elements, header.transfer_syntax)
            values = decoder.stored_values(pixel_bytes(data, layout), layout)[0]
            found.add(hashlib.sha256(values.astype("<i4").tobytes()).hexdigest()[:16])

    assert found == {group["sha256_16_of_int32_stored_values"]}


@pytest.mark.timeout(60)
def test_every_malformed_file_of_the_fuzzing_corpus_ends_accepted_or_set_aside(study: CoordinatorStudy) -> None:
    corpus = FOLDER / "dicom-fuzzing-corpus"

    report = import_folders(study, [corpus])

    assert report.seen == sum(path.is_file() for path in corpus.rglob("*")) > 100
    assert report.accepted + sum(group.count for group in report.set_aside) == report.seen


@pytest.mark.timeout(60)
def test_the_whole_folder_imports_in_one_go_and_once_more_without_adding_anything(study: CoordinatorStudy) -> None:
    first = import_folders(study, [FOLDER])
    files = sorted(path.name for path in study.images.rglob("*.dcm"))

    second = import_folders(study, [FOLDER])

    assert second.as_json()["subjects"] == first.as_json()["subjects"]
    assert sorted(path.name for path in study.images.rglob("*.dcm")) == files
