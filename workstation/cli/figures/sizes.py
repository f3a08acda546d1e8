"""Commands that say how many people, or cases read again, a study needs. No study is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from workstation.cli.shared import DONE, JSON_OPTION, cli, say

_Command = TypeVar("_Command", bound=Callable[..., Any])


@cli.group()
def sizes() -> None:
    """How many people, or cases read again, a study needs; each result names its formula (docs/sample-sizes.md)."""


def _shared(alpha_words: str) -> Callable[[_Command], _Command]:
    """Level, power and dropout, which every size but that of a width has."""

    def add(command: _Command) -> _Command:
        for option in (
            click.option("--alpha", type=float, default=0.05, show_default=True, help=alpha_words),
            click.option("--power", type=float, default=0.8, show_default=True, help="Share of studies that show it."),
        ):
            command = option(command)
        return command

    return add


_DROPOUT = click.option(
    "--dropout", type=float, default=0.0, metavar="SHARE", help="Share that is lost on the way, such as 0.1."
)


def _sides(default: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--sides", type=click.Choice(["1", "2"]), default=default, show_default=True, help="Of the test."
    )


@sizes.command("correlation")
@click.option("--r", type=float, required=True, metavar="R", help="The correlation that is to be found, such as 0.4.")
@click.option("--n", type=int, metavar="N", help="Say the power of N pairs instead.")
@_shared("Level of the test.")
@_sides("2")
@_DROPOUT
@JSON_OPTION
def correlation(
    *, r: float, n: int | None, alpha: float, power: float, sides: str, dropout: float, as_json: bool
) -> int:
    """How many pairs show a correlation of R."""
    from scoring.sample_size import words
    from scoring.sample_size.correlation import correlation_power, correlation_size

    side = int(sides)
    if n is not None:
        return _tell_power(correlation_power(n, r, alpha=alpha, sides=side), f"{n} pairs", as_json=as_json)
    found = correlation_size(r, alpha=alpha, power=power, sides=side)
    lines = words.of_correlation(found, r=r, alpha=alpha, power=power, sides=side, dropout=dropout)
    given = {"r": r, "alpha": alpha, "power": power, "sides": side, "dropout": dropout}
    return _tell(given, {"pwr": found.by_pwr, "fisher": found.by_fisher}, dropout, lines, as_json=as_json)


@sizes.command("non-inferiority")
@click.option("--margin", type=float, required=True, metavar="M", help="How much worse is still no worse.")
@click.option("--sd", type=float, required=True, metavar="SD", help="Standard deviation in one group.")
@click.option("--difference", type=float, default=0.0, metavar="D", help="How much worse the group truly is.")
@click.option("--n", type=int, metavar="N", help="Say the power of N in each group instead.")
@_shared("Level of the one-sided test.")
@_DROPOUT
@JSON_OPTION
def non_inferiority(
    *,
    margin: float,
    sd: float,
    difference: float,
    n: int | None,
    alpha: float,
    power: float,
    dropout: float,
    as_json: bool,
) -> int:
    """How many in each of two groups show that a mean is no worse by the margin M."""
    from scoring.sample_size import words
    from scoring.sample_size.non_inferiority import group_power, group_size

    if n is not None:
        found_power = group_power(n, margin, sd, difference=difference, alpha=alpha)
        return _tell_power(found_power, f"{n} in each group", as_json=as_json)
    found = group_size(margin, sd, difference=difference, alpha=alpha, power=power)
    given = {"margin": margin, "sd": sd, "difference": difference, "distance": found.distance}
    more = {"alpha": alpha, "power": power, "dropout": dropout}
    lines = words.of_groups(
        found, margin=margin, difference=difference, sd=sd, alpha=alpha, power=power, dropout=dropout
    )
    return _tell(given | more, {"normal": found.by_normal, "t": found.by_t}, dropout, lines, as_json=as_json)


_READINGS = click.option(
    "--readings", type=int, default=2, show_default=True, metavar="K", help="Readings of each case."
)
_EXPECTED = click.option("--expected", type=float, required=True, metavar="ICC", help="The ICC that is expected.")


@sizes.command("icc-test")
@click.option("--null", type=float, required=True, metavar="ICC", help="The ICC that is to be exceeded.")
@_EXPECTED
@_READINGS
@_shared("Level of the test.")
@_sides("1")
@_DROPOUT
@JSON_OPTION
def icc_test(
    *,
    null: float,
    expected: float,
    readings: int,
    alpha: float,
    power: float,
    sides: str,
    dropout: float,
    as_json: bool,
) -> int:
    """How many cases read K times show that an ICC is above another one."""
    from scoring.sample_size import words
    from scoring.sample_size.reliability import size_by_test

    side = int(sides)
    found = size_by_test(null, expected, readings=readings, alpha=alpha, power=power, sides=side)
    given = {"null": null, "expected": expected, "readings": readings}
    more = {"alpha": alpha, "power": power, "sides": side, "dropout": dropout}
    lines = words.of_icc_test(
        found,
        null=null,
        expected=expected,
        readings=readings,
        alpha=alpha,
        power=power,
        sides=side,
        dropout=dropout,
    )
    return _tell(given | more, {"walter_eliasziw_donner": found}, dropout, lines, as_json=as_json)


@sizes.command("icc-width")
@_EXPECTED
@click.option("--width", type=float, required=True, metavar="W", help="From the lower to the upper limit, such as 0.2.")
@_READINGS
@click.option("--level", type=float, default=0.95, show_default=True, help="Level of the interval.")
@_DROPOUT
@JSON_OPTION
def icc_width(*, expected: float, width: float, readings: int, level: float, dropout: float, as_json: bool) -> int:
    """How many cases read K times give an ICC with an interval so wide."""
    from scoring.sample_size import words
    from scoring.sample_size.reliability import size_by_width

    found = size_by_width(expected, width, readings=readings, level=level)
    given = {"expected": expected, "width": width, "readings": readings, "level": level, "dropout": dropout}
    lines = words.of_icc_width(found, expected=expected, width=width, readings=readings, level=level, dropout=dropout)
    by = {"bonett": found.plain, "bonett_corrected": found.corrected}
    return _tell(given, by, dropout, lines, as_json=as_json)


def _tell(given: dict[str, float], by: dict[str, float], dropout: float, lines: Sequence[str], *, as_json: bool) -> int:
    """Inputs and results: as lines, or as one object with each size as calculated, rounded up, and with dropout."""
    from scoring.sample_size.inputs import whole, with_dropout

    if as_json:
        found = {
            name: {"calculated": size, "n": whole(size), "to_begin_with": with_dropout(whole(size), dropout)}
            for name, size in by.items()
        }
        click.echo(json.dumps({"given": given, "sizes": found}, allow_nan=False))
    else:
        for line in lines:
            say(line)
    return DONE


def _tell_power(power: float, of: str, *, as_json: bool) -> int:
    if as_json:
        click.echo(json.dumps({"power": power}, allow_nan=False))
    else:
        say(f"{of}: power {100.0 * power:.2f} %")
    return DONE
