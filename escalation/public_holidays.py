"""Public holidays of a country ("GB") or of a part of one ("GB-SCT", "US-NY"), from the holidays library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays


class UnknownHolidaysError(ValueError):
    """No country or part of this code; the sentence names what could be meant."""


def is_holiday(code: str, day: date) -> bool:
    """Whether most people there have the day off by law. `code` is one that `check_code` returned."""
    return day in _holidays_of(code)


def check_code(code: str) -> str:
    """The code as the library spells it ("gb-sct" is "GB-SCT"); UnknownHolidaysError if it has none."""
    country, _, part = code.strip().upper().partition("-")
    parts = _parts_of_countries().get(country)
    if parts is None:
        raise UnknownHolidaysError(f'no holidays are known for "{code}"; write a code such as GB, DE or US-NY')
    if not part:
        return country
    spelled = {name.upper(): name for name in parts}
    if part not in spelled:
        known = f"there are {', '.join(parts[:60])}" if parts else f"write {country} alone"
        raise UnknownHolidaysError(f'{country} has no part "{part}" with holidays of its own; {known}')
    return f"{country}-{spelled[part]}"


@lru_cache(maxsize=1)
def _parts_of_countries() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=True)


@lru_cache(maxsize=64)
def _holidays_of(code: str) -> holidays.HolidayBase:
    """The library's own table, which works out a year when it is first asked about it."""
    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)
