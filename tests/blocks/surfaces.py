"""Every surface there is, filled with the same words wherever somebody types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from blocks import (
    announcement,
    backup,
    bundle,
    card,
    close_form,
    customer_log,
    events,
    handoff_form,
    home,
    new_escalation_form,
    notices,
    people_messages,
    plan_form,
    reopen_form,
    replies,
    resolve_form,
    severity_form,
    snooze_form,
    stats,
    still_working_form,
    subscribe_form,
    suggest_form,
    timeline,
    timeline_form,
    told_form,
    update_form,
)
from blocks.customer_select import CustomerChoice
from blocks.message import Message
from blocks.quoted_message import Source
from blocks.views import (
    BackupView,
    CardView,
    Existing,
    Followed,
    Listed,
    Naming,
    NoticeView,
    Owed,
    OwnerChoice,
    OwnerConcern,
    SeverityChoice,
    Snoozed,
    Told,
)
from escalation.case import (
    CHANNEL,
    Escalation,
    Event,
    EventKind,
    Handover,
    Notice,
    NoticeKind,
    PlanStep,
    Status,
    Update,
)
from escalation.figures import LAST, Figures, Report, Tally
from escalation.obligations import Kind, Obligation, Outcome

NOW = datetime(2026, 11, 23, 14, 25, tzinfo=UTC)
DUE = NOW - timedelta(minutes=25)
OMAR, ANA, DINA = "U0OMAR", "U0ANA", "U0DINA"
HERE, BEFORE = "C0HERE", "C0BEFORE"
TICKET = "https://tickets.example/1?a=1&b=2"
MESSAGE = "https://acme.slack.com/archives/C1/p1"
MANY = tuple(f"U0P{number}" for number in range(60))
OURS = {OMAR, ANA, DINA, *MANY, HERE, BEFORE, TICKET, MESSAGE}

SEVERITIES = (
    SeverityChoice(
        "SEV-1", "Critical", "Outage, data loss or breach; the customer's business has stopped", "All is down."
    ),
    SeverityChoice(
        "SEV-2", "High", "Major function degraded, big workflow blocked, or an executive asks", "Sync is late."
    ),
    SeverityChoice("SEV-3", "Medium", "Partly impaired, painful workaround, frustration is building", "Exports fail."),
    SeverityChoice("SEV-4", "Low", "Minor, cosmetic, or a missing feature; no real business impact", "A visual bug."),
)
NAMING = Naming({one.key: one.name for one in SEVERITIES})
NAMES = {one.key: one.name for one in SEVERITIES}


def escalation(words: str = "Checkout is down", severity: str = "SEV-1", status: Status = Status.OPEN) -> Escalation:
    """One with everything filled in, and `words` wherever somebody typed."""
    is_over = not status.is_live
    return Escalation(
        team_id="T1",
        number=42,
        customer_id=12,
        customer=words,
        severity=severity,
        summary=words,
        owner_id=OMAR,
        reporter_id=ANA,
        opened_at=NOW - timedelta(hours=3),
        owner_zone="Europe/London",
        status=status,
        impact=words,
        tried=words,
        revenue=120_000,
        renewal_on=date(2027, 1, 31),
        ticket_link=TICKET,
        confidential=True,
        channel_id=HERE,
        previous_channel_id=BEFORE,
        acknowledged_at=None if status is Status.OPEN else NOW - timedelta(hours=2),
        last_update_at=NOW - timedelta(hours=1),
        still_working_count=1,
        still_working_step=words,
        target_resolution_on=date(2026, 11, 30),
        resolution=words if is_over else "",
        root_cause=words if is_over else "",
        customer_confirmed=is_over,
        resolved_at=NOW if is_over else None,
        closed_at=NOW if status is Status.CLOSED else None,
        learned=words if status is Status.CLOSED else "",
        preventive_actions=words if status is Status.CLOSED else "",
        id=7,
    )


def update(words: str) -> Update:
    """A statement with everything in it."""
    return Update(7, NOW, OMAR, words, words, NOW, words, "call", NOW + timedelta(hours=2), id=3)


def steps(words: str, count: int = 10) -> tuple[PlanStep, ...]:
    """A plan whose first step is done."""
    return tuple(
        PlanStep(7, place, words, DINA, date(2026, 11, 24), NOW if place == 0 else None, id=100 + place)
        for place in range(count)
    )


def handover(words: str) -> Handover:
    """One that waits to be answered."""
    return Handover(7, NOW, ANA, OMAR, DINA, words, words, id=5)


def obligation(kind: Kind, **more: Any) -> Obligation:
    """Due 25 minutes ago."""
    values: dict[str, Any] = {"due_at": DUE, **more}
    return Obligation("T1", 7, kind, "SEV-1", DUE, business=False, nag_from=DUE, next_at=None, id=9, **values)


def owed(words: str) -> tuple[Owed, ...]:
    """Something of every kind: waiting, snoozed and settled."""
    waiting = [
        Owed(obligation(Kind.ACKNOWLEDGE)),
        Owed(obligation(Kind.PLAN)),
        Owed(obligation(Kind.UPDATE), may_still_work=True),
        Owed(obligation(Kind.CUSTOMER_CONTACT)),
        Owed(obligation(Kind.CUSTOMER_CONTACT, promised=True)),
        Owed(obligation(Kind.HANDOVER, debtor_id=DINA), handover=handover(words)),
        *(Owed(obligation(Kind.PLAN_STEP, debtor_id=DINA), step=step) for step in steps(words)),
    ]
    later = NOW + timedelta(minutes=10)
    snoozed = obligation(Kind.CUSTOMER_CONTACT, snoozed_until=later, snooze_reason=words)
    return (*waiting, Owed(snoozed, snoozed_by=OMAR), *settled(words))


def settled(words: str) -> tuple[Owed, ...]:
    """Every way for something to end."""
    ends = [
        Owed(obligation(kind, settled_at=NOW, settled_by=OMAR, outcome=outcome), step=steps(words)[1])
        for kind in (Kind.UPDATE, Kind.PLAN_STEP, Kind.CUSTOMER_CONTACT)
        for outcome in Outcome
    ]
    return tuple(ends)


def notice_view(kind: NoticeKind, audience: str, words: str, **more: Any) -> NoticeView:
    """A notice with all there can be in one."""
    case = more.pop("escalation", None) or escalation(words)
    notice = Notice(7, audience, kind, [9], NOW, late_since=more.pop("late_since", DUE), id=1)
    values: dict[str, Any] = {
        "owed": owed(words),
        "why": words,
        "asked": (OMAR, CHANNEL),
        "update": update(words),
        **more,
    }
    name = NAMES[case.severity]
    return NoticeView(notice, case, name, NOW, may_take_over=True, **values)


def card_view(words: str, case: Escalation) -> CardView:
    """A card with all there can be on one."""
    return CardView(
        case,
        NAMES[case.severity],
        words,
        update(words),
        steps(words),
        NOW,
        NOW,
        NOW,
        (Snoozed(Kind.UPDATE, NOW, OMAR, words), Snoozed(Kind.PLAN, NOW)),
        handover(words),
        NOW,
        source=event(EventKind.NOTED, words),
        customer_promised=True,
        customer_told=told_entry(words),
    )


def told_entry(words: str) -> Told:
    """An entry of the customer's log with everything in it."""
    return Told(NOW, OMAR, words, words, NOW, ANA)


def event(kind: EventKind, words: str) -> Event:
    """An event with every value any kind has."""
    values: dict[str, Any] = dict.fromkeys(
        (
            *("summary", "situation", "next_step", "customer_told", "told_how", "text", "notes", "resolution", "what"),
            *("root_cause", "learned", "preventive_actions", "customer"),
        ),
        words,
    )
    values |= dict.fromkeys(("next_update_at", "customer_next_at", "until", "acknowledge_by"), NOW.isoformat())
    values |= {"owner": OMAR, "to": DINA, "from": OMAR, "author": ANA, "link": MESSAGE, "channel": HERE}
    values |= {"users": [OMAR, DINA], "roles": [words], "severity": "SEV-1", "thanks": [ANA, DINA]}
    values |= {
        "audience": CHANNEL,
        "late_since": NOW.isoformat(),
        "previous_channel": BEFORE,
        "customer_confirmed": True,
    }
    values |= {
        "steps": [{"what": words, "who": DINA, "due_on": "2026-11-24"}] * 10,
        "target_resolution_on": "2026-12-01",
        "moved": [{"what": "update", "due_at": NOW.isoformat()}],
    }
    if kind in (EventKind.SNOOZED, EventKind.ASKED):
        values["what"] = ["update", "plan"]
    if kind is EventKind.SEVERITY_CHANGED:
        values |= {"from": "SEV-3", "to": "SEV-1"}
    return Event(7, NOW, kind, OMAR, words, values, id=11)


TALLY = Tally(42, 2, 1, timedelta(hours=3, minutes=12))


def report() -> Report:
    """Figures with all there can be in them, of every severity and one that is gone, and of many people."""
    full = Figures(TALLY, TALLY, TALLY, 12, 9, timedelta(minutes=6), timedelta(days=2, hours=3), 2, 3)
    severities = dict.fromkeys((*NAMES, "SEV-9"), full)
    return Report(full, severities, dict.fromkeys(MANY, full))


def asking(words: str, case: Escalation) -> Iterator[tuple[str, Message]]:
    """Every message that asks, and what becomes of it."""
    for kind in NoticeKind:
        for audience in (OMAR, DINA, CHANNEL):
            yield f"{kind} to {audience}", notices.notice(notice_view(kind, audience, words, escalation=case))
            bare = notice_view(kind, audience, words, escalation=case, owed=(), why="", asked=(), late_since=None)
            yield f"bare {kind} to {audience}", notices.notice(bare)
    nag = notice_view(NoticeKind.NAG, OMAR, words, escalation=case)
    yield "retired", notices.retired_line(nag)
    done = replace(nag, owed=settled(words))
    for kind in NoticeKind:
        parts = [notice_view(kind, OMAR, words, escalation=replace(case, id=id_, number=id_)) for id_ in range(1, 11)]
        yield f"bundle of {kind}", bundle.asking(parts)
        over = replace(parts[0], notice=replace(parts[0].notice, retired_at=NOW))
        yield f"mixed bundle of {kind}", bundle.refreshed([over, done, *parts[2:]])
    yield "bundle that is over", bundle.refreshed([done, over])
    yield "answered", notices.answered(done)
    yield "settled", notices.settled(done)


def messages(words: str, severity: str, status: Status) -> Iterator[tuple[str, Message]]:
    """Every message, by name."""
    case = escalation(words, severity, status)
    view = card_view(words, case)
    yield "card", card.card(view)
    yield "bare card", card.card(CardView(replace_with(case, impact="", tried="", ticket_link="", resolution=""), ""))
    yield "show", replies.show_message(view)
    yield from asking(words, case)
    for happened in EventKind:
        if said := events.channel_post(event(happened, words), case, NAMING):
            yield f"post of {happened}", said
        if told := events.subscriber_message(event(happened, words), case, NAMING):
            yield f"message of {happened}", told
    everything = [event(happened, words) for happened in EventKind]
    yield "timeline", timeline.timeline(case, everything)
    yield "second page", timeline.timeline(case, everything, 1)
    yield from about_the_customer(case, words)
    yield "announcement", announcement.announcement(replace_with(case, confidential=False), NAMES[severity])
    yield "private announcement", announcement.announcement(case, NAMES[severity])
    yield "backup", backup.backup(BackupView(case, NOW, owed(words)))
    yield "reporter", people_messages.tell_reporter(case, NOW)
    yield "path", people_messages.tell_path(people_messages.PathView(case, NAMES[severity], NOW, words, words))
    yield "problem", people_messages.problem(words, 3)
    yield "refusal", people_messages.refusal(words)
    yield "help", replies.help_message([("/escalate list", "all that is open")], case)
    yield "list", replies.list_message([Listed(case, NAMES[severity], Kind.UPDATE, DUE)] * 25, NOW, words)
    for asked in (stats.Asked(LAST), stats.Asked(LAST, mine=True, severity="SEV-1", customer=words)):
        yield "figures", stats.stats_message(report(), asked, NAMING)
        yield "no figures", stats.stats_message(Report(), asked, NAMING)
    yield "empty list", replies.list_message([], NOW)
    yield "suggestion", replies.suggestion(words, "resolve")
    yield "joined", replies.joined(case)
    yield "already", replies.already(replace_with(case, channel_id=None))


def about_the_customer(case: Escalation, words: str) -> Iterator[tuple[str, Message]]:
    """What is said of what the customer was told and promised."""
    yield "customer log", customer_log.customer_log(case, [told_entry(words), told_entry("")] * 15)
    yield "empty customer log", customer_log.customer_log(case, [])
    yield "told", replies.told(case, NOW, 3)
    for promised in (True, False):
        contact = Listed(case, NAMES[case.severity], Kind.CUSTOMER_CONTACT, DUE, promised)
        yield f"list of a customer's clock, {promised}", replies.list_message([contact], NOW, words)


def forms(words: str, severity: str, status: Status) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every form, by name."""
    case = escalation(words, severity, status)
    owner = OwnerChoice(OMAR, words, 2, "out of hours")
    concern = OwnerConcern(owner, 2, "is out of office until 3 Dec", (owner,) * 3)
    existing = [Existing(case, NAMES[severity])] * 4
    customer = CustomerChoice(None, words[:75] or "Acme")
    draft = new_escalation_form.Draft(customer, severity, words, words, owner, OMAR, 3, words, words)
    draft = replace(draft, ticket_link=TICKET, confidential=True, renewal_on=date(2027, 1, 1))
    source = Source(HERE, "1.2", MESSAGE, ANA)
    yield (
        "new",
        new_escalation_form.view(replace(draft, source=source, source_words=words), SEVERITIES, existing, concern),
    )
    yield "bare new", new_escalation_form.view(new_escalation_form.Draft(), SEVERITIES)
    yield "update", update_form.view(case, update(words), NOW)
    yield "typed update", update_form.view(case, None, None, words)
    yield "told", told_form.view(case, words, 3)
    yield "still working", still_working_form.view(case, NOW, words)
    yield "snooze", snooze_form.view(case, timedelta(days=2), list(Kind), words)
    yield "short snooze", snooze_form.view(case, timedelta(seconds=2), [Kind.UPDATE])
    yield "plan", plan_form.view(case, steps(words), invites=True)
    yield "again handoff", handoff_form.view(case)
    yield "bare plan", plan_form.view(case)
    yield "handoff", handoff_form.view(case, handoff_form.HandoffDraft(words, words, owner), concern, is_first=True)
    draft_severity = severity_form.SeverityDraft("SEV-2", True, owner, words)
    yield "severity", severity_form.view(case, SEVERITIES, draft_severity, concern)
    yield "resolve", resolve_form.view(case, words)
    yield "reopen", reopen_form.view(case, words)
    yield "close", close_form.view(case, words)
    yield "suggest", suggest_form.view(case, words)
    yield "timeline note", timeline_form.view(case, words)
    yield "timeline message", timeline_form.view(None, words, source, words)
    yield "subscribe", subscribe_form.view(case, SEVERITIES, [Followed(1, words), Followed(2, words, True)] * 15)
    yield "bare subscribe", subscribe_form.view(None, SEVERITIES)


def homes(words: str, severity: str, status: Status) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every Home, by name."""
    many = [Listed(escalation(words, severity, status), NAMES[severity], Kind.UPDATE, DUE)] * 60
    yield "home", home.home(many, many, NOW, TALLY, TALLY)
    yield "empty home", home.home([], [], NOW)
    yield "closed home", home.closed_to_outsiders("Guests cannot use Clarion.")


def replace_with(case: Escalation, **changes: Any) -> Escalation:
    """The escalation with some fields changed."""
    return replace(case, **changes)
