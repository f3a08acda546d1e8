"""Values by which headers split a series into stacks, under their DICOM names, as text for a person. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from workstation.intake.series.stacks import Stack


def split_values(stack: Stack) -> dict[str, str]:
    """What the frames of a stack have alike, and frames of another stack of their series may not; "" where it lacks."""
    frame, layout = stack.first, stack.first.facts.layout
    return {
        "FrameOfReferenceUID": stack.frame_of_reference,
        "ImageOrientationPatient": _joined(f"{value + 0.0:.4f}" for value in frame.orientation),
        "PixelSpacing": _joined(f"{value:.5g}" for value in frame.spacing_mm),
        "EchoTime": "" if frame.physics.echo_time is None else f"{frame.physics.echo_time:.6g}",
        "EchoNumbers": _whole(frame.echo_number),
        "ImageType": _joined(frame.evidence.image_type),
        "StackID": frame.stack_id,
        "TemporalPositionIdentifier": _whole(frame.temporal_position),
        "DiffusionBValue": "" if frame.b_value is None else f"{frame.b_value:.6g}",
        "BitsAllocated": str(layout.bits_allocated),
        "PixelRepresentation": "1" if layout.signed else "0",
    }


def _joined(values: Iterable[str]) -> str:
    return "\\".join(values)


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)
