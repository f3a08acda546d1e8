"""The seed of a draw tells nothing without the vault's secret, and what was drawn tells neither of them."""

from __future__ import annotations

from collections import Counter
from random import Random
from statistics import mean

import pytest

from scoring.design.draws import case_codes, draw_rereads, draw_worklist
from scoring.design.drift_draws import Check, with_repeats
from scoring.design.secret_seed import SecretSeed
from tests.builders.seeds import seeded

PAIRS = tuple(f"S{number:03}" for number in range(1, 67))
SECRETS = [number.to_bytes(32, "big") for number in range(1_000)]


def test_the_random_numbers_are_those_of_hmac_and_shake() -> None:
    # openssl dgst -sha256 -mac HMAC of "draw 1: case codes" gives the key; openssl dgst -shake256 of the key and eight
    # zero bytes begins with 46 79 48 8f 29 c2
    drawn = seeded(1).source("case codes")

    assert [drawn.getrandbits(32), drawn.getrandbits(16)] == [0x4679488F, 0x29C2]


@pytest.mark.parametrize(("purpose", "heads"), [("S001", True), ("S004", False), ("turned S001", True)])
def test_a_coin_falls_by_the_lowest_bit_of_the_first_byte_so_that_a_study_stays_as_it_was_drawn(
    purpose: str, heads: bool
) -> None:
    # printf 'coin: S001' | openssl dgst -sha256 -hmac kk...k (32 of them) begins with 3f3b, S004 with 8454, turned S001
    # with 7d2c
    assert SecretSeed(1, b"k" * 32).coin(purpose) is heads
    assert SecretSeed(2, b"k" * 32).coin(purpose) is heads


def test_a_purpose_has_random_numbers_of_its_own_and_always_the_same() -> None:
    one, same, other = (seeded(1).source(purpose).getrandbits(64) for purpose in ("a", "a", "b"))

    assert one == same != other


def test_over_the_end_of_a_block_no_number_comes_again() -> None:
    drawn = seeded(1).source("a")

    assert len({drawn.getrandbits(64) for _ in range(1_000)}) == 1_000


def test_whole_numbers_are_all_equally_likely() -> None:
    drawn = seeded(2).source("a")
    counts = Counter(drawn.randrange(22) for _ in range(22_000))

    # 1,000 expected of each; 4 standard deviations of the binomial are 124
    assert all(abs(counts[number] - 1_000) < 125 for number in range(22))


def test_a_short_secret_is_none() -> None:
    with pytest.raises(ValueError, match="a secret that is too short"):
        SecretSeed(1, b"abc").source("a")


def test_the_secret_stands_in_no_message() -> None:
    assert repr(seeded(5)) == str(seeded(5)) == "SecretSeed()"


def test_a_seed_as_people_type_it_gives_each_vault_another_order_other_codes_and_other_rereads() -> None:
    seeds = [SecretSeed(7, secret) for secret in SECRETS]
    orders = [draw_worklist(PAIRS, seed)[:9] for seed in seeds]
    codes = [case_codes(9, (), seed) for seed in seeds]
    rereads = [draw_rereads(PAIRS, 9, seed) for seed in seeds]

    for drawn in (orders, codes, rereads):
        assert len(set(drawn)) == len(SECRETS)
    alone = list(PAIRS)
    Random("worklist 7").shuffle(alone)
    assert tuple(alone[:9]) not in orders


@pytest.mark.case(109)
def test_over_a_thousand_draws_a_guess_from_the_seed_finds_no_more_repeats_than_chance() -> None:
    guess = with_repeats((), draw_worklist(PAIRS, seeded(7)), Check(10, seeded(7)))
    guessed = {place for place, item in enumerate(guess) if item.again}
    areas = []
    for secret in SECRETS:
        seed = SecretSeed(7, secret)
        listed = with_repeats((), draw_worklist(PAIRS, seed), Check(10, seed))
        again = [place in guessed for place, item in enumerate(listed) if item.again]
        firsts = [place in guessed for place, item in enumerate(listed) if not item.again]
        # the area under the curve of a guess that says yes or no
        areas.append(0.5 + (mean(again) - mean(firsts)) / 2)

    assert abs(mean(areas) - 0.5) < 0.05
