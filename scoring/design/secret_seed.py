"""Seed of a draw together with the secret that it is drawn with: without the secret, a seed tells nothing of the draw.

A reader sees case codes and the order of cases. Drawn from a seed alone, they would tell the seed to whoever tries them
all, and the seed would tell which cases are repeats.
"""

from __future__ import annotations

import hmac
from hashlib import shake_256
from random import Random
from typing import Any, Final

from msgspec import Struct

LEAST_SECRET_BYTES: Final = 16
_BLOCK_BYTES: Final = 1024


class SecretSeed(Struct, frozen=True):
    """What a draw comes from: `seed`, kept with the draw, and `secret`, of the vault, `LEAST_SECRET_BYTES` or more."""

    seed: int
    secret: bytes

    def __repr__(self) -> str:
        """Show neither: the secret stands in no message and no trace."""
        return "SecretSeed()"

    def of_scheme(self, scheme_id: str) -> SecretSeed:
        """For draws of a further scheme: the same seed tells nothing of what it draws for another one.

        Whoever reads by two schemes has two worklists, and one order for both would say who is who.
        """
        return SecretSeed(self.seed, hmac.digest(self.secret, b"scheme: " + scheme_id.encode(), "sha256"))

    def coin(self, purpose: str) -> bool:
        """One of two for a purpose, by the secret alone: whatever the seed, the same again."""
        return bool(hmac.digest(self.secret, b"coin: " + purpose.encode(), "sha256")[0] & 1)

    def source(self, purpose: str) -> Random:
        """The random numbers of one purpose: always the same, and no others tell anything of them.

        Raises:
            ValueError: a secret that is too short to be one.
        """
        if len(self.secret) < LEAST_SECRET_BYTES:
            raise ValueError("a secret that is too short to be one")
        message = b"draw %d: %s" % (self.seed, purpose.encode())
        return _Keyed(hmac.digest(self.secret, message, "sha256"))


class _Keyed(Random):
    """Random numbers from SHAKE-256 of a key (FIPS 202): what was drawn tells neither key nor what comes next.

    `random.Random` brings choice, shuffle and sample, which are exact when `getrandbits` is.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._block = 0
        self._rest = b""
        super().__init__()

    def seed(self, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401 - the signature of random.Random
        """Do nothing: the key is the seed."""

    def random(self) -> float:
        """From 0 up to but not 1, in steps of 2**-53."""
        return self.getrandbits(53) * 2.0**-53

    def getrandbits(self, k: int, /) -> int:
        """The next k bits as a whole number."""
        count = (k + 7) // 8
        while len(self._rest) < count:
            self._rest += shake_256(self._key + self._block.to_bytes(8, "big")).digest(_BLOCK_BYTES)
            self._block += 1
        taken, self._rest = self._rest[:count], self._rest[count:]
        return int.from_bytes(taken, "big") >> (8 * count - k)
