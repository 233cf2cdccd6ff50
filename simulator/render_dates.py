"""`<!date^…>` and rich text dates, in the reader's zone."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo


def render_date(epoch: int, pattern: str, zone: ZoneInfo, now: float) -> str:
    """Fill a pattern such as `{date_short_pretty} {time}`; unknown tokens stay as they are."""
    moment = dt.datetime.fromtimestamp(epoch, zone)
    today = dt.datetime.fromtimestamp(now, zone).date()
    return re.sub(r"\{(\w+)\}", lambda match: _token(match[1], moment, today, now) or match[0], pattern)


def _token(name: str, moment: dt.datetime, today: dt.date, now: float) -> str | None:
    if name == "time":
        return _clock(moment, "%I:%M %p")
    if name == "time_secs":
        return _clock(moment, "%I:%M:%S %p")
    if name == "ago":
        return _ago(now - moment.timestamp())
    if name.endswith("_pretty"):
        days = (moment.date() - today).days
        near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get(days)
        return near or _token(name.removesuffix("_pretty"), moment, today, now)
    day = moment.day
    match name:
        case "date_num":
            return moment.strftime("%Y-%m-%d")
        case "date_slash":
            return moment.strftime("%m/%d/%Y")
        case "date":
            return f"{moment:%B} {_ordinal(day)}, {moment.year}"
        case "date_short":
            return f"{moment:%b} {day}, {moment.year}"
        case "date_long" | "date_long_full" | "day_divider":
            return f"{moment:%A}, {moment:%B} {_ordinal(day)}, {moment.year}"
    return None


def _clock(moment: dt.datetime, pattern: str) -> str:
    return moment.strftime(pattern).lstrip("0")


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _ago(seconds: float) -> str:
    size = abs(seconds)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if size >= length:
            count = int(size // length)
            words = f"{count} {unit}{'s' if count != 1 else ''}"
            return f"{words} ago" if seconds >= 0 else f"in {words}"
    return "just now" if seconds >= 0 else "in less than a minute"
