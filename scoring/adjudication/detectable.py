"""Detectable change of two readers: the SDC of each feature, from the cases that both have read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import numpy as np

from scoring.adjudication.rules import Pair, change_of
from scoring.agreement.change import sdc_of_change
from scoring.schemes.scheme import FeatureCode, Scheme

_LEVEL: Final = 0.95


def sdc_by_feature(scheme: Scheme, pairs: Iterable[Pair]) -> Mapping[FeatureCode, Decimal]:
    """SDC of the change of each feature's total; without a feature of which fewer than two cases have both changes.

    Source: Bruynesteyn 2005: 1.96 SD(d) / sqrt 2, d the difference of the two readers' changes, one reading each.
    """
    cases = list(pairs)
    found: dict[FeatureCode, Decimal] = {}
    for feature in scheme.features:
        both = [(change_of(feature, one), change_of(feature, two)) for one, two in cases]
        rows = [(float(a), float(b)) for a, b in both if a is not None and b is not None]
        sdc = sdc_of_change(np.array(rows).reshape(len(rows), 2), readings_averaged=1, level=_LEVEL).sdc.estimate
        if sdc is not None:
            found[feature.code] = Decimal(repr(float(sdc)))
    return found
