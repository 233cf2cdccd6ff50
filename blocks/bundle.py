"""One message to somebody who is asked about several escalations at once, the most serious first, each with its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from blocks import notices
from blocks.layout import divider, line, muted, rich
from blocks.message import Message, message
from blocks.text import Json, say
from blocks.views import NoticeView
from escalation.series import series

_MOST_BLOCKS = 50
# Slack refuses messages beyond about 13,000 characters of all their parts (no documentation says how many exactly).
_MOST_CHARACTERS = 12_000


def asking(views: Sequence[NoticeView]) -> Message:
    """The message that asks, of one escalation or of several."""
    return notices.notice(views[0]) if len(views) == 1 else _bundle(views)


def refreshed(views: Sequence[NoticeView]) -> Message:
    """What it should say now: each as `notices.refreshed`, and one line once newer messages ask for all of it."""
    if len(views) == 1:
        return notices.refreshed(views[0])
    if any(notices.still_asks(view) for view in views):
        return _bundle(views)
    if all(one.obligation.is_open for view in views for one in view.owed):
        every = series(view.escalation.reference for view in views)
        return message(muted(f"{every} · there are newer messages below"))
    return message(*(block for view in views for block in notices.refreshed(view).blocks))


def _bundle(views: Sequence[NoticeView]) -> Message:
    """In the fullest detail that Slack takes."""
    laid_out = (_laid_out(views, detail) for detail in notices.Detail)
    blocks = next((one for one in laid_out if _fits(one)), None)
    return message(*(blocks if blocks is not None else _laid_out(views, notices.Detail.LEAST)))


def _fits(blocks: list[Json]) -> bool:
    return len(blocks) <= _MOST_BLOCKS and _characters(blocks) <= _MOST_CHARACTERS


def _characters(part: object) -> int:
    if isinstance(part, str):
        return len(part)
    if isinstance(part, dict):
        return sum(map(_characters, part.values()))
    return sum(map(_characters, part)) if isinstance(part, list) else 0


def _laid_out(views: Sequence[NoticeView], detail: notices.Detail) -> list[Json]:
    """What still asks in full; of what does not, the line that is left of it."""
    live = [view for view in views if notices.still_asks(view)]
    blocks = [rich(line(say(notices.lead(live), bold=True)))]
    for view in views:
        blocks += [divider()]
        blocks += notices.part(view, detail) if notices.still_asks(view) else notices.refreshed(view).blocks
    late = any(view.notice.late_since for view in live)
    return [*blocks, muted(notices.WHY_LATE)] if late else blocks
