"""The process that decodes compressed pixels, alone with them: a decoder may crash, loop or ask for all memory.

Runs as `python -P -m workstation.intake.pixels.decode_worker`. Standard input and output carry messages: four bytes of
length, little endian, then that many. The first one says that the process has started. A request is a JSON header and
a second message with the fragments; the reply is a JSON header and a second message with the frames one after the
other, raw little-endian values.
"""

from __future__ import annotations

import json
import sys
from typing import IO

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from workstation.intake.pixels.fragments import frames_in

MEMORY_LIMIT = 4 << 30
RLE = "1.2.840.10008.1.2.5"
DECODERS = {
    "1.2.840.10008.1.2.4.50": imagecodecs.jpeg8_decode,
    "1.2.840.10008.1.2.4.51": imagecodecs.jpeg8_decode,
    "1.2.840.10008.1.2.4.57": imagecodecs.jpegsof3_decode,
    "1.2.840.10008.1.2.4.70": imagecodecs.jpegsof3_decode,
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_decode,
    "1.2.840.10008.1.2.4.81": imagecodecs.jpegls_decode,
    "1.2.840.10008.1.2.4.90": imagecodecs.jpeg2k_decode,
    "1.2.840.10008.1.2.4.91": imagecodecs.jpeg2k_decode,
}


def decode(fragments: bytes, syntax: str, frames: int, shape: tuple[int, int], bytes_per_value: int) -> bytes:
    """All frames, raw little-endian values of `bytes_per_value` each.

    Args:
        fragments: the value of PixelData as it is in the file, items and all.
        syntax: transfer syntax UID.
        frames: how many frames there must be.
        shape: rows and columns of each.
        bytes_per_value: 1, 2 or 4.

    Raises:
        ValueError: fragments that lie, another number of frames, another shape, or values that don't fit.
        Exception: whatever a codec raises.
    """
    found = [_decoded(frame, syntax, shape, bytes_per_value) for frame in frames_in(fragments, frames)]
    return b"".join(found)


def _decoded(frame: bytes, syntax: str, shape: tuple[int, int], bytes_per_value: int) -> bytes:
    wanted = np.dtype(f"<u{bytes_per_value}")
    values: NDArray[np.generic]
    if syntax == RLE:
        plain = bytes(imagecodecs.dicomrle_decode(frame, wanted))
        if len(plain) != shape[0] * shape[1] * bytes_per_value:
            raise ValueError(f"{len(plain)} bytes, not {shape[0]} x {shape[1]} x {bytes_per_value}")
        return plain
    values = np.asarray(DECODERS[syntax](frame))
    if values.shape != shape:
        raise ValueError(f"decoded to {values.shape}, not {shape}")
    if values.dtype.itemsize > bytes_per_value:
        raise ValueError(f"values of {values.dtype.itemsize} bytes, not {bytes_per_value}")
    # a signed code stream keeps its sign when it is widened; the caller masks to BitsStored
    return values.astype(np.dtype(f"<i{bytes_per_value}") if values.dtype.kind == "i" else wanted).tobytes()


def receive(stream: IO[bytes]) -> bytes | None:
    """The next message, None at the end of the stream."""
    size = stream.read(4)
    if len(size) < 4:  # noqa: PLR2004 - the four bytes of length
        return None
    wanted = int.from_bytes(size, "little")
    message = stream.read(wanted)
    return message if len(message) == wanted else None


def send(stream: IO[bytes], message: bytes | memoryview) -> None:
    """Write one message."""
    stream.write(len(message).to_bytes(4, "little"))
    stream.write(message)
    stream.flush()


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Say that it has started, then answer until the requests end.

    A failure is answered by the name of its class: its text may quote the file.
    """
    send(replies, b"ready")
    while (header := receive(requests)) is not None and (fragments := receive(requests)) is not None:
        wanted = json.loads(header)
        try:
            rows, columns = wanted["shape"]
            frames = decode(fragments, wanted["syntax"], wanted["frames"], (rows, columns), wanted["bytes_per_value"])
            failed = ""
        except Exception as error:  # noqa: BLE001 - codecs raise anything; the caller sets the file aside
            frames, failed = b"", type(error).__name__
        send(replies, json.dumps({"failed": failed}).encode())
        send(replies, frames)


def limit_memory() -> None:
    """Cap the address space where the system can, so a code stream that claims 65,535 x 65,535 fails at once."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - exists on POSIX only

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """The life of the process."""
    limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
