"""The order in which answers are given: feature by feature, site by site, baseline before follow-up."""

from __future__ import annotations

from collections.abc import Callable

from scoring.readings.reading import VISITS, SiteKey
from scoring.schemes.scheme import Scheme, Total


def keys_in_reading_order(scheme: Scheme, visits: tuple[int, ...] = VISITS) -> tuple[SiteKey, ...]:
    """Every answer that a case of these visits asks for; made once for as long as the scheme is in use."""
    return _KEYS.of(scheme, f"{visits}", lambda _: _all_keys(scheme, visits))


def keys_of_total(scheme: Scheme, total: Total, visit: int) -> tuple[SiteKey, ...]:
    """The answers at a visit that a total of the scheme is the sum of; made once, as above."""
    return _KEYS.of(scheme, f"{visit} {total.code}", lambda _: _keys_of_total(scheme, total, visit))


def _all_keys(scheme: Scheme, visits: tuple[int, ...]) -> tuple[SiteKey, ...]:
    return tuple(
        SiteKey(visit, feature.code, site.code)
        for feature in scheme.features
        for site in feature.sites
        for visit in visits
    )


def _keys_of_total(scheme: Scheme, total: Total, visit: int) -> tuple[SiteKey, ...]:
    return tuple(SiteKey(visit, code, site.code) for code in total.features for site in scheme.feature(code).sites)


class _Kept:
    """Keys by scheme. By identity, since to hash a scheme takes longer than to make its keys, and with the scheme, so
    that no other takes its place. Whoever asks for what was forgotten gets an equal one.
    """

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Scheme, dict[str, tuple[SiteKey, ...]]]] = {}

    def of(self, scheme: Scheme, name: str, made: Callable[[Scheme], tuple[SiteKey, ...]]) -> tuple[SiteKey, ...]:
        """What is kept of the scheme under that name, else what is `made` of it."""
        kept = self._kept.get(id(scheme))
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[id(scheme)] = (scheme, {})
        if name not in kept[1]:
            kept[1][name] = made(scheme)
        return kept[1][name]


# a program has one scheme at a time; tests have more
_MOST_KEPT = 8
_KEYS = _Kept()
