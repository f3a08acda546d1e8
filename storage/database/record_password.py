"""Password of a record's server as the key store of this account has it. Where it has none, PostgreSQL's library looks.

PGPASSWORD and a file that the address names are somebody's own wish, so they come first; ~/.pgpass comes last.
"""

from __future__ import annotations

import os
from typing import Final

from storage import key_store
from storage.database.server_address import Address

SERVICE: Final = "ramris PostgreSQL record"
VARIABLE: Final = "PGPASSWORD"


def may_be_kept(address: Address) -> bool:
    """Whether a key store may hold the password of that address: of a socket none is needed."""
    return not address.is_socket and "passfile" not in dict(address.files)


def kept(address: Address) -> str | None:
    """The password; None where the key store has none, isn't there or is shut, and where it isn't asked."""
    if not may_be_kept(address) or os.environ.get(VARIABLE):
        return None
    try:
        return key_store.kept(SERVICE, address.name)
    except key_store.KeyStoreShut:
        return None
