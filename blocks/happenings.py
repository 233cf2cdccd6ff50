"""What happened, in sentences: each kind of event from its own immutable values (`blocks.event_values`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from blocks import customer_words
from blocks import event_values as values
from blocks.layout import bullets, facts, line, muted, numbered, quote, rich, said
from blocks.obligation_words import in_a_sentence, put_off
from blocks.text import (
    LINE,
    PARAGRAPH,
    Json,
    channel,
    clean_line,
    listed,
    mention,
    person,
    say,
    words,
)
from blocks.times import day, when, when_mrkdwn
from blocks.views import Naming, severity_mark
from escalation.case import Escalation, Event, EventKind

_SHORT = 400

Said = Iterator[Json]


@dataclass(frozen=True)
class Happening:
    """An event, what it happened to, and the names of severities."""

    event: Event
    escalation: Escalation
    naming: Naming


def _acknowledged(it: Happening) -> Said:
    yield rich(line(person(it.event.by), say(f" acknowledged {it.escalation.reference} and leads it.")))
    yield from _due(("Next update due", "next_update_at"), it.event)


def _updated(it: Happening) -> Said:
    yield rich(line(say("Update", bold=True), say(" by "), person(it.event.by)))
    yield rich(said("Where things stand", values.text(it.event, "situation"), PARAGRAPH))
    yield rich(said("What happens next", values.text(it.event, "next_step"), PARAGRAPH))
    if told := values.text(it.event, "customer_told"):
        how = values.text(it.event, "told_how")
        yield rich(said("What the customer was told" + (f" ({clean_line(how, 20)})" if how else ""), told, PARAGRAPH))
    yield from _due(("Next update due", "next_update_at"), it.event, ("Customer hears next by", "customer_next_at"))


def _still_working(it: Happening) -> Said:
    yield rich(line(person(it.event.by), say(" is still working on it.")))
    yield rich(said("Next step", values.text(it.event, "next_step"), _SHORT))
    yield from _due(("Next update due", "next_update_at"), it.event)


def _snoozed(it: Happening) -> Said:
    yield rich(
        line(
            person(it.event.by),
            say(" snoozed the reminders"),
            *put_off(it.event, it.escalation.customer),
            *_because(it.event),
        )
    )


def _planned(it: Happening) -> Said:
    steps = [_step(row) for row in values.rows(it.event, "steps")[:10]]
    heading = line(say("Plan", bold=True), say(" by "), person(it.event.by))
    yield rich(heading, *([numbered(steps)] if steps else []))
    if target := values.day(it.event, "target_resolution_on"):
        yield muted(f"Target resolution {day(target)}")


def _step(row: Mapping[str, object]) -> Json:
    due = values.day_of(row.get("due_on"))
    by = say(f", by {day(due)}" if due else "")
    return line(words(clean_line(str(row.get("what", "")))), say(" · "), person(str(row.get("who", ""))), by)


def _step_done(it: Happening) -> Said:
    yield rich(
        line(person(it.event.by), say(" finished a step of the plan: "), words(values.text(it.event, "what"), LINE))
    )


def _customer(it: Happening) -> Said:
    said = customer_words.told if it.event.kind is EventKind.CUSTOMER_TOLD else customer_words.promised
    yield rich(line(person(it.event.by), *said(it.event, it.escalation.customer)))


def _suggested(it: Happening) -> Said:
    yield rich(
        line(person(it.event.by), say(" suggests an update:")), quote(words(values.text(it.event, "text"), PARAGRAPH))
    )


def _handover_asked(it: Happening) -> Said:
    """Where nobody but Clarion asks, it is because the owner is away; they read it, too."""
    until = values.instant(it.event, "until")
    ask = [person(it.event.by), say(" asks "), person(values.text(it.event, "to")), say(" to take over")]
    upto = [say(", until "), when(until)] if until else []
    yield rich(line(*ask, *upto, *_because(it.event)))
    yield muted(f"Until that is accepted, {mention(it.escalation.owner_id)} owns it.")


def _handover_declined(it: Happening) -> Said:
    keeps = values.text(it.event, "owner") or it.escalation.owner_id
    yield rich(line(person(it.event.by), say(" declined to take over"), *_because(it.event)))
    yield rich(line(person(keeps), say(f" still owns {it.escalation.reference}.")))


def _handover_lapsed(it: Happening) -> Said:
    keeps = values.text(it.event, "owner") or it.escalation.owner_id
    asked = [
        say("The request to "),
        person(values.text(it.event, "to")),
        say(" to take over ended without an answer. "),
    ]
    yield rich(line(*asked, person(keeps), say(f" still owns {it.escalation.reference}.")))


def _owner_back(it: Happening) -> Said:
    owner = values.text(it.event, "owner")
    asked = [say("; the request to "), person(values.text(it.event, "to")), say(" to take over is withdrawn")]
    withdrawn = asked if values.text(it.event, "to") else []
    yield rich(line(person(owner), say(" is back"), *withdrawn, say(".")))
    yield rich(line(person(owner), say(f" still owns {it.escalation.reference}.")))


def _nobody_left(it: Happening) -> Said:
    asked = say("Nobody is left who could be asked to take over", bold=True)
    yield rich(line(asked, *_because(it.event)))
    yield rich(line(person(values.text(it.event, "owner")), say(f" still owns {it.escalation.reference}.")))


def _owner_changed(it: Happening) -> Said:
    before, owner = values.text(it.event, "from"), values.text(it.event, "to")
    if before and it.event.by == owner:
        change = [say(f" took over {it.escalation.reference} from "), person(before)]
    else:
        change = [say(f" owns {it.escalation.reference} now"), *([say(", after "), person(before)] if before else [])]
    yield rich(line(person(owner), *change, *_because(it.event)))
    yield from _due(("Next update due", "next_update_at"), it.event)


def _severity_changed(it: Happening) -> Said:
    old, new = values.text(it.event, "from"), values.text(it.event, "to")
    change = f"{severity_mark(new)} Severity {_direction(it, old, new)} from {it.naming.severity(old)}"
    by = [say(" by "), person(it.event.by)] if it.event.by else []
    yield rich(line(say(clean_line(f"{change} to {it.naming.severity(new)}"), bold=True), *by, *_because(it.event)))
    yield from _due(("Acknowledge by", "acknowledge_by"), it.event, ("Next update due", "next_update_at"))


def _direction(it: Happening, old: str, new: str) -> str:
    """`raised` or `lowered`, by the order of the policy; one of them may have left it since."""
    known = list(it.naming.severities)
    if old not in known or new not in known:
        return "changed"
    return "raised" if known.index(new) < known.index(old) else "lowered"


def _resolved(it: Happening) -> Said:
    yield rich(line(say("Resolved", bold=True), say(" by "), person(it.event.by)))
    yield rich(said("Resolution", values.text(it.event, "resolution"), PARAGRAPH))
    if cause := values.text(it.event, "root_cause"):
        yield rich(said("Root cause", cause, PARAGRAPH))
    if it.event.values.get("customer_confirmed"):
        yield rich(line(say("The customer confirmed it.")))
    if thanks := values.texts(it.event, "thanks"):
        yield rich(line(say("Thanks to "), *listed(person(one) for one in thanks[:50]), say(".")))


def _reopened(it: Happening) -> Said:
    yield rich(line(say("Reopened", bold=True), say(" by "), person(it.event.by), *_because(it.event)))
    if before := values.text(it.event, "previous_channel"):
        yield rich(line(say("What was said before is in "), channel(before), say(".")))


def _closed(it: Happening) -> Said:
    yield rich(line(say("Closed", bold=True), say(" by "), person(it.event.by)))
    for heading, key in (("What we learned", "learned"), ("Preventive actions", "preventive_actions")):
        if text := values.text(it.event, key):
            yield rich(said(heading, text, PARAGRAPH))


def _channel_lost(it: Happening) -> Said:
    yield rich(
        line(say(f"The channel of {it.escalation.reference} is gone; Clarion opens another"), *_because(it.event))
    )


def _policy_changed(it: Happening) -> Said:
    rows = [(str(row.get("what")), values.instant_of(row.get("due_at"))) for row in values.rows(it.event, "moved")]
    moved = [(in_a_sentence([what], it.escalation.customer), at) for what, at in rows if at]
    lines = [line(say(f"{name[:1].upper()}{name[1:]}: due "), when(at)) for name, at in moved]
    lead = f"The policy was changed, and with it when something is due for {it.escalation.reference}."
    yield rich(line(say(lead)), *([bullets(lines)] if lines else []))


def _because(event: Event) -> list[Json]:
    """The reason as typed, at the end of a sentence."""
    return [say(": "), words(event.why, _SHORT)] if event.why.strip() else [say(".")]


def _due(first: tuple[str, str], event: Event, *others: tuple[str, str]) -> Iterator[Json]:
    """Due times in columns: label and the key of the event's value."""
    known = [(name, values.instant(event, key)) for name, key in (first, *others)]
    yield from facts((name, when_mrkdwn(at)) for name, at in known if at)


SAID: Mapping[EventKind, Callable[[Happening], Said]] = {
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.UPDATED: _updated,
    EventKind.STILL_WORKING: _still_working,
    EventKind.SNOOZED: _snoozed,
    EventKind.PLANNED: _planned,
    EventKind.STEP_DONE: _step_done,
    EventKind.CUSTOMER_TOLD: _customer,
    EventKind.CUSTOMER_PROMISED: _customer,
    EventKind.SUGGESTED: _suggested,
    EventKind.HANDOVER_ASKED: _handover_asked,
    EventKind.HANDOVER_DECLINED: _handover_declined,
    EventKind.HANDOVER_LAPSED: _handover_lapsed,
    EventKind.OWNER_BACK: _owner_back,
    EventKind.NOBODY_LEFT: _nobody_left,
    EventKind.OWNER_CHANGED: _owner_changed,
    EventKind.SEVERITY_CHANGED: _severity_changed,
    EventKind.RESOLVED: _resolved,
    EventKind.REOPENED: _reopened,
    EventKind.CLOSED: _closed,
    EventKind.CHANNEL_LOST: _channel_lost,
    EventKind.POLICY_CHANGED: _policy_changed,
}
