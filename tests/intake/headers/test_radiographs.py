"""Radiographs by their headers: which are taken, how large a pixel is, and what stored values become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut
from pydicom.uid import DigitalXRayImageStorageForProcessing

from tests.intake.radiograph_files import a_radiograph, a_table, saved
from workstation.intake.findings import SetAside
from workstation.intake.frames import Frame, Radiograph
from workstation.intake.headers.scan import Scanned, scan
from workstation.intake.pixels.decode import Decoder
from workstation.intake.pixels.source import PixelSource


def scanned(folder: Path, modality: str = "DX", **attributes: Any) -> Frame:  # noqa: ANN401 - values of any attribute
    saved(folder, a_radiograph("1.2.9.1", modality, **attributes))
    found = scan(folder / "000.dcm")
    assert isinstance(found, Scanned), found
    return found.frames[0]


def refused(folder: Path, **attributes: Any) -> SetAside:  # noqa: ANN401 - as above
    saved(folder, a_radiograph("1.2.9.1", **attributes))
    found = scan(folder / "000.dcm")
    assert isinstance(found, SetAside)
    return found


def radiograph(frame: Frame) -> Radiograph:
    assert frame.facts.radiograph is not None
    return frame.facts.radiograph


@pytest.mark.parametrize("modality", ["CR", "DX"])
def test_a_radiograph_needs_no_place_in_the_patient(modality: str, tmp_path: Path) -> None:
    frame = scanned(tmp_path, modality)

    assert frame.spacing_mm == (0.2, 0.2)
    assert radiograph(frame) == Radiograph("PA")


def test_raw_values_of_a_detector_are_refused_with_the_reason(tmp_path: Path) -> None:
    by_class = refused(tmp_path / "a", SOPClassUID=DigitalXRayImageStorageForProcessing)
    by_intent = refused(tmp_path / "b", PresentationIntentType="FOR PROCESSING")

    for found in (by_class, by_intent):
        assert found.what == "radiograph"
        assert "for processing, not for presentation" in found.why


def test_without_a_size_of_its_pixels_it_comes_in_as_one_of_unknown_size(tmp_path: Path) -> None:
    frame = scanned(tmp_path, ImagerPixelSpacing=None)

    assert not radiograph(frame).sized
    assert radiograph(frame).size_hints == ()
    assert frame.spacing_mm == (0.1, 0.1)


# of 600 x 480 pixels; by hand. Four millimetres are no pixel of a plate
@pytest.mark.parametrize(
    ("attributes", "hints"),
    [
        ({"CassetteSize": "18CMX24CM"}, (("CassetteSize 18CMX24CM", 0.4),)),
        ({"CassetteSize": "8INX10IN"}, (("CassetteSize 8INX10IN", 0.4233),)),
        ({"CassetteSize": "A4"}, ()),
        ({"FieldOfViewDimensions": [120, 150]}, (("FieldOfViewDimensions", 0.25),)),
        ({"FieldOfViewDimensions": [135]}, (("FieldOfViewDimensions", 0.225),)),
        ({"FieldOfViewDimensions": [2400, 1800]}, ()),
        ({"DetectorElementSpacing": [0.143, 0.143]}, (("DetectorElementSpacing", 0.143),)),
        ({"DetectorElementSpacing": [0.143, 0.2]}, ()),
        (
            {"CassetteSize": "18CMX24CM", "DetectorElementSpacing": [0.2, 0.2], "FieldOfViewDimensions": [240]},
            (("DetectorElementSpacing", 0.2), ("FieldOfViewDimensions", 0.4)),
        ),
    ],
)
def test_plate_field_and_detector_let_one_expect_a_size(
    attributes: dict[str, Any], hints: tuple[tuple[str, float], ...], tmp_path: Path
) -> None:
    values = np.arange(600 * 480, dtype=np.uint16) % 4000
    picture: dict[str, Any] = {"Rows": 600, "Columns": 480, "PixelData": values.tobytes()}

    frame = scanned(tmp_path, ImagerPixelSpacing=None, **picture, **attributes)

    assert tuple((how, round(mm, 4)) for how, mm in radiograph(frame).size_hints) == hints
    assert frame.spacing_mm == pytest.approx((hints[0][1],) * 2 if hints else (0.1, 0.1), abs=1e-4)


def test_size_is_that_at_the_detector_whatever_else_was_calibrated(tmp_path: Path) -> None:
    """One visit with a calibrated spacing and one without would show one joint in two sizes."""
    frame = scanned(tmp_path, PixelSpacing=[0.18, 0.18], EstimatedRadiographicMagnificationFactor="1.11")

    assert frame.spacing_mm == (0.2, 0.2)
    assert radiograph(frame).magnification == 1.11


def test_a_digitised_film_has_the_spacing_of_its_scanner(tmp_path: Path) -> None:
    assert scanned(tmp_path, "CR", ImagerPixelSpacing=None, NominalScannedPixelSpacing=[0.1, 0.1]).spacing_mm == (
        0.1,
        0.1,
    )


@pytest.mark.parametrize(
    ("attributes", "window"),
    [
        # LINEAR: 2048 - 0.5 -+ (1001 - 1) / 2, PS3.3 C.11.2.1.2.1
        ({"WindowCenter": 2048, "WindowWidth": 1001}, (1547.5, 2547.5)),
        ({"WindowCenter": 2048, "WindowWidth": 1000, "VOILUTFunction": "LINEAR_EXACT"}, (1548.0, 2548.0)),
        # less the intercept, by half
        (
            {"WindowCenter": 2048, "WindowWidth": 1001, "RescaleSlope": 2, "RescaleIntercept": 100},
            (723.75, 1223.75),
        ),
        # a slope below 0 turns the window over
        (
            {"WindowCenter": 0, "WindowWidth": 1001, "RescaleSlope": -1, "RescaleIntercept": 0},
            (-499.5, 500.5),
        ),
        ({"WindowCenter": 2048, "WindowWidth": 0}, None),
        ({}, None),
    ],
)
def test_the_window_of_the_header_is_in_stored_values(
    attributes: dict[str, Any], window: tuple[float, float] | None, tmp_path: Path
) -> None:
    assert radiograph(scanned(tmp_path, **attributes)).window == window


def shown(frame: Frame) -> np.ndarray[Any, np.dtype[Any]]:
    with Decoder() as decoder:
        values = PixelSource(decoder).values(frame)
    assert values is not None
    return values


@pytest.mark.parametrize(
    "attributes",
    [
        {"VOILUTSequence": a_table(0, [round(4095 * (k / 4095) ** 2) for k in range(4096)])},
        {"ModalityLUTSequence": a_table(0, list(range(4095, -1, -1)), 16)},
        {"WindowCenter": 2000, "WindowWidth": 900, "VOILUTFunction": "SIGMOID"},
    ],
    ids=["voi lut", "modality lut", "sigmoid"],
)
def test_tables_become_the_stored_values_as_pydicom_applies_them(attributes: dict[str, Any], tmp_path: Path) -> None:
    dataset = a_radiograph("1.2.9.1", **attributes)

    frame = scanned(tmp_path, **attributes)

    wanted = np.asarray(apply_voi_lut(apply_modality_lut(dataset.pixel_array, dataset), dataset), dtype=float)
    # both ends of the table aren't met in every picture, so that it is compared by its course
    found = shown(frame).astype(float)
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.99999
    assert radiograph(frame).window == (0.0, 4095.0)


def test_a_table_that_cant_be_applied_is_told(tmp_path: Path) -> None:
    # PS3.3 C.11.1.1.1: 8 or 16 bits
    found = refused(tmp_path, ModalityLUTSequence=a_table(0, [0, 5], 12))

    assert found.why == "its Modality LUT or VOI LUT can't be applied"


def test_what_has_no_table_keeps_its_stored_values(tmp_path: Path) -> None:
    dataset = a_radiograph("1.2.9.1", WindowCenter=2000, WindowWidth=900)

    frame = scanned(tmp_path, WindowCenter=2000, WindowWidth=900)

    assert np.array_equal(shown(frame), dataset.pixel_array)


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_ten_to_sixteen_bits_go_through_a_table(bits: int, tmp_path: Path) -> None:
    top = (1 << bits) - 1
    pixels = np.linspace(0, top, 60 * 48).astype(np.uint8 if bits == 8 else np.uint16)
    frame = scanned(
        tmp_path,
        BitsAllocated=8 if bits == 8 else 16,
        BitsStored=bits,
        HighBit=bits - 1,
        PixelData=pixels.tobytes(),
        VOILUTSequence=a_table(0, [0, 0xFFF], 12),
    )

    found = shown(frame)

    # two entries: what lies at 0 is black, all above is white
    assert set(np.unique(found)) == {0, top}
    assert int((found == 0).sum()) == int((pixels == 0).sum())
