"""What is owed, and how it was settled, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from blocks import event_values as values
from blocks.layout import line
from blocks.text import Json, clean_line, person, say, words
from blocks.times import due_words, when
from blocks.title import customer
from blocks.views import Owed
from escalation.case import Escalation, Event, HandoverOutcome, Status
from escalation.obligations import Kind, Outcome
from escalation.series import series
from escalation.wording import CUSTOMER_NAME_LIMIT

_WHAT = 150
# Where nothing says whose clock it is.
_NO_NAME = "the customer"
_REASON = 300

NOUNS = {
    Kind.ACKNOWLEDGE: "Acknowledgement",
    Kind.PLAN: "Action plan",
    Kind.UPDATE: "Update",
    Kind.CUSTOMER_CONTACT: "Word to the customer",
    Kind.PLAN_STEP: "Plan step",
    Kind.HANDOVER: "Answer to the handover",
    Kind.TELL_PATH: "Telling the path",
}
_DONE = {
    Kind.ACKNOWLEDGE: "Acknowledged",
    Kind.PLAN: "Plan made",
    Kind.UPDATE: "Update posted",
    Kind.CUSTOMER_CONTACT: "was told",
    Kind.PLAN_STEP: "Step done",
    Kind.HANDOVER: "Handover answered",
    Kind.TELL_PATH: "Path told",
}
_HANDED_OVER = {
    HandoverOutcome.ACCEPTED: "Handover accepted",
    HandoverOutcome.DECLINED: "Handover declined",
    HandoverOutcome.OVERTAKEN: "Taken over",
}
# Nobody's act, or not the reader's: where it stands now is what they need to know.
_UNANSWERED = {
    HandoverOutcome.LAPSED: "This request ended without an answer",
    HandoverOutcome.REPLACED: "Somebody else is asked to take over instead",
    HandoverOutcome.WITHDRAWN: "This request was withdrawn, as the owner is back",
}


def in_a_sentence(kinds: Sequence[str], customer_name: str = _NO_NAME) -> str:
    """`the acknowledgement, the action plan and the word to Acme`; what is no kind of obligation stands as it is.

    The customer's name is somebody's words: never for marked-up text.
    """
    known = {kind.value: f"the {noun[:1].lower()}{noun[1:]}" for kind, noun in NOUNS.items()}
    known[Kind.CUSTOMER_CONTACT.value] = f"the word to {clean_line(customer_name, CUSTOMER_NAME_LIMIT)}"
    return series(known.get(kind, clean_line(kind, 40)) for kind in dict.fromkeys(kinds))


def put_off(snooze: Event, customer_name: str = _NO_NAME) -> list[Json]:
    """` for the action plan until …, and for the update until …`: each keeps a clock of its own."""
    kinds: dict[datetime | None, list[str]] = {}
    for row in values.rows(snooze, "snoozed"):
        kinds.setdefault(values.instant_of(row.get("until")), []).append(str(row.get("what")))
    if not kinds:
        kinds = {values.instant(snooze, "until"): values.texts(snooze, "what")}
    elements: list[Json] = []
    for until, what in sorted(kinds.items(), key=lambda one: one[0] or snooze.at):
        elements.append(
            say((", and" if elements else "") + (f" for {in_a_sentence(what, customer_name)}" if what else ""))
        )
        elements += [say(" until "), when(until)] if until else []
    return elements


def debtor(owed: Owed, escalation: Escalation) -> str:
    """Who owes it."""
    return owed.obligation.owed_by(escalation.owner_id)


def owed_line(owed: Owed, escalation: Escalation, now: datetime, *, naming_debtor: bool) -> Json:
    """`Update from @omar: due 14:00, 25 minutes ago`; of the customer's clock, what they were promised."""
    obligation = owed.obligation
    how_far = due_words(obligation.due_at, now)
    due = [when(obligation.due_at), say(f", {how_far}")]
    if obligation.kind is Kind.CUSTOMER_CONTACT:
        debtors = [say(" from "), person(debtor(owed, escalation))] if naming_debtor else []
        overdue = how_far.endswith(" ago")
        return line(*customers_clock(escalation, *debtors, promised=obligation.promised, overdue=overdue), *due)
    start = [say(NOUNS[obligation.kind], bold=True)]
    if owed.step:
        start += [say(" “"), words(clean_line(owed.step.what, _WHAT)), say("”")]
    if naming_debtor:
        start += [say(" from "), person(debtor(owed, escalation))]
    return line(*start, say(": due "), *due)


def customers_clock(
    escalation: Escalation, *debtors: Json, promised: bool, overdue: bool, bold: bool = False
) -> list[Json]:
    """`Acme was promised word by ` or `First word to Acme was due `, before the time.

    The name stands out, or with `bold` all of it.
    """
    style = {"bold": True} if bold else {}
    name = customer(escalation, bold=True)
    if promised:
        return [name, say(" was promised word", **style), *debtors, say(" by ", **style)]
    return [say("First word to ", **style), name, *debtors, say(" was due " if overdue else " is due ", **style)]


def settled_line(owed: Owed, escalation: Escalation) -> Json:
    """`Update posted by @omar today at 14:20`: how an obligation ended, or until when it is snoozed."""
    obligation = owed.obligation
    if obligation.is_open:
        return _snoozed_line(owed, escalation)
    by, at = obligation.settled_by or "", obligation.settled_at
    if obligation.kind is Kind.HANDOVER and owed.handover and owed.handover.outcome in _UNANSWERED:
        stays = [say("; "), person(escalation.owner_id), say(f" owns {escalation.reference}.")]
        return line(say(_UNANSWERED[owed.handover.outcome]), *stays)
    done = _ending(owed, escalation)
    if not done or at is None:
        return line(*_noun(owed, escalation), say(_no_more(owed)))
    who = [say(" by "), person(by)] if by else []
    what = [say(": "), words(clean_line(owed.step.what, _WHAT))] if owed.step else []
    told = obligation.kind is Kind.CUSTOMER_CONTACT and obligation.outcome is Outcome.DONE
    whom = [customer(escalation), say(" ")] if told else []
    return line(*whom, say(done), *who, say(" "), when(at), *what)


def _noun(owed: Owed, escalation: Escalation) -> list[Json]:
    if owed.obligation.kind is Kind.CUSTOMER_CONTACT:
        return [say("Word to "), customer(escalation)]
    return [say(NOUNS[owed.obligation.kind])]


def _no_more(owed: Owed) -> str:
    """A promise without a word leaves the customer waiting: they are owed it by another time."""
    rearmed = owed.obligation.outcome is Outcome.REARMED
    return ": promised anew" if rearmed and owed.obligation.kind is Kind.CUSTOMER_CONTACT else ": no longer needed"


def _snoozed_line(owed: Owed, escalation: Escalation) -> Json:
    obligation = owed.obligation
    by = [say(" by "), person(owed.snoozed_by)] if owed.snoozed_by else []
    until = [say(" until "), when(obligation.snoozed_until)] if obligation.snoozed_until else []
    reason = [say(": "), words(obligation.snooze_reason, _REASON)] if obligation.snooze_reason else []
    return line(*_noun(owed, escalation), say(": snoozed"), *by, *until, *reason)


def _ending(owed: Owed, escalation: Escalation) -> str:
    """The verb of how it ended; empty when it simply is owed no more."""
    obligation = owed.obligation
    if obligation.outcome is Outcome.RESOLVED:
        return "Closed" if escalation.status is Status.CLOSED else "Resolved"
    if obligation.kind is Kind.HANDOVER and owed.handover and owed.handover.outcome:
        return _HANDED_OVER.get(owed.handover.outcome, "")
    if obligation.outcome is not Outcome.DONE:
        return ""
    if obligation.kind is Kind.UPDATE and _only_still_working(owed, escalation):
        return "“Still working on it” said"
    return _DONE[obligation.kind]


def _only_still_working(owed: Owed, escalation: Escalation) -> bool:
    """`last_update_at` is only ever a real update; one that settled this would be as old as the settling."""
    settled_at, updated_at = owed.obligation.settled_at, escalation.last_update_at
    return settled_at is not None and (updated_at is None or updated_at < settled_at)
