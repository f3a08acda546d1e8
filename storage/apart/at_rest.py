"""Images that came to a reader's machine, encrypted on its disk by a key that the key store of the account has.

AES-256 in counter mode (NIST SP 800-38A), each file by a key of its own from its name, so any part of it is opened by
itself and in place. It needs no tag: what is opened is held against the record's digest at each look, as every image
is. A file's content is always the same (its name is in the digest of the list), so no two contents share a key. What
can't be opened here, since the key is another account's or lost, isn't here: it comes again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from storage import key_store
from storage.files.atomic import write_whole

AT_REST_FILE: Final = "at-rest.json"
SERVICE: Final = "ramris images at rest"
_KEY_BYTES: Final = 32
_BLOCK: Final = 16
_ID: Final = re.compile(r"[0-9a-f]{16}")
_UNWANTED: Final = ""


class How(StrEnum):
    """How images are kept on this disk, in words for whoever fetches them."""

    ENCRYPTED = "Encrypted on this disk: the key store of this account has the key."
    NO_STORE = "Not encrypted on this disk: this account has no key store."
    SHUT = "Not encrypted on this disk: the key store of this account is shut."
    UNWANTED = "Not encrypted on this disk, as was asked for."


class Rest:
    """The key of a copy's images on this disk."""

    def __init__(self, key_id: str, key: bytes) -> None:
        self._suffix, self._key = f".{key_id}", key

    def path(self, images: str, name: str) -> str:
        """Where a file lies encrypted, beside where it would lie in the clear."""
        return f"{images}{os.sep}{name}{self._suffix}"

    def turn(self, name: str, start: int, part: memoryview) -> None:
        """Encrypt or decrypt a part of a file in place; the part begins at byte `start`."""
        cipher = self._cipher(name, start // _BLOCK)
        if start % _BLOCK:
            cipher.update(bytes(start % _BLOCK))
        cipher.update_into(part, part)

    def turned(self, name: str, content: bytes) -> bytes:
        """The whole of a file, encrypted or decrypted."""
        turned: bytes = self._cipher(name, 0).update(content)
        return turned

    def _cipher(self, name: str, block: int) -> Any:  # noqa: ANN401 - the library's own
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 - few copies need it

        # one direction alone: in counter mode both are the same
        own = hmac.digest(self._key, name.encode(), hashlib.sha256)
        return Cipher(algorithms.AES(own), modes.CTR(block.to_bytes(_BLOCK, "big"))).encryptor()


# the case that is open and those that come later ask at the same moment, and a copy has one key
_one_begins: Final = threading.Lock()
# of an images folder: the moment of its AT_REST_FILE, and what came of it
_asked: dict[str, tuple[int, Rest | None]] = {}


def of(images: Path | str) -> Rest | None:
    """The key of a copy's folder of images; None where nothing is encrypted there, or the key can't be had now.

    The key store is asked once a process, and again when the copy says something else.
    """
    folder = os.fspath(images)
    try:
        moment = os.stat(f"{os.path.dirname(folder)}{os.sep}{AT_REST_FILE}").st_mtime_ns  # noqa: PTH116, PTH120 - for each image
    except OSError:
        return None
    before = _asked.get(folder)
    if before is not None and before[0] == moment:
        return before[1]
    found: Rest | None = None
    with suppress(key_store.KeyStoreShut):
        found = _opened(_said(Path(folder).parent))
    _asked[folder] = moment, found
    return found


def suffix(images: Path) -> str:
    """What the names of encrypted files end in here, whether they can be opened or not; "" where none are."""
    said = _said(images.parent)
    return f".{said}" if said else ""


def begin(copy: Path) -> How:
    """Have what comes to a copy encrypted from now on, where this account can; how it is kept then.

    May take as long as somebody takes to open the key store. OSError: the copy can't be written.
    """
    with _one_begins:
        return _begun(copy)


def _begun(copy: Path) -> How:
    said = _said(copy)
    if said == _UNWANTED:
        return How.UNWANTED
    if not key_store.is_there():
        return How.NO_STORE
    try:
        if _opened(said) is None:
            # never begun, or the key is lost with another account or machine
            _forget(copy, said)
            key_id, key = secrets.token_hex(_BLOCK // 2), secrets.token_hex(_KEY_BYTES)
            key_store.put(SERVICE, key_id, key)
            if key_store.kept(SERVICE, key_id) != key:
                return How.SHUT
            if _said(copy) != said:
                # another program of ours was quicker
                return _begun(copy)
            _say(copy, key_id)
    except key_store.KeyStoreShut:
        return How.SHUT
    _asked.clear()
    return How.ENCRYPTED


def leave_off(copy: Path) -> None:
    """Encrypt no more in a copy; OSError. What is encrypted there has to be turned back before."""
    _say(copy, _UNWANTED)
    _asked.clear()


def allow(copy: Path) -> None:
    """Take that back: the next look begins again."""
    if _said(copy) == _UNWANTED:
        (copy / AT_REST_FILE).unlink(missing_ok=True)
        _asked.clear()


def _opened(said: str | None) -> Rest | None:
    """The key of that name; None where there is no such key."""
    key = key_store.kept(SERVICE, said) if said else None
    try:
        content = bytes.fromhex(key or "")
    except ValueError:
        return None
    return Rest(said or "", content) if len(content) == _KEY_BYTES else None


def _said(copy: Path) -> str | None:
    """The name of the key; "" where nobody wants one, None where nothing that makes sense is said."""
    try:
        found = json.loads((copy / AT_REST_FILE).read_text("utf-8"))["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) and (found == _UNWANTED or _ID.fullmatch(found)) else None


def _say(copy: Path, key_id: str) -> None:
    write_whole(copy / AT_REST_FILE, json.dumps({"key": key_id}).encode())


def _forget(copy: Path, said: str | None) -> None:
    """Files that nobody can open take no room."""
    for path in copy.glob(f"images/*/*.dcm.{said}") if said else ():
        path.unlink(missing_ok=True)
