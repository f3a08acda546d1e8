"""Pieces of images, sealed: all of one size, under random names, each encrypted with the key that the copy alone has.

A piece is a random nonce of 12 bytes and what AES-256-GCM makes of the content and its name (NIST SP 800-38D). The
last piece of a file is filled with zeros, so none says how long a file is, or to which others it belongs. Pixels that
are the same in two cases are other bytes in their pieces.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import Final

from storage.apart.image_list import MOST_PIECE

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
OVERHEAD: Final = NONCE_BYTES + TAG_BYTES
LEAST_PIECE: Final = 64 << 10
_STEP: Final = 4096
# what asking for one more piece costs, in bytes that could have come meanwhile
_ASKING: Final = 32 << 10


class PieceUnlike(Exception):
    """A piece that isn't what was sealed under that name with that key."""


def piece_size(sizes: Collection[int]) -> int:
    """Of which size the pieces of files of these sizes are best, so that least has to come; all have that one."""
    wanted = {min(max(-(-size // _STEP) * _STEP, LEAST_PIECE), MOST_PIECE) for size in sizes} or {LEAST_PIECE}
    return min(sorted(wanted), key=lambda piece: sum(-(-size // piece) for size in sizes) * (piece + _ASKING))


def cut(content: bytes, piece: int) -> Iterator[bytes]:
    """The pieces of a file, each filled up."""
    for start in range(0, len(content), piece):
        yield content[start : start + piece].ljust(piece, b"\0")


def sealer(key: bytes) -> Callable[[bytes, str], bytes]:
    """Seals a piece under a name."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - few copies need it

    box = AESGCM(key)

    def seal(content: bytes, name: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + box.encrypt(nonce, content, name.encode())

    return seal


def opener(key: bytes) -> Callable[[bytes, str], bytes]:
    """Opens a piece that was sealed under a name; PieceUnlike where it wasn't."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    box = AESGCM(key)

    def opened(sealed: bytes, name: str) -> bytes:
        try:
            return box.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except (InvalidTag, ValueError):
            pass
        raise PieceUnlike

    return opened
