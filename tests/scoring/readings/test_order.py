from __future__ import annotations

import gc

from scoring.readings.order import keys_in_reading_order, keys_of_total
from scoring.schemes.load import shipped_scheme
from scoring.schemes.scheme import Scheme
from scoring.values import replace


def with_features(scheme: Scheme, count: int) -> Scheme:
    return replace(scheme, features=scheme.features[:count])


def test_keys_are_made_once_for_as_long_as_a_scheme_is_in_use() -> None:
    scheme = shipped_scheme()

    assert keys_in_reading_order(scheme) is keys_in_reading_order(scheme)


def test_each_of_many_schemes_has_the_keys_of_its_own_features_whatever_was_asked_before() -> None:
    scheme = shipped_scheme()
    # what other tests of the process have made isn't walked through sixty times
    gc.freeze()

    for turn in range(60):
        # let go of at once, so that the next may lie where this one lay
        other = with_features(scheme, 1 + turn % len(scheme.features))
        wanted = [(feature.code, site.code) for feature in other.features for site in feature.sites]
        keys = keys_in_reading_order(other)
        assert [(key.feature, key.site) for key in keys if key.visit == 1] == wanted
        assert len(keys) == 2 * len(wanted)
        del other
        gc.collect()
    gc.unfreeze()


def test_a_total_asks_for_the_sites_of_its_features_at_one_visit() -> None:
    scheme = shipped_scheme()

    for entry in scheme.totals:
        for visit in (1, 2):
            wanted = [key for key in keys_in_reading_order(scheme) if key.visit == visit]
            assert set(keys_of_total(scheme, entry, visit)) == {key for key in wanted if key.feature in entry.features}
