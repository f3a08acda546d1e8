"""A whole file under a passphrase: argon2id makes the key, AES-256-GCM seals it. What is needed to open it is in front.

The file: a magic word, the length of a JSON header in four bytes, the header, and the sealed bytes with their tag.
Magic and header are authenticated with them, so neither the study that it belongs to nor the cost of a guess can be
changed. RFC 9106 (argon2id, second recommended option), NIST SP 800-38D (GCM, 96-bit nonces).
"""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from scoring.ordinary_file import open_ordinary
from storage.errors import RecordDamaged, StudyError, VaultLocked
from storage.files.atomic import write_whole

MAGIC: Final = b"ramris sealed file 1\n"
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_LONGEST_HEADER: Final = 4096
_COST: Final = {"time": 3, "memory_kib": 65_536, "lanes": 4}
# what a header may ask of this machine before anything in it is authenticated
_MOST: Final = {"time": 16, "memory_kib": 1 << 20, "lanes": 16}
LEAST_LETTERS: Final = 8


@dataclass(frozen=True, slots=True)
class SealKey:
    """A key made of a passphrase, with the salt and the cost that it was made with, and the study it is for."""

    study: str
    salt: bytes
    cost: tuple[tuple[str, int], ...]
    value: bytes = field(repr=False)

    @classmethod
    def new(cls, passphrase: str, study: str) -> SealKey:
        """A key with a new salt.

        Raises:
            StudyError: the passphrase is too short.
        """
        check_length(passphrase)
        salt = os.urandom(_SALT_BYTES)
        return cls(study, salt, tuple(_COST.items()), _derived(passphrase, salt, _COST))


def check_length(passphrase: str) -> None:
    """Refuse a passphrase that is too short: StudyError."""
    if len(passphrase) < LEAST_LETTERS:
        raise StudyError(f"the passphrase has {len(passphrase)} characters; give at least {LEAST_LETTERS}")


def is_sealed(path: Path) -> bool:
    """Whether a file is one of these; not when it can't be read."""
    try:
        with open_ordinary(path) as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def opened(path: Path, passphrase: str, study: str) -> tuple[bytes, SealKey]:
    """What is in a sealed file, and the key to seal it again.

    Raises:
        VaultLocked: the passphrase is another one, or the file was changed: GCM can't tell these apart.
        StudyError: the file belongs to another study.
        RecordDamaged: the header can't be read.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - a study without a passphrase opens without it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    data = path.read_bytes()
    front, header = _header(data, path.name)
    try:
        cost = {name: int(header["argon2id"][name]) for name in _COST}
        salt, nonce = (base64.b64decode(header[name], validate=True) for name in ("salt", "nonce"))
        owner = str(header["study"])
    except (KeyError, TypeError, ValueError):
        _refuse_damaged(path.name)
    if any(not 0 < cost[name] <= _MOST[name] for name in cost) or len(nonce) != _NONCE_BYTES:
        _refuse_damaged(path.name)
    if owner != study:
        raise StudyError(f"{path.name} belongs to another study; put the one of this study in its place")
    key = SealKey(study, salt, tuple(cost.items()), _derived(passphrase, salt, cost))
    try:
        return AESGCM(key.value).decrypt(nonce, data[front:], data[:front]), key
    except InvalidTag:
        pass
    raise VaultLocked(f"{path.name} doesn't open with this passphrase. Nothing was changed; try again")


def study_of(path: Path) -> str:
    """Which study a sealed file says that it belongs to; the passphrase alone proves it.

    Raises:
        RecordDamaged: the header can't be read.
    """
    _, header = _header(path.read_bytes(), path.name)
    return str(header.get("study", ""))


def write(path: Path, content: bytes, key: SealKey) -> None:
    """Put the sealed content in place of the file: the old one or the new one is there at any moment, never neither.

    Raises:
        OSError: it can't be written; the old file stays.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as in `opened`

    nonce = os.urandom(_NONCE_BYTES)
    header = {
        "study": key.study,
        "argon2id": dict(key.cost),
        "salt": base64.b64encode(key.salt).decode("ascii"),
        "cipher": "AES-256-GCM",
        "nonce": base64.b64encode(nonce).decode("ascii"),
    }
    raw = json.dumps(header, sort_keys=True).encode("ascii")
    front = MAGIC + len(raw).to_bytes(4, "little") + raw
    write_whole(path, front, AESGCM(key.value).encrypt(nonce, content, front))


def _header(data: bytes, name: str) -> tuple[int, dict[str, Any]]:
    """Where the sealed bytes start, and the header before them."""
    length = int.from_bytes(data[len(MAGIC) : len(MAGIC) + 4], "little")
    front = len(MAGIC) + 4 + length
    if not data.startswith(MAGIC) or not 0 < length <= _LONGEST_HEADER or front > len(data):
        _refuse_damaged(name)
    try:
        found = json.loads(data[front - length : front])
    except ValueError:
        _refuse_damaged(name)
    if not isinstance(found, dict):
        _refuse_damaged(name)
    return front, found


def _refuse_damaged(name: str) -> NoReturn:
    raise RecordDamaged(f"{name} is damaged: what it was sealed with can't be read; use its last copy")


def _derived(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 - as in `opened`

    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return hash_secret_raw(
        secret, salt, cost["time"], cost["memory_kib"], cost["lanes"], hash_len=_KEY_BYTES, type=Type.ID
    )
