"""The log of what the customer was told: when, how, what, by whom; the latest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blocks.ids import Action, button_value
from blocks.layout import bullets, header, line, muted, rich, turns
from blocks.message import Message, answer
from blocks.text import Json, clean_line, person, say, words
from blocks.times import when
from blocks.views import Told
from escalation.case import Escalation
from escalation.wording import CUSTOMER_NAME_LIMIT

PAGE = 20
# Words share a page, as on the timeline.
_WORDS_ON_A_PAGE = 8000
_HOW = 20


def customer_log(escalation: Escalation, entries: Sequence[Told], page: int = 0) -> Message:
    """One page of the log, with the ways to those before and after. `entries` are all, oldest first."""
    last = max((len(entries) - 1) // PAGE, 0)
    page = min(max(page, 0), last)
    shown = list(reversed(entries))[page * PAGE : (page + 1) * PAGE]
    limit = _WORDS_ON_A_PAGE // max(len(shown), 1)
    ways = {"Later": page - 1} if page > 0 else {}
    ways |= {"Earlier": page + 1} if page < last else {}
    name = clean_line(escalation.customer, CUSTOMER_NAME_LIMIT)
    lines = [line(*_entry(one, limit)) for one in shown]
    return answer(
        header(f"{escalation.reference} · What {name} was told"),
        rich(bullets(lines) if lines else line(say("Nobody has told them anything yet."))),
        *([muted(f"Page {page + 1} of {last + 1} · {len(entries)} entries, the latest first")] if last else []),
        *turns(Action.CUSTOMER_LOG_PAGE, {way: button_value(escalation.id, to) for way, to in ways.items()}),
    )


def _entry(one: Told, limit: int) -> Iterator[Json]:
    yield from (when(one.at), say(" · "), person(one.by))
    if one.how:
        yield say(f" ({clean_line(one.how, _HOW)})")
    if one.what.strip():
        yield from (say(": "), words(one.what, limit))
    else:
        yield say(": their words were not kept", italic=True)
    if one.added_by:
        yield from (say(" · written down by "), person(one.added_by))
    if one.next_at:
        yield from (say(" · they hear next by "), when(one.next_at))
