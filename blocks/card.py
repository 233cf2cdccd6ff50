"""The card: the pinned message that says how an escalation stands, and the topic above it (CONTRACT.md, "Card")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from blocks import event_values as values
from blocks.ids import Action, button_value
from blocks.layout import actions, button, divider, facts, header, line, muted, numbered, overflow, quote, rich, said
from blocks.message import Message, message
from blocks.obligation_words import in_a_sentence
from blocks.text import PARAGRAPH, Json, clean, clean_line, escape, link, mention, mrkdwn, person, say, words
from blocks.times import day, when, when_mrkdwn
from blocks.title import customer, severity_in_words, summary
from blocks.views import OVER, CardView, Snoozed, severity_mark
from escalation.case import Event, PlanStep, Status
from escalation.wording import CUSTOMER_NAME_LIMIT

TOPIC = 250
# A card stays one screenful even where everybody wrote a page. Updates and resolutions stand in the channel in full;
# what was written at the opening stands in full where somebody asks for it, as far as Slack takes so long a message.
_STATEMENT = 1000
_BACKGROUND = 600
_ASKED_FOR = PARAGRAPH
_ASKED_FOR_AT_THE_END = 1900
_ASIDE = 300
_STEP = 150


def card(view: CardView) -> Message:
    """The card as things stand."""
    return message(*_content(view, _BACKGROUND), *_shortened(view), *actions(_buttons(view)))


def card_in_full(view: CardView) -> list[Json]:
    """The card without its buttons and with what was written at the opening in full, as `/escalate show` answers it."""
    return _content(view, _ASKED_FOR if view.escalation.status.is_live else _ASKED_FOR_AT_THE_END)


def _content(view: CardView, background: int) -> list[Json]:
    blocks = [*_heading(view), *facts(_facts(view)), *_customer(view), *_notes(view)]
    for part in (_outcome(view), _statement(view), _plan(view), _background(view, background)):
        if part:
            blocks += [divider(), *part]
    return blocks


def _shortened(view: CardView) -> Iterator[Json]:
    """Where the rest is, when something had to be cut."""
    case, update = view.escalation, view.update
    long = [(case.impact, _BACKGROUND), (case.tried, _BACKGROUND)]
    if update:
        long += [(update.situation, _STATEMENT), (update.next_step, _STATEMENT), (update.customer_told, _BACKGROUND)]
    if not case.status.is_live:
        ends = (case.root_cause, case.learned, case.preventive_actions)
        long += [(case.resolution, _STATEMENT), *((text, _BACKGROUND) for text in ends)]
    if any(len(clean(text)) > limit for text, limit in long):
        show = f"/escalate show {case.reference}"
        yield muted(f"Shortened. Updates stand in the channel in full; `{show}` has what was written at the opening.")


def topic(view: CardView) -> str:
    """The channel's topic: at most 250 characters, escaped, and the same for as long as nothing in it changes."""
    case = view.escalation
    head = f"{case.reference} · {case.severity} {view.severity_name}".rstrip()
    # Slack posts a line for every new topic, so it tells the end, not each step on the way there.
    head += "" if case.status.is_live else f" · {case.status.value}"
    parts = [head, clean_line(case.customer, CUSTOMER_NAME_LIMIT), f"Owner: {clean_line(view.owner_name or '—', 75)}"]
    text = " · ".join(parts)
    while len(escape(text)) > TOPIC:
        text = clean_line(text, len(text) - 1)
    return escape(text)


def _heading(view: CardView) -> Iterator[Json]:
    case = view.escalation
    mark = severity_mark(case.severity) if case.status.is_live else OVER
    yield header(f"{mark} {case.reference} · {case.customer}")
    yield rich(line(summary(case, bold=True)))
    if case.confidential:
        yield muted("Confidential: only the people in this channel see it.")


def _facts(view: CardView) -> Iterator[tuple[str, str]]:
    case = view.escalation
    yield "Severity", severity_in_words(case, view.severity_name)
    yield "Status", case.status.value
    yield "Owner", mention(case.owner_id)
    yield "Opened", f"{when_mrkdwn(case.opened_at)} by {mention(case.reporter_id)}"
    if case.status.is_live:
        yield from _due(view)
    elif case.resolved_at:
        yield "Resolved", when_mrkdwn(case.resolved_at)
    if case.status is Status.CLOSED and case.closed_at:
        yield "Closed", when_mrkdwn(case.closed_at)
    if case.revenue is not None:
        yield "Revenue at risk (ARR)", f"{case.revenue:,}"
    if case.renewal_on:
        yield "Renewal", day(case.renewal_on)


def _due(view: CardView) -> Iterator[tuple[str, str]]:
    case = view.escalation
    if case.acknowledged_at is None and view.acknowledge_by:
        yield "Acknowledge by", when_mrkdwn(view.acknowledge_by)
    if view.next_update_at:
        yield "Next update due", when_mrkdwn(view.next_update_at)
    if case.target_resolution_on:
        yield "Target resolution", day(case.target_resolution_on)


def _customer(view: CardView) -> Iterator[Json]:
    """The customer's own clock: what they heard last, and what they wait for. That nothing is promised is said, too."""
    case, told = view.escalation, view.customer_told
    if told:
        last = mrkdwn(f"Customer last told {when_mrkdwn(told.at)} by {mention(told.by)}")
        log = button("Customer log", Action.CUSTOMER_LOG, button_value(case.id))
        yield {"type": "section", "text": last, "accessory": log}
    if not case.status.is_live:
        return
    name = customer(case, bold=True)
    if view.customer_next_at is None:
        yield rich(line(say("Nothing is promised to ", italic=True), name, say(" now.", italic=True)))
    elif view.customer_promised:
        yield rich(line(name, say(" hears next by "), when(view.customer_next_at)))
    else:
        yield rich(line(say("First word to "), name, say(" due "), when(view.customer_next_at)))


def _notes(view: CardView) -> Iterator[Json]:
    """What is in the air: a handover that waits, a snooze."""
    case = view.escalation
    if not case.status.is_live:
        return
    if view.handover:
        until = [say(" until "), when(view.handover_until)] if view.handover_until else []
        waiting = [say("Waiting for "), person(view.handover.to_id), say(" to accept"), *until, say(". Until then ")]
        yield rich(line(*waiting, person(case.owner_id), say(" owns it.")))
    for (until_at, by_id, reason), kinds in _snoozed_together(view.snoozes).items():
        by = [say(" by "), person(by_id)] if by_id else []
        head = [say(f"Reminders for {in_a_sentence(kinds, case.customer)} are snoozed until "), when(until_at), *by]
        yield rich(line(*head, say(": "), words(reason, _ASIDE)))


def _snoozed_together(snoozes: Iterable[Snoozed]) -> dict[tuple[datetime, str, str], list[str]]:
    """One press snoozes all that is owed; it is one thing to read too."""
    together: dict[tuple[datetime, str, str], list[str]] = {}
    for one in snoozes:
        together.setdefault((one.until, one.by, one.reason), []).append(one.kind)
    return together


def _outcome(view: CardView) -> list[Json]:
    case = view.escalation
    if case.status.is_live:
        return []
    confirmed = "The customer confirmed it." if case.customer_confirmed else "The customer has not confirmed it yet."
    told = [
        ("Resolution", case.resolution, _STATEMENT),
        ("Root cause", case.root_cause, _BACKGROUND),
        ("What we learned", case.learned, _BACKGROUND),
        ("Preventive actions", case.preventive_actions, _BACKGROUND),
    ]
    parts = [rich(said(title, text, limit)) for title, text, limit in told if text]
    return [*parts, rich(line(say(confirmed, italic=True)))]


def _statement(view: CardView) -> list[Json]:
    case, update = view.escalation, view.update
    parts: list[Json] = []
    if update:
        parts += [
            rich(said("Where things stand", update.situation, _STATEMENT)),
            rich(said("What happens next", update.next_step, _STATEMENT)),
        ]
        if update.customer_told:
            how = f" ({update.told_how})" if update.told_how else ""
            parts.append(rich(said(f"What the customer was told{how}", update.customer_told, _BACKGROUND)))
        parts.append(muted(f"Updated {when_mrkdwn(update.at)} by {mention(update.by)}"))
    elif case.status.is_live:
        parts.append(rich(line(say("Where things stand", bold=True), say("\nNo update yet."))))
    if case.still_working_count and case.status.is_live:
        parts.append(rich(said("Still working on it", case.still_working_step, _ASIDE)))
    return parts


def _plan(view: CardView) -> list[Json]:
    if not view.steps:
        return []
    return [rich(line(say("Plan", bold=True)), numbered(step_line(step) for step in view.steps))]


def step_line(step: PlanStep) -> Json:
    """One step of the plan: what, who, by when, and whether it is done."""
    done = step.done_at is not None
    what = words(clean_line(step.what, _STEP), **({"strike": True} if done else {}))
    by = say(f", by {day(step.due_on)}" + (" · done" if done else ""))
    return line(what, say(" · "), person(step.who), by)


def _background(view: CardView, limit: int) -> list[Json]:
    case = view.escalation
    parts = []
    if case.impact:
        parts.append(rich(said("Business impact", case.impact, limit)))
    if case.tried:
        parts.append(rich(said("What has been tried", case.tried, limit)))
    if view.source:
        parts.append(_source(view.source))
    if case.ticket_link:
        parts.append(rich(line(say("Ticket", bold=True), say("\n"), link(case.ticket_link))))
    return parts


def _source(source: Event) -> Json:
    """What the customer wrote, say; the link leads to the whole of it."""
    author, address = values.text(source, "author"), values.text(source, "link")
    by = [say(" by "), person(author)] if author else []
    there = [say(" ("), link(address, "link"), say(")")] if address else []
    head = line(say("It began with a message", bold=True), *by, *there)
    return rich(head, quote(words(values.text(source, "text"), _ASIDE)))


def _buttons(view: CardView) -> list[Json]:
    case = view.escalation
    value = button_value(case.id)
    if case.status is Status.CLOSED:
        return [button("Reopen", Action.REOPEN, value)]
    subscribe = button("Subscribe", Action.SUBSCRIBE, value)
    if case.status is Status.RESOLVED:
        return [button("Reopen", Action.REOPEN, value), button("Close", Action.CLOSE, value, primary=True), subscribe]
    waits = case.acknowledged_at is None
    first = [button("Acknowledge", Action.ACKNOWLEDGE, value, primary=True)] if waits else []
    more = [("Plan", Action.PLAN), ("Snooze", Action.SNOOZE)]
    # In one press where it is owed; where nothing is, there is only what they were told to be kept.
    more.append(("Told the customer", Action.TOLD_CUSTOMER if view.customer_next_at else Action.TELL_CUSTOMER))
    if view.may_still_work:
        more.insert(1, ("Still working on it", Action.STILL_WORKING))
    return [
        *first,
        button("Post update", Action.POST_UPDATE, value, primary=not waits),
        button("Hand off", Action.HAND_OFF, value),
        button("Change severity", Action.CHANGE_SEVERITY, value),
        button("Resolve", Action.RESOLVE, value),
        subscribe,
        overflow([*more, ("Timeline", Action.TIMELINE)], case.id),
    ]
