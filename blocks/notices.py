"""Notices: messages that ask somebody for something, and what they become (POLICY.md, "One audible nag")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from blocks.ids import Action, button_value
from blocks.layout import actions, bullets, button, facts, line, muted, rich, said
from blocks.message import Message, message
from blocks.obligation_words import NOUNS, debtor, owed_line, settled_line
from blocks.settling import buttons
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
from escalation.case import CHANNEL, NoticeKind, PlanStep
from escalation.obligations import Kind

WHY_LATE = "Clarion was not running, or Slack was out of reach."
_ASIDE = 400
_HANDOVER_NOTES = 1500

_LEADS = {
    NoticeKind.ASSIGNMENT: "You own {reference}",
    NoticeKind.WARNING: "Soon due on {reference}",
    NoticeKind.NAG: "{reference} is waiting for you",
    NoticeKind.RAISED: "{reference} is overdue",
    NoticeKind.HANDOVER: "You are asked to take over {reference}",
}
_LEADS_OF_SEVERAL = {
    NoticeKind.ASSIGNMENT: "You own {count} more escalations",
    NoticeKind.WARNING: "Soon due on {count} escalations",
    NoticeKind.NAG: "{count} escalations are waiting for you",
    NoticeKind.RAISED: "{count} escalations are overdue",
    NoticeKind.HANDOVER: "You are asked to take over {count} escalations",
}


def refreshed(view: NoticeView) -> Message:
    """What the notice should say now: itself, one line when a newer one replaced it, or by whom it was answered."""
    if view.owed and not _waiting(view):
        return answered(view)
    return retired_line(view) if view.notice.retired_at else notice(view)


def notice(view: NoticeView) -> Message:
    """The message that asks, with the buttons that settle what it asks for; what is settled is said as such."""
    done = _settled_lines(view, [one for one in view.owed if not one.waits(view.now)])
    return message(
        *_heading(view),
        # Whoever is told of another's silence wants to know first what is overdue, and then why they are told.
        *([*_owed(view), *_reasons(view)] if _is_raised(view) else [*_reasons(view), *_owed(view)]),
        *([rich(bullets(done))] if done else []),
        *(rich(late) for late in _late(view, f". {WHY_LATE}")),
        muted(*_surroundings(view)),
        *actions(buttons(view, _waiting(view), raised=_is_raised(view))),
    )


class Detail(StrEnum):
    """How much a part of a message about several escalations says, from most to least."""

    STEPS_APART = "each step of a plan beside its own Done"
    LINES = "what is owed, a line each"
    LEAST = "the first of what is owed, and how much more there is"


def part(view: NoticeView, detail: Detail) -> list[Json]:
    """One of several in a message (`blocks.bundle`): what is owed and what settles it, in four blocks."""
    case, waiting = view.escalation, _waiting(view)
    apart = [one for one in waiting if one.step] if detail is Detail.STEPS_APART else []
    lines = [_owed_line(view, one) for one in waiting if one not in apart]
    if detail is Detail.LEAST:
        lines = [*lines[:1], *([line(say(f"and {len(lines) - 1} more"))] if len(lines) > 1 else [])]
    else:
        lines += _settled_lines(view, [one for one in view.owed if not one.waits(view.now)])
    asked = [line(say("Asked so far: "), *listed(_asked(view)))] if _is_raised(view) and view.asked else []
    return [
        rich(title(case), *([bullets(lines)] if lines else []), *asked, *_late(view)),
        *(_step(view, one, one.step) for one in apart if one.step),
        muted(*_surroundings(view)),
        *actions(buttons(view, _waiting(view), raised=_is_raised(view))),
    ]


def lead(views: Sequence[NoticeView]) -> str:
    """What a message about several escalations is, in a few words; of those that are answered it does not speak."""
    if len(views) == 1:
        return _lead(views[0])
    leads = {_LEADS_OF_SEVERAL[_kind(view)] for view in views}
    words = leads.pop() if len(leads) == 1 else "{count} escalations need you"
    return words.format(count=len(views))


def still_asks(view: NoticeView) -> bool:
    """Whether its buttons belong under it: nothing newer asks for the same, and something is waited for."""
    return view.notice.retired_at is None and bool(_waiting(view) or not view.owed)


def retired_line(view: NoticeView) -> Message:
    """The line that is left when a newer notice follows; no buttons."""
    case = view.escalation
    owed = [f"{_in_short(one)} {when_mrkdwn(one.obligation.due_at)}" for one in _waiting(view)]
    # By now it may be overdue, whatever it was when it was sent.
    lead = case.reference if view.notice.kind is NoticeKind.WARNING else _lead(view)
    return message(muted(" · ".join([lead, *owed, "there is a newer message below"])))


def _in_short(owed: Owed) -> str:
    """`update due`, before the time; nobody's name, as it goes into marked-up text."""
    obligation = owed.obligation
    if obligation.kind is not Kind.CUSTOMER_CONTACT:
        return f"{NOUNS[obligation.kind].lower()} due"
    return "word promised to the customer by" if obligation.promised else "first word to the customer due"


def answered(view: NoticeView) -> Message:
    """What it becomes once nothing more is asked: by whom each thing was settled, and when."""
    return _ended(view, lead="")


def settled(view: NoticeView) -> Message:
    """A new message to those who were told on a higher rung: it is settled, and by whom."""
    return _ended(view, lead="Settled: ")


def _ended(view: NoticeView, lead: str) -> Message:
    done = _settled_lines(view, view.owed)
    over = not any(one.obligation.is_open for one in view.owed)
    heading = title(view.escalation, lead + view.escalation.reference, over=over)
    return message(rich(heading, *([bullets(done)] if done else [])))


def _settled_lines(view: NoticeView, settled: Sequence[Owed]) -> list[Json]:
    """How each ended; once where several ended in the same way, as by being resolved."""
    lines: list[Json] = []
    for one in settled:
        said = settled_line(one, view.escalation)
        if said not in lines:
            lines.append(said)
    return lines


def _waiting(view: NoticeView) -> list[Owed]:
    return [one for one in view.owed if one.waits(view.now)]


def _lead(view: NoticeView) -> str:
    """What the message is, in a few words."""
    return _LEADS[_kind(view)].format(reference=view.escalation.reference)


def _kind(view: NoticeView) -> NoticeKind:
    """What the message has become: a warning that brings along what is overdue is no quiet word any more."""
    kind = view.notice.kind
    overdue = any(one.obligation.due_at <= view.now for one in _waiting(view))
    if (kind is NoticeKind.WARNING and overdue) or (kind is NoticeKind.RAISED and not _is_raised(view)):
        kind = NoticeKind.NAG
    elif kind is NoticeKind.HANDOVER and view.notice.audience == view.escalation.owner_id:
        kind = NoticeKind.ASSIGNMENT
    return kind


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
    waiting = _waiting(view)
    lines = [_owed_line(view, one) for one in waiting if not one.step]
    if lines:
        yield rich(bullets(lines))
    for one in waiting:
        if one.step:
            yield _step(view, one, one.step)


def _owed_line(view: NoticeView, owed: Owed) -> Json:
    case = view.escalation
    # Nobody needs to be named to themselves, nor the owner in their own channel
    unnamed = case.owner_id if view.notice.audience == CHANNEL else view.notice.audience
    return owed_line(owed, case, view.now, naming_debtor=debtor(owed, case) != unnamed)


def _step(view: NoticeView, owed: Owed, step: PlanStep) -> Json:
    """A step of the plan beside its own Done; each is another step's button."""
    due_at = owed.obligation.due_at
    who = f"of {mention(debtor(owed, view.escalation))}"
    (block,) = facts([("Plan step", who), ("Due", f"{when_mrkdwn(due_at)}, {due_words(due_at, view.now)}")])
    block["text"] = plain(clean_line(step.what))
    if not _is_raised(view):
        block["accessory"] = button("Done", Action.STEP_DONE, button_value(view.escalation.id, step.id))
    return block


def _late(view: NoticeView, end: str = ".") -> list[Json]:
    since = view.notice.late_since
    return [line(say("This reminder comes late: it was due "), when(since), say(end))] if since else []


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
