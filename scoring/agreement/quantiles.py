"""The distributions behind intervals and tests, from SciPy.

SciPy is imported when the first number is asked for: a reading room that computes no agreement never loads it.
"""

from __future__ import annotations


def f_quantile(probability: float, df1: float, df2: float) -> float:
    """The value below which an F variable on df1 and df2 falls with that probability; df may be fractions."""
    from scipy.special import fdtri  # noqa: PLC0415 - see the first lines of this module

    return float(fdtri(df1, df2, probability))


def f_upper_tail(value: float, df1: float, df2: float) -> float:
    """The probability that an F variable on df1 and df2 is above `value`."""
    from scipy.special import fdtrc  # noqa: PLC0415 - see the first lines of this module

    return float(fdtrc(df1, df2, value))


def t_quantile(probability: float, df: float) -> float:
    """The value below which a Student t variable on df falls with that probability."""
    from scipy.special import stdtrit  # noqa: PLC0415 - see the first lines of this module

    return float(stdtrit(df, probability))


def noncentral_t_upper_tail(value: float, df: float, shift: float) -> float:
    """The probability that a noncentral t variable on df with that shift is above `value`."""
    from scipy.special import nctdtr  # noqa: PLC0415 - see the first lines of this module

    return float(1.0 - nctdtr(df, shift, value))


def normal_quantile(probability: float) -> float:
    """The value below which a standard normal variable falls with that probability."""
    from scipy.special import ndtri  # noqa: PLC0415 - see the first lines of this module

    return float(ndtri(probability))


def normal_cumulative(z: float) -> float:
    """The probability that a standard normal variable falls below `z`."""
    from scipy.special import ndtr  # noqa: PLC0415 - see the first lines of this module

    return float(ndtr(z))


def normal_two_sided(z: float) -> float:
    """The probability that a standard normal variable is at least as far from 0 as `z`."""
    from scipy.special import ndtr  # noqa: PLC0415 - see the first lines of this module

    return float(2.0 * ndtr(-abs(z)))


def chi_square_quantile(probability: float, df: float) -> float:
    """The value below which a chi-square variable on df falls with that probability."""
    from scipy.special import chdtri  # noqa: PLC0415 - see the first lines of this module

    return float(chdtri(df, 1.0 - probability))  # chdtri takes the upper tail


def chi_square_upper_tail(value: float, df: float) -> float:
    """The probability that a chi-square variable on df is above `value`."""
    from scipy.special import chdtrc  # noqa: PLC0415 - see the first lines of this module

    return float(chdtrc(df, value))


def t_two_sided(t: float, df: float) -> float:
    """The probability that a Student t variable on df is at least as far from 0 as `t`."""
    from scipy.special import stdtr  # noqa: PLC0415 - see the first lines of this module

    return float(2.0 * stdtr(df, -abs(t)))
