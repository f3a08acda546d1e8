"""Decoding of the pixel bytes of a file: masked to BitsStored, signed where they are, native order.

Compressed pixels go to a worker process with a time limit; it is started again after it died or was stopped.
"""

from __future__ import annotations

import json
import subprocess
import threading
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from workstation.intake.errors import DecodingFailed
from workstation.intake.frames import PixelLayout
from workstation.intake.headers.pixel_layout import BIG_ENDIAN, NATIVE, frame_bytes
from workstation.intake.pixels.decode_worker import receive, send
from workstation.runtime import own_process

Stored = NDArray[np.integer[Any]]
START_S = 20.0
LIMIT_S = 5.0
DECODER_GONE = "the decoder crashed or did not finish in time on the compressed pixels"
LIMIT_PER_FRAME_S = 0.5


def stored_dtype(layout: PixelLayout) -> np.dtype[Any]:
    """The NumPy type of stored values, native little endian."""
    return np.dtype(f"<{'i' if layout.signed else 'u'}{layout.bits_allocated // 8}")


def native_values(pixels: bytes | memoryview, layout: PixelLayout, *, big_endian: bool = False) -> Stored:
    """Stored values of native pixels.

    Args:
        pixels: exactly the bytes of all frames.
        layout: how they lie.
        big_endian: whether the first byte of a value is its highest.

    Returns:
        (frame, row, column); bits above HighBit are dropped (old scanners kept overlays there), the sign extended.
    """
    raw = np.frombuffer(pixels, dtype=f"{'>' if big_endian else '<'}u{layout.bits_allocated // 8}")
    shape = (layout.frames, layout.rows, layout.columns)
    return masked(raw.reshape(shape), layout.bits_stored, layout.high_bit, signed=layout.signed)


def masked(raw: NDArray[np.unsignedinteger[Any]], bits_stored: int, high_bit: int, *, signed: bool) -> Stored:
    """The `bits_stored` bits up to `high_bit` of each value, two's complement when signed; same shape.

    Shifting left to the top and back right drops what is above and, on signed types, extends the sign. What is clean
    already is handed back as it is.
    """
    bits = raw.dtype.itemsize * 8
    if raw.dtype.isnative and high_bit == bits_stored - 1:
        if bits_stored == bits:
            return raw.view(raw.dtype.str.replace("u", "i")) if signed else raw
        if not signed and int(raw.max(initial=0)) >> bits_stored == 0:
            return raw
    unsigned = np.dtype(f"<u{raw.dtype.itemsize}")
    target = np.dtype(f"<{'i' if signed else 'u'}{raw.dtype.itemsize}")
    top = np.left_shift(raw.astype(unsigned), unsigned.type(bits - 1 - high_bit)).view(target)
    values: Stored = np.right_shift(top, target.type(bits - bits_stored))
    return values


class Decoder:
    """Decodes whole files; holds a worker process for each thread that asks. Use it as a context manager."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._starting: list[subprocess.Popen[bytes]] = []
        self._idle: list[subprocess.Popen[bytes]] = []
        self._busy: set[subprocess.Popen[bytes]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers; nothing may be decoded meanwhile."""
        with self._lock:
            unused, self._idle, self._starting = [*self._idle, *self._starting], [], []
        for worker in unused:
            _end(worker)

    def prepare(self, count: int) -> None:
        """Have so many workers, and wait for none: they start while something else is done."""
        with self._lock:
            here = len(self._starting) + len(self._idle) + len(self._busy)
            self._starting += [_start() for _ in range(count - here)]

    def stop(self) -> None:
        """End what is decoded now, from another thread; the waiting calls then fail, the next ones start anew."""
        with self._lock:
            for worker in self._busy:
                worker.kill()

    def stored_values(self, pixels: bytes | memoryview, layout: PixelLayout) -> Stored:
        """All frames of a file, (frame, row, column), in stored values.

        Args:
            pixels: as they lie in the file, see `pixel_span`.
            layout: how they lie.

        Raises:
            DecodingFailed: the decoder refused, died, or took longer than its limit.
        """
        if layout.transfer_syntax in NATIVE:
            return native_values(pixels, layout, big_endian=layout.transfer_syntax == BIG_ENDIAN)
        decoded = self._decoded(pixels, layout)
        if len(decoded) != frame_bytes(layout) * layout.frames:
            raise DecodingFailed("the compressed pixels don't have the size that Rows and Columns say")
        raw = np.frombuffer(decoded, dtype=f"<u{layout.bits_allocated // 8}")
        shape = (layout.frames, layout.rows, layout.columns)
        # compressed values are right-aligned whatever HighBit says: PS3.5 8.2
        return masked(raw.reshape(shape), layout.bits_stored, layout.bits_stored - 1, signed=layout.signed)

    def _decoded(self, pixels: bytes | memoryview, layout: PixelLayout) -> bytes:
        header = {
            "syntax": layout.transfer_syntax,
            "frames": layout.frames,
            "shape": [layout.rows, layout.columns],
            "bytes_per_value": layout.bits_allocated // 8,
        }
        limit_s = self._limit_s + LIMIT_PER_FRAME_S * (layout.frames - 1)
        worker = self._taken()
        reply = None
        try:
            reply = _ask(worker, json.dumps(header).encode(), pixels, limit_s)
        finally:
            self._given_back(worker, alive=reply is not None)
        if reply is None:
            raise DecodingFailed(DECODER_GONE)
        failed, frames = reply
        if failed:
            raise DecodingFailed("the compressed pixels are damaged: they can't be decoded")
        return frames

    def _taken(self) -> subprocess.Popen[bytes]:
        """A worker that waits for work."""
        with self._lock:
            fresh = not self._idle
            worker = self._idle.pop() if self._idle else self._starting.pop(0) if self._starting else _start()
            self._busy.add(worker)
        if fresh and not _is_ready(worker):
            self._given_back(worker, alive=False)
            raise DecodingFailed(DECODER_GONE)
        return worker

    def _given_back(self, worker: subprocess.Popen[bytes], *, alive: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            if alive:
                self._idle.append(worker)
        if not alive:
            _end(worker)


def _start() -> subprocess.Popen[bytes]:
    # NumPy's threads for linear algebra would cost a worker as much processor time as all else of its start
    return own_process.start_worker(own_process.DECODER, {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()
    for stream in (worker.stdin, worker.stdout):
        if stream is not None:
            # what is still buffered for a dead worker can't be flushed, and needn't be
            try:
                stream.close()
            except OSError:
                continue


def _is_ready(worker: subprocess.Popen[bytes]) -> bool:
    """Whether the worker said within its time that it has started; the limit of a file begins behind that."""
    stop = threading.Timer(START_S, worker.kill)
    stop.start()
    try:
        return worker.stdout is not None and receive(worker.stdout) is not None
    finally:
        stop.cancel()
        stop.join()


def _ask(
    worker: subprocess.Popen[bytes], header: bytes, pixels: bytes | memoryview, limit_s: float
) -> tuple[str, bytes] | None:
    """The worker's answer; None when it died or was killed at the limit."""
    requests, replies = worker.stdin, worker.stdout
    if requests is None or replies is None:
        return None
    stop = threading.Timer(limit_s, worker.kill)
    stop.start()
    try:
        send(requests, header)
        send(requests, pixels)
        answer = receive(replies)
        frames = receive(replies) if answer is not None else None
    except OSError:
        return None
    finally:
        stop.cancel()
        stop.join()
    if answer is None or frames is None:
        return None
    return str(json.loads(answer)["failed"]), frames
