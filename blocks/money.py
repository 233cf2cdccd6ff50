"""Reading amounts of money as people write them."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

HOW_TO_WRITE = "Write an amount such as 120000, 120,000, 120k or €1.2M."
_MOST = Decimal(10) ** 12
_SCALES = {
    "": 1,
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "mio", "million"), 10**6),
    **dict.fromkeys(("b", "bn", "billion"), 10**9),
}
_SCALE = "|".join(sorted(filter(None, _SCALES), key=len, reverse=True))
_CURRENCY = r"(?:[a-z]{0,3}[$€£¥₹]|[a-z]{3})"
_AMOUNT = re.compile(rf"{_CURRENCY}?\s*([0-9][0-9.,'’_ ]*)({_SCALE})?\s*{_CURRENCY}?")
_GROUPED = re.compile(r"[0-9]{1,3}([.,][0-9]{3})+")


class AmountError(ValueError):
    """Not an amount; the sentence says how to write one."""


def parse_amount(text: str) -> int:
    """Whole units of whatever currency: `120k`, `€1.2M`, `$ 90 000`, `1.200.000`.

    A single comma or point before exactly three digits groups thousands, unless it is a point before a scale
    (`1.250M`); otherwise it begins the fraction.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    match = _AMOUNT.fullmatch(written)
    if match is None:
        raise AmountError(HOW_TO_WRITE)
    scale = match.group(2) or ""
    amount = _number(re.sub(r"['’_ ]", "", match.group(1)), scaled=bool(scale)) * _SCALES[scale]
    if amount >= _MOST:
        raise AmountError("That is more than any customer pays. " + HOW_TO_WRITE)
    return int(amount.to_integral_value(ROUND_HALF_UP))


def _number(digits: str, *, scaled: bool) -> Decimal:
    marks = re.findall(r"[.,]", digits)
    if not marks:
        return Decimal(digits)
    whole, fraction = digits, ""
    only = len(marks) == 1
    if len(set(marks)) == 2 or (only and not (_GROUPED.fullmatch(digits) and not (scaled and marks[0] == "."))):
        whole, _, fraction = digits.rpartition(marks[-1])
    if re.search(r"[.,]", whole) and not _GROUPED.fullmatch(whole):
        raise AmountError(HOW_TO_WRITE)
    if not (fraction or whole == digits) or re.search(r"[.,]", fraction):
        raise AmountError(HOW_TO_WRITE)
    return Decimal(re.sub(r"[.,]", "", whole) + "." + (fraction or "0"))
