"""The timeline of an escalation: everything that happened, oldest first, a line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from blocks import customer_words
from blocks import event_values as values
from blocks.ids import Action, button_value
from blocks.layout import bullets, header, line, muted, rich, turns
from blocks.message import Message, answer
from blocks.obligation_words import in_a_sentence, put_off
from blocks.text import Json, channel, clean, clean_line, counted, link, listed, person, say, words
from blocks.times import when
from escalation.case import CHANNEL, Escalation, Event, EventKind, NoticeKind
from escalation.wording import role_words

PAGE = 20
# Words share a page: where little happened they stand in full, where much did they are cut.
_WORDS_ON_A_PAGE = 8000
_LEAST = 200

Rest = list[Json]
Render = Callable[[Event], Rest]


def timeline(escalation: Escalation, events: Sequence[Event], page: int = 0) -> Message:
    """One page of the timeline, with the ways to those before and after. `events` are all, oldest first."""
    last = max((len(events) - 1) // PAGE, 0)
    page = min(max(page, 0), last)
    shown = events[page * PAGE : (page + 1) * PAGE]
    where = f"Page {page + 1} of {last + 1} · {len(events)} entries"
    ways = {"Earlier": page - 1} if page > 0 else {}
    ways |= {"Later": page + 1} if page < last else {}
    ways |= {"Latest": last} if page < last - 1 else {}
    limit = max(_LEAST, _WORDS_ON_A_PAGE // (2 * max(len(shown), 1)))
    lines = [timeline_line(event, limit, escalation.customer) for event in shown]
    return answer(
        header(f"Timeline of {escalation.reference} · {escalation.customer}"),
        rich(bullets(lines) if lines else line(say("Nothing has happened yet."))),
        *([muted(where)] if last else []),
        *turns(Action.TIMELINE_PAGE, {name: button_value(escalation.id, to) for name, to in ways.items()}),
    )


def timeline_line(event: Event, limit: int = _LEAST, customer_name: str = "the customer") -> Json:
    """When, who, what, and the words they used, at most `limit` characters of them."""
    verb, rest = _entry(event, customer_name)
    said = [*rest(event), *_quoted(event.why)]
    did = [say(f" {verb}")] if verb else []
    return line(when(event.at), say(" · "), person(event.by), *did, *(_cut(one, limit) for one in said))


def _entry(event: Event, customer_name: str) -> tuple[str, Render]:
    if event.kind in _WITH_CUSTOMER:
        verb, rest = _WITH_CUSTOMER[event.kind]
        return verb, partial(rest, customer_name=customer_name)
    if event.kind is EventKind.OWNER_CHANGED and event.by == values.text(event, "to"):
        return "took over", _somebody("from", " from ")
    if event.kind is EventKind.ASKED:
        verb, before = _ASKED.get(values.text(event, "notice"), ("asked", " for "))
        return verb, partial(_asked, customer_name=customer_name, before=before)
    return _ENTRIES[event.kind]


def _cut(element: Json, limit: int) -> Json:
    long = element["type"] == "text" and len(element["text"]) > limit
    return {**element, "text": clean(element["text"], limit)} if long else element


def _quoted(text: str) -> Rest:
    return [say(": "), words(text)] if text.strip() else []


def _nothing(_: Event) -> Rest:
    return []


def _words(*keys: str) -> Render:
    def rest(event: Event) -> Rest:
        return _quoted(" · ".join(filter(None, (values.text(event, key) for key in keys))))

    return rest


def _somebody(key: str, before: str = " ", after: str = "") -> Render:
    def rest(event: Event) -> Rest:
        user = values.text(event, key)
        return [say(before), person(user), *([say(after)] if after else [])] if user else []

    return rest


def _new_owner(event: Event) -> Rest:
    return [*_somebody("from", " from ")(event), *_somebody("to", " to ")(event)]


def _channel(event: Event) -> Rest:
    found = values.text(event, "channel")
    return [say(" "), channel(found)] if found else []


def _noted(event: Event) -> Rest:
    author, address = values.text(event, "author"), values.text(event, "link")
    what = [say(" a message")] if author or address else []
    by = [say(" by "), person(author)] if author and author != event.by else []
    there = [say(" ("), link(address, "link"), say(")")] if address else []
    return [*what, *by, *there, *_quoted(values.text(event, "text"))]


def _opened(event: Event) -> Rest:
    owner = values.text(event, "owner")
    led = [say(" with "), person(owner), say(" as the owner")] if owner else []
    severity = values.text(event, "severity")
    return [
        say(f" as {clean_line(severity, 40)}" if severity else ""),
        *led,
        *_quoted(values.text(event, "summary")),
    ]


def _planned(event: Event) -> Rest:
    steps = values.rows(event, "steps")
    what = "; ".join(str(row.get("what", "")) for row in steps)
    return [say(f" of {counted(len(steps), 'step')}"), *_quoted(what)]


def _severities(event: Event) -> Rest:
    old, new = (clean_line(values.text(event, key), 40) for key in ("from", "to"))
    return [say(f" from {old} to {new}")]


def _told(event: Event) -> Rest:
    """Everybody by name and role; an older version kept only the roles of all of them together."""
    told = values.rows(event, "told")
    if told:
        return [say(" "), *_each_with_roles(told)]
    return [
        say(" "),
        *listed(person(user) for user in values.texts(event, "users")),
        *_as(values.texts(event, "roles")),
    ]


def _each_with_roles(told: Sequence[Mapping[str, Any]]) -> Rest:
    parts: Rest = []
    for place, row in enumerate(told):
        between = "" if not place else " and " if place == len(told) - 1 else ", "
        roles = row.get("roles")
        known = [str(role) for role in roles] if isinstance(roles, list) else []
        parts += [*([say(between)] if between else []), person(str(row.get("user", ""))), *_as(known)]
    return parts


def _as(roles: Sequence[str]) -> Rest:
    return [say(f" ({clean_line(', '.join(map(role_words, roles)))})")] if roles else []


def _lapsed(event: Event) -> Rest:
    return [*_somebody("to", after=" to take over")(event), *_and_told(event)]


def _and_told(event: Event) -> Rest:
    told = values.rows(event, "told")
    return [say(" and told "), *_each_with_roles(told)] if told else []


def _asked(event: Event, customer_name: str, before: str) -> Rest:
    audience = values.text(event, "audience")
    whom = say("the channel") if audience == CHANNEL else person(audience)
    what = in_a_sentence(values.texts(event, "what"), customer_name)
    late = values.instant(event, "late_since")
    return [
        say(" "),
        whom,
        *_as(values.texts(event, "roles")),
        say(f"{before}{what}" if what else ""),
        *([say(" (late, due "), when(late), say(")")] if late else []),
    ]


def _moved(event: Event, customer_name: str) -> Rest:
    elements: Rest = []
    for row in values.rows(event, "moved"):
        due = values.instant_of(row.get("due_at"))
        elements += [say(("; " if elements else ": ") + in_a_sentence([str(row.get("what"))], customer_name))]
        elements += [say(" due "), when(due)] if due else []
    return elements


def _updated(event: Event, customer_name: str) -> Rest:
    said = _words("situation", "next_step")(event)
    return [*said, *customer_words.with_an_update(event, customer_name)]


# By the kind of the message: the verb, and what stands before that which was asked for.
_ASKED: Mapping[str, tuple[str, str]] = {
    NoticeKind.WARNING: ("reminded", " of "),
    NoticeKind.RAISED: ("told", " what is overdue: "),
}

# What names the customer, too.
_WITH_CUSTOMER: Mapping[EventKind, tuple[str, Callable[..., Rest]]] = {
    EventKind.UPDATED: ("posted an update", _updated),
    EventKind.SNOOZED: ("snoozed the reminders", put_off),
    EventKind.CUSTOMER_TOLD: ("", customer_words.told),
    EventKind.CUSTOMER_PROMISED: ("", customer_words.promised),
    EventKind.POLICY_CHANGED: ("took up a changed policy", _moved),
}


_ENTRIES: Mapping[EventKind, tuple[str, Render]] = {
    EventKind.OPENED: ("opened it", _opened),
    EventKind.CHANNEL_OPENED: ("opened the channel", _channel),
    EventKind.ACKNOWLEDGED: ("acknowledged it", _nothing),
    EventKind.STILL_WORKING: ("is still working on it", _words("next_step")),
    EventKind.PLANNED: ("made a plan", _planned),
    EventKind.STEP_DONE: ("finished a step", _words("what")),
    EventKind.SUGGESTED: ("suggested an update", _words("text")),
    EventKind.HANDOVER_ASKED: ("asked", _somebody("to", after=" to take over")),
    EventKind.HANDOVER_DECLINED: ("declined to take over", _nothing),
    EventKind.HANDOVER_LAPSED: ("ended the unanswered request to", _lapsed),
    EventKind.OWNER_BACK: ("saw", _somebody("owner", after=" come back")),
    EventKind.NOBODY_LEFT: ("found nobody left to take over", _and_told),
    EventKind.OWNER_CHANGED: ("changed the owner", _new_owner),
    EventKind.SEVERITY_CHANGED: ("changed the severity", _severities),
    EventKind.RESOLVED: ("resolved it", _words("resolution")),
    EventKind.REOPENED: ("reopened it", _nothing),
    EventKind.CLOSED: ("closed it", _words("learned")),
    EventKind.NOTED: ("noted", _noted),
    EventKind.PATH_TOLD: ("told", _told),
    EventKind.CHANNEL_LOST: ("lost the channel", _channel),
}
