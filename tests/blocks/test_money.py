from __future__ import annotations

import pytest

from blocks.money import AmountError, parse_amount


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("120000", 120_000),
        ("120,000", 120_000),
        ("120.000", 120_000),
        ("120k", 120_000),
        ("120 K", 120_000),
        ("€1.2M", 1_200_000),
        ("1,2 Mio EUR", 1_200_000),
        ("$ 90 000", 90_000),
        ("$ 90\u00a0000", 90_000),
        ("90'000 CHF", 90_000),
        ("1.200.000", 1_200_000),
        ("1,200,000.50", 1_200_001),
        ("1.200.000,49", 1_200_000),
        ("1.250M", 1_250_000),
        ("1,200k", 1_200_000),
        ("us$ 5 million", 5_000_000),
        ("0.5bn", 500_000_000),
        ("12.5", 13),
        ("0", 0),
        ("\uff11\uff12\uff10", 120),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, amount: int) -> None:
    assert parse_amount(written) == amount


@pytest.mark.parametrize(
    "written",
    ["", "k", "a lot", "-5", "12.", "1,2,3", "1.23.456", "1,200.00.1", "1.2.3M", "1e9", "\u0663", "9" * 13, "$"],
)
def test_what_is_no_amount_is_refused_with_how_to_write_one(written: str) -> None:
    with pytest.raises(AmountError, match="Write an amount such as"):
        parse_amount(written)
