"""The timeline of an escalation: everything that happened, oldest first, a line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

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
_LIST = 10

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
    lines = [timeline_line(event, limit) for event in shown]
    return answer(
        header(f"Timeline of {escalation.reference} · {escalation.customer}"),
        rich(bullets(lines) if lines else line(say("Nothing has happened yet."))),
        *([muted(where)] if last else []),
        *turns(Action.TIMELINE_PAGE, {name: button_value(escalation.id, to) for name, to in ways.items()}),
    )


def timeline_line(event: Event, limit: int = _LEAST) -> Json:
    """When, who, what, and the words they used, at most `limit` characters of them."""
    verb, rest = _entry(event)
    said = [*rest(event), *_quoted(event.why)]
    return line(when(event.at), say(" · "), person(event.by), say(f" {verb}"), *(_cut(one, limit) for one in said))


def _entry(event: Event) -> tuple[str, Render]:
    if event.kind is EventKind.OWNER_CHANGED and event.by == values.text(event, "to"):
        return "took over", _somebody("from", " from ")
    if event.kind is EventKind.ASKED:
        return _ASKED.get(values.text(event, "notice"), ("asked", _asked))
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
    users, roles = values.texts(event, "users")[:_LIST], values.texts(event, "roles")
    named = [say(f" ({clean_line(', '.join(map(role_words, roles)))})")] if roles else []
    return [say(" "), *listed(person(user) for user in users), *named]


def _asked(event: Event, before: str = " for ", after: str = "") -> Rest:
    audience = values.text(event, "audience")
    whom = say("the channel") if audience == CHANNEL else person(audience)
    what = in_a_sentence(values.texts(event, "what"))
    late = values.instant(event, "late_since")
    return [
        say(" "),
        whom,
        say(f"{before}{what}{after}" if what else ""),
        *([say(" (late, due "), when(late), say(")")] if late else []),
    ]


def _moved(event: Event) -> Rest:
    elements: Rest = []
    for row in values.rows(event, "moved"):
        due = values.instant_of(row.get("due_at"))
        elements += [say(("; " if elements else ": ") + in_a_sentence([str(row.get("what"))]))]
        elements += [say(" due "), when(due)] if due else []
    return elements


_ASKED: Mapping[str, tuple[str, Render]] = {
    NoticeKind.WARNING: ("reminded", partial(_asked, before=" of ")),
    NoticeKind.RAISED: ("told", partial(_asked, before=" what is overdue: ")),
}


_ENTRIES: Mapping[EventKind, tuple[str, Render]] = {
    EventKind.OPENED: ("opened it", _opened),
    EventKind.CHANNEL_OPENED: ("opened the channel", _channel),
    EventKind.ACKNOWLEDGED: ("acknowledged it", _nothing),
    EventKind.UPDATED: ("posted an update", _words("situation", "next_step")),
    EventKind.STILL_WORKING: ("is still working on it", _words("next_step")),
    EventKind.SNOOZED: ("snoozed the reminders", put_off),
    EventKind.PLANNED: ("made a plan", _planned),
    EventKind.STEP_DONE: ("finished a step", _words("what")),
    EventKind.CUSTOMER_TOLD: ("was in touch with the customer", _words("customer_told")),
    EventKind.SUGGESTED: ("suggested an update", _words("text")),
    EventKind.HANDOVER_ASKED: ("asked", _somebody("to", after=" to take over")),
    EventKind.HANDOVER_DECLINED: ("declined to take over", _nothing),
    EventKind.HANDOVER_LAPSED: ("ended the unanswered request to", _somebody("to", after=" to take over")),
    EventKind.OWNER_BACK: ("saw", _somebody("owner", after=" come back")),
    EventKind.NOBODY_LEFT: ("found nobody left to take over", _nothing),
    EventKind.OWNER_CHANGED: ("changed the owner", _new_owner),
    EventKind.SEVERITY_CHANGED: ("changed the severity", _severities),
    EventKind.RESOLVED: ("resolved it", _words("resolution")),
    EventKind.REOPENED: ("reopened it", _nothing),
    EventKind.CLOSED: ("closed it", _words("learned")),
    EventKind.NOTED: ("noted", _noted),
    EventKind.PATH_TOLD: ("told", _told),
    EventKind.ASKED: ("asked", _asked),
    EventKind.CHANNEL_LOST: ("lost the channel", _channel),
    EventKind.POLICY_CHANGED: ("took up a changed policy", _moved),
}
