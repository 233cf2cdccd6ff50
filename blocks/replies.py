"""What `/escalate` answers: help, lists, one escalation, and short sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from blocks.card import card_in_full
from blocks.ids import Action, button_value, list_value
from blocks.layout import actions, button, header, line, muted, rich, turns
from blocks.message import Message, answer, message
from blocks.obligation_words import NOUNS, customers_clock
from blocks.text import Json, channel, clean_line, listed, person, say, words
from blocks.times import clock, due_words, when
from blocks.title import customer, title
from blocks.views import CardView, Listed
from escalation.case import Delivery, Escalation
from escalation.obligations import Kind

PAGE = 20


def help_message(examples: Sequence[tuple[str, str]], here: Escalation | None = None) -> Message:
    """What can be typed, as it is, with what it does; `here` is the escalation of the channel it was asked in."""
    lines = [line(say(example, code=True), say(f"  {what}")) for example, what in examples]
    if here:
        place = f"This is the channel of {here.reference}: what you type here works on it."
    else:
        place = "In an escalation's channel they work on that one; elsewhere add its reference, as in ESC-42."
    return answer(header("What /escalate can do"), rich(*lines), muted(place))


def list_message(
    entries: Sequence[Listed], now: datetime, what: str = "open escalations", page: int = 0, asked: str = ""
) -> Message:
    """A page of escalations, in the order given.

    `what` names them in our words; `asked` is what was typed after `list`, for the buttons to the other pages.
    """
    if not entries:
        empty = f"There are no {clean_line(what)}."
        return message(rich(line(say(empty), say(" "), say("/escalate", code=True), say(" opens one."))))
    overdue = sum(is_overdue(one, now) for one in entries)
    count = f"({len(entries)}) · {overdue} overdue" if overdue else f"({len(entries)})"
    last = (len(entries) - 1) // PAGE
    page = min(max(page, 0), last)
    ways = {"Previous": page - 1} if page > 0 else {}
    ways |= {"Next": page + 1} if page < last else {}
    return answer(
        header(f"{clean_line(what[:1].upper() + what[1:], 110)} {count}"),
        *(entry(one, now) for one in entries[page * PAGE : (page + 1) * PAGE]),
        *([muted(f"Page {page + 1} of {last + 1}. Name a severity or a customer to see fewer.")] if last else []),
        *turns(Action.LIST_PAGE, {name: list_value(to, asked) for name, to in ways.items()}),
    )


def show_message(view: CardView) -> Message:
    """One escalation as its card has it, with the way into its channel."""
    case = view.escalation
    join = button(f"Join {case.reference}", Action.JOIN, button_value(case.id), primary=True)
    subscribe = button("Subscribe", Action.SUBSCRIBE, button_value(case.id))
    return answer(*card_in_full(view), *actions([join, subscribe]))


def suggestion(typed_word: str, meant: str) -> Message:
    """For a word that is nearly a subcommand."""
    unknown = [say("/escalate does not know "), words(clean_line(typed_word, 40), code=True), say(". Did you mean ")]
    hint = [say(f"/escalate {meant}", code=True), say("? "), say("/escalate help", code=True), say(" lists them all.")]
    return message(rich(line(*unknown, *hint)))


def joined(escalation: Escalation) -> Message:
    """The way there, once somebody was brought into the channel."""
    return message(rich(line(*_way(escalation, "You are in "))))


def already(escalation: Escalation) -> Message:
    """The same for somebody who was in it before."""
    return message(rich(line(*_way(escalation, "You are already in "))))


def told(escalation: Escalation, at: datetime, event_id: int) -> Message:
    """The customer was told, which is settled by the press alone; the words may be added."""
    kept = line(say("Kept: "), customer(escalation, bold=True), say(" was told at "), clock(at), say("."))
    add = button("Add what they were told", Action.ADD_TOLD, button_value(escalation.id, event_id))
    return message(rich(kept), *actions([add]))


def acknowledged(escalation: Escalation) -> Message:
    """`/escalate ack` was taken."""
    place = [say(" It goes on in "), channel(escalation.channel_id), say(".")] if escalation.channel_id else []
    return message(rich(line(say(f"You acknowledged {escalation.reference}."), *place)))


def sooner_than_asked(escalation: Escalation, due_at: datetime) -> Message:
    """An update was promised for later than the cadence allows."""
    start = f"The next update of {escalation.reference} is due "
    return message(rich(line(say(start), when(due_at), say(": its severity does not allow a later time."))))


def follows(what: str, delivery: Delivery, *, one: bool) -> Message:
    """Somebody follows something now: `one` escalation, or a customer or severity; typed words stay as typed."""
    place = "you are brought into the channel." if one else "you are brought into the channel of each."
    how = ": you hear of it by direct message." if delivery is Delivery.DIRECT else f": {place}"
    return message(rich(line(say("You follow "), words(clean_line(what), bold=True), say(f" now{how}"))))


def follows_no_more(what: str, left: Sequence[str], *, was_followed: bool) -> Message:
    """It ended, or was not followed at all; and what is followed still."""
    start = "You no longer follow " if was_followed else "You did not follow "
    rest = [say(" You still follow "), *listed([words(clean_line(one)) for one in left]), say(".")] if left else []
    return message(rich(line(say(start), words(clean_line(what), bold=True), say("."), *rest)))


def _way(escalation: Escalation, start: str) -> list[Json]:
    if not escalation.channel_id:
        return [say(f"The channel of {escalation.reference} is being opened; you will be brought in.")]
    place = [say(start), channel(escalation.channel_id), say(f", the channel of {escalation.reference}. ")]
    return [*place, person(escalation.owner_id), say(" leads it.")]


def is_overdue(one: Listed, now: datetime) -> bool:
    return one.due_at is not None and one.due_at <= now


def entry(one: Listed, now: datetime) -> Json:
    """What it is; and below what falls due first, since that is what one looks for, then who has it and where."""
    case = one.escalation
    severity = clean_line(f"{case.severity} {one.severity_name}", 60)
    secret = "Confidential · " if case.confidential else ""
    facts = [say(f"{secret}{severity} · {case.status.value} · "), person(case.owner_id)]
    if case.channel_id:
        facts += [say(" · "), channel(case.channel_id)]
    return rich(title(case), line(*_due(one, now), *facts))


def _due(one: Listed, now: datetime) -> list[Json]:
    if one.due is None or one.due_at is None:
        return []
    overdue, noun = is_overdue(one, now), NOUNS[one.due]
    if one.due is Kind.CUSTOMER_CONTACT:
        owed = customers_clock(one.escalation, promised=one.promised, overdue=overdue, bold=overdue)
        return [*owed, when(one.due_at), say(f", {due_words(one.due_at, now)} · " if overdue else " · ")]
    if overdue:
        since = [say(", due "), when(one.due_at), say(f", {due_words(one.due_at, now)}")]
        return [say(f"{noun} overdue", bold=True), *since, say(" · ")]
    return [say(f"{noun} due "), when(one.due_at), say(" · ")]
