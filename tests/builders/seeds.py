"""Seeds with the secret of a vault that no study has."""

from scoring.design.secret_seed import SecretSeed

SECRET = b"a secret that one vault drew.   "


def seeded(seed: int, secret: bytes = SECRET) -> SecretSeed:
    """That seed under one secret."""
    return SecretSeed(seed, secret)
