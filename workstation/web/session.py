"""Session in which a server is asked, the same whatever it is asked for."""

from __future__ import annotations

import ssl
from pathlib import Path

import requests
from requests.auth import HTTPBasicAuth

from workstation.web.address import Credentials


def session_of(credentials: Credentials, ca: Path | None) -> requests.Session:
    """A session for whoever asks. Close it.

    Nothing of the machine's own settings is used: no proxy, no .netrc, no certificate but those given and the public
    ones.
    """
    session = requests.Session()
    session.trust_env = False
    # images hardly get smaller and sealed bytes not at all, and an answer must not grow here
    session.headers["Accept-Encoding"] = "identity"
    if credentials.token:
        session.headers["Authorization"] = f"Bearer {credentials.token}"
    elif credentials.user:
        session.auth = HTTPBasicAuth(credentials.user.encode(), credentials.password.encode())
    if ca is not None:
        session.verify = str(ca)
    return session


def is_usable(ca: Path) -> bool:
    """Whether the file holds certificates as PEM; a file that isn't there holds none."""
    try:
        ssl.create_default_context(cafile=ca)
    except (OSError, ValueError):
        return False
    return True
