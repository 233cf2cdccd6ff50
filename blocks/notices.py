"""Notices: messages that ask somebody for something, and what they become (POLICY.md, "One audible nag")."""

from __future__ import annotations

from collections.abc import Iterator

from blocks.ids import Action, button_value
from blocks.layout import actions, asking_first, bullets, button, facts, line, muted, rich, said
from blocks.message import Message, message
from blocks.obligation_words import NOUNS, debtor, owed_line, settled_line
from blocks.text import (
    Json,
    channel_mention,
    clean_line,
    listed,
    mention,
    person,
    plain,
    say,
    words,
)
from blocks.times import due_words, when, when_mrkdwn
from blocks.title import severity_in_words, title
from blocks.views import NoticeView, Owed
from escalation.case import CHANNEL, Escalation, NoticeKind, PlanStep
from escalation.obligations import Kind

_ASIDE = 400
_HANDOVER_NOTES = 1500

_LEADS = {
    NoticeKind.ASSIGNMENT: "You own {reference}",
    NoticeKind.WARNING: "Soon due on {reference}",
    NoticeKind.NAG: "{reference} is waiting for you",
    NoticeKind.RAISED: "{reference} is overdue",
    NoticeKind.HANDOVER: "You are asked to take over {reference}",
}


def refreshed(view: NoticeView) -> Message:
    """What the notice should say now: itself, one line when a newer one replaced it, or by whom it was answered."""
    if view.owed and not _waiting(view):
        return answered(view)
    return retired_line(view) if view.notice.retired_at else notice(view)


def notice(view: NoticeView) -> Message:
    """The message that asks, with the buttons that settle what it asks for; what is settled is said as such."""
    done = [settled_line(one, view.escalation) for one in view.owed if not one.waits(view.now)]
    return message(
        *_heading(view),
        # Whoever is told of another's silence wants to know first what is overdue, and then why they are told.
        *([*_owed(view), *_reasons(view)] if _is_raised(view) else [*_reasons(view), *_owed(view)]),
        *([rich(bullets(done))] if done else []),
        *_late(view),
        muted(*_surroundings(view)),
        *actions(_buttons(view)),
    )


def retired_line(view: NoticeView) -> Message:
    """The line that is left when a newer notice follows; no buttons."""
    case = view.escalation
    owed = [f"{NOUNS[one.obligation.kind].lower()} due {when_mrkdwn(one.obligation.due_at)}" for one in _waiting(view)]
    # By now it may be overdue, whatever it was when it was sent.
    lead = case.reference if view.notice.kind is NoticeKind.WARNING else _lead(view)
    return message(muted(" · ".join([lead, *owed, "there is a newer message below"])))


def answered(view: NoticeView) -> Message:
    """What it becomes once nothing more is asked: by whom each thing was settled, and when."""
    return _ended(view, lead="")


def settled(view: NoticeView) -> Message:
    """A new message to those who were told on a higher rung: it is settled, and by whom."""
    return _ended(view, lead="Settled: ")


def _ended(view: NoticeView, lead: str) -> Message:
    done = [settled_line(one, view.escalation) for one in view.owed]
    over = not any(one.obligation.is_open for one in view.owed)
    heading = title(view.escalation, lead + view.escalation.reference, over=over)
    return message(rich(heading, *([bullets(done)] if done else [])))


def _waiting(view: NoticeView) -> list[Owed]:
    return [one for one in view.owed if one.waits(view.now)]


def _lead(view: NoticeView) -> str:
    """What the message is, in a few words; a warning that brings along what is overdue is no quiet word any more."""
    kind = view.notice.kind
    overdue = any(one.obligation.due_at <= view.now for one in _waiting(view))
    if (kind is NoticeKind.WARNING and overdue) or (kind is NoticeKind.RAISED and not _is_raised(view)):
        kind = NoticeKind.NAG
    elif kind is NoticeKind.HANDOVER and view.notice.audience == view.escalation.owner_id:
        kind = NoticeKind.ASSIGNMENT
    return _LEADS[kind].format(reference=view.escalation.reference)


def _is_raised(view: NoticeView) -> bool:
    """Whether it tells of somebody else's silence; whoever took over since then owes it themselves."""
    return view.notice.kind is NoticeKind.RAISED and view.notice.audience != view.escalation.owner_id


def _heading(view: NoticeView) -> Iterator[Json]:
    case, lead = view.escalation, _lead(view)
    if view.notice.audience == CHANNEL:
        people = {debtor(one, case): None for one in _waiting(view)} or {case.owner_id: None}
        if case.owner_id not in people:
            people = {case.owner_id: None, **people}
        yield rich(line(*listed(person(one) for one in people), say(", this is waiting for you:")), title(case))
        return
    yield rich(title(case, lead))


def _reasons(view: NoticeView) -> Iterator[Json]:
    """Why this person is told, and what they need to know for it."""
    case = view.escalation
    if view.why and not _is_raised(view):
        yield rich(line(words(view.why, _ASIDE)))
    yield from _request(view)
    if _is_raised(view) or view.notice.kind in (NoticeKind.ASSIGNMENT, NoticeKind.HANDOVER):
        if view.update:
            yield rich(said("Where things stand", view.update.situation, _ASIDE))
        if case.impact:
            yield rich(said("Business impact", case.impact, _ASIDE))
        if case.tried:
            yield rich(said("What has been tried", case.tried, _ASIDE))
    if _is_raised(view) and view.asked:
        yield rich(line(say("Asked so far: "), *listed(_asked(view))))
    if _is_raised(view) and view.why:
        yield rich(line(words(view.why, _ASIDE, italic=True)))


def _asked(view: NoticeView) -> Iterator[Json]:
    """Whom, each once, in the order they were asked; the times are on the timeline."""
    for audience in dict.fromkeys(view.asked):
        yield say("the channel") if audience == CHANNEL else person(audience)


def _request(view: NoticeView) -> Iterator[Json]:
    for handover in (one.handover for one in _waiting(view) if one.handover):
        by = [person(handover.asked_by), say(" asks you")]
        if handover.from_id != handover.asked_by:
            by += [say(" to take it from "), person(handover.from_id)]
        yield rich(line(*by, say(". Until you accept, "), person(handover.from_id), say(" owns it.")))
        yield rich(said("Reason", handover.reason, _ASIDE))
        if handover.notes:
            yield rich(said("What you need to know", handover.notes, _HANDOVER_NOTES))


def _owed(view: NoticeView) -> Iterator[Json]:
    case, waiting = view.escalation, _waiting(view)
    # Nobody needs to be named to themselves, nor the owner in their own channel
    unnamed = case.owner_id if view.notice.audience == CHANNEL else view.notice.audience
    lines = [
        owed_line(one, case, view.now, naming_debtor=debtor(one, case) != unnamed) for one in waiting if not one.step
    ]
    if lines:
        yield rich(bullets(lines))
    for one in waiting:
        if one.step:
            yield _step(view, one, one.step)


def _step(view: NoticeView, owed: Owed, step: PlanStep) -> Json:
    """A step of the plan beside its own Done; each is another step's button."""
    due_at = owed.obligation.due_at
    who = f"of {mention(debtor(owed, view.escalation))}"
    (block,) = facts([("Plan step", who), ("Due", f"{when_mrkdwn(due_at)}, {due_words(due_at, view.now)}")])
    block["text"] = plain(clean_line(step.what))
    if not _is_raised(view):
        block["accessory"] = button("Done", Action.STEP_DONE, button_value(view.escalation.id, step.id))
    return block


def _late(view: NoticeView) -> list[Json]:
    since = view.notice.late_since
    if since is None:
        return []
    why = ". Clarion was not running, or Slack was out of reach."
    return [rich(line(say("This reminder comes late: it was due "), when(since), say(why)))]


def _surroundings(view: NoticeView) -> list[str]:
    case = view.escalation
    texts = ["Confidential"] if case.confidential and view.notice.audience != CHANNEL else []
    texts += [severity_in_words(case, view.severity_name), case.status.value]
    if case.owner_id != view.notice.audience:
        texts.append(f"Owner {mention(case.owner_id)}")
    texts.append(f"Last update {when_mrkdwn(case.last_update_at)}" if case.last_update_at else "No update yet")
    if case.channel_id and view.notice.audience != CHANNEL:
        texts.append(channel_mention(case.channel_id))
    return [" · ".join(texts)]


def _buttons(view: NoticeView) -> list[Json]:
    """What settles what the reader owes, each once and the first of them primary; of others' debts what a senior may do."""
    case = view.escalation
    value = button_value(case.id)
    chosen: dict[str, tuple[Action, str]] = {}
    if _is_raised(view):
        if view.may_take_over:
            chosen["Take over"] = Action.TAKE_OVER, value
        if view.may_update:
            chosen["Post update"] = Action.POST_UPDATE, value
    for one in _waiting(view):
        if view.notice.audience in (CHANNEL, debtor(one, case)):
            chosen |= _settling(view, one)
    if _is_raised(view):
        chosen[f"Join {case.reference}"] = Action.JOIN, value
    if view.notice.kind is NoticeKind.ASSIGNMENT:
        chosen["Hand off"] = Action.HAND_OFF, value
    first_settles = next(iter(chosen), "") not in ("Hand off", f"Join {case.reference}")
    buttons = [
        button(text, action, value, primary=place == 0 and first_settles)
        for place, (text, (action, value)) in enumerate(chosen.items())
    ]
    return [_taking_over(one, case) if one["action_id"] == Action.TAKE_OVER else one for one in buttons]


def _taking_over(pressed: Json, case: Escalation) -> Json:
    """It changes the owner at once, without a form in between."""
    what_follows = "You own it from then on. Whoever owns it now is told, and so is its channel."
    return asking_first(pressed, f"Take over {case.reference}?", what_follows, "Not now")


def _settling(view: NoticeView, owed: Owed) -> dict[str, tuple[Action, str]]:
    """The buttons that settle one obligation; a plan step has its own beside it."""
    value = button_value(view.escalation.id)
    match owed.obligation.kind:
        case Kind.ACKNOWLEDGE:
            return {"Acknowledge": (Action.ACKNOWLEDGE, value)}
        case Kind.PLAN:
            return {"Plan": (Action.PLAN, value)}
        case Kind.CUSTOMER_CONTACT:
            told = {"Told the customer": (Action.TOLD_CUSTOMER, value)}
            return {**told, "Post update": (Action.POST_UPDATE, value)}
        case Kind.HANDOVER if owed.handover:
            answer = button_value(view.escalation.id, owed.handover.id)
            return {"Accept": (Action.ACCEPT, answer), "Decline": (Action.DECLINE, answer)}
        case Kind.UPDATE:
            buttons = {"Post update": (Action.POST_UPDATE, value)}
            if owed.may_still_work:
                buttons["Still working on it"] = Action.STILL_WORKING, value
            if owed.obligation.snoozed_until is None:
                buttons["Snooze"] = Action.SNOOZE, value
            return buttons
    return {}
