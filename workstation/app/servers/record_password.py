"""Password of a record's server, kept for this account: in its key store, or where it has none in ~/.pgpass."""

from __future__ import annotations

from typing import Final

IN_STORE: Final = "the key store of this account"


def keep(url: str, password: str) -> str:
    """Keep it for an address, in place of an older one; where it is kept, in words.

    Raises:
        StudyError: the address isn't one.
        UsageRefused, EnvironmentLacks: as `pgpass.keep`.
    """
    from storage.database import record_password
    from storage.database.server_address import address_of
    from workstation.app.servers import passwords, pgpass

    address = address_of(url, proven=False)
    if record_password.may_be_kept(address) and passwords.can_keep():
        passwords.put(record_password.SERVICE, address.name, password, record_password.VARIABLE)
        return IN_STORE
    return f"{pgpass.keep(url, password)}, open to this account alone"
