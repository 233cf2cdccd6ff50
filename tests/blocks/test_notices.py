from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks import notices
from blocks.ids import Action
from blocks.message import Message
from blocks.times import when_mrkdwn
from blocks.views import NoticeView, Owed
from escalation.case import CHANNEL, HandoverOutcome, NoticeKind, Status
from escalation.obligations import Kind, Obligation, Outcome
from tests.blocks.surfaces import (
    ANA,
    DINA,
    DUE,
    HERE,
    NOW,
    OMAR,
    escalation,
    handover,
    notice_view,
    obligation,
    replace_with,
    steps,
)

NAG, RAISED = NoticeKind.NAG, NoticeKind.RAISED
UPDATE = Owed(obligation(Kind.UPDATE), may_still_work=True)
PLAN = Owed(obligation(Kind.PLAN))
AT = r"<!date^1795443900^{date_short_pretty} at {time}|23 Nov 2026 14:25 UTC>"
SINCE = r"<!date^1795442400^{date_short_pretty} at {time}|23 Nov 2026 14:00 UTC>"


def done(kind: Kind, outcome: Outcome = Outcome.DONE, by: str = OMAR, **more: object) -> Owed:
    return Owed(obligation(kind, settled_at=NOW, settled_by=by, outcome=outcome), **more)  # type: ignore[arg-type]


def view(*owed: Owed, kind: NoticeKind = NAG, audience: str = OMAR, **more: object) -> NoticeView:
    values: dict[str, object] = {"late_since": None, "why": "", "asked": (), **more}
    return notice_view(kind, audience, "Exports fail", owed=owed, **values)


def buttons(message: Message) -> dict[str, str]:
    """Values of the buttons by their action, wherever they stand."""
    elements = [one for block in message.blocks for one in (*block.get("elements", ()), block.get("accessory") or {})]
    return {one["action_id"]: one["value"] for one in elements if one.get("type") == "button"}


def test_a_nag_names_the_escalation_what_is_owed_and_since_when() -> None:
    text = notices.notice(view(UPDATE, PLAN)).text
    assert "ESC-42 is waiting for you · Exports fail: Exports fail" in text
    assert f"• Update: due {SINCE}, 25 minutes ago" in text
    assert f"• Action plan: due {SINCE}, 25 minutes ago" in text


def test_what_ended_in_the_same_way_is_said_once() -> None:
    over = [done(kind, Outcome.RESOLVED) for kind in (Kind.PLAN, Kind.UPDATE)]
    assert notices.answered(view(*over)).text.count("Resolved by") == 1


SOON = NOW + timedelta(minutes=5)
CUSTOMERS_CLOCK = [
    (obligation(Kind.CUSTOMER_CONTACT, promised=True), f"Acme was promised word by {SINCE}, 25 minutes ago"),
    (obligation(Kind.CUSTOMER_CONTACT), f"First word to Acme was due {SINCE}, 25 minutes ago"),
    (obligation(Kind.CUSTOMER_CONTACT, due_at=NOW), f"First word to Acme is due {when_mrkdwn(NOW)}, now"),
    (obligation(Kind.CUSTOMER_CONTACT, due_at=SOON), f"First word to Acme is due {when_mrkdwn(SOON)}, in 5 minutes"),
    (
        obligation(Kind.CUSTOMER_CONTACT, due_at=SOON, promised=True),
        f"Acme was promised word by {when_mrkdwn(SOON)}, in 5 minutes",
    ),
]


@pytest.mark.parametrize("kind", [NAG, NoticeKind.WARNING])
@pytest.mark.parametrize(("owed", "expected"), CUSTOMERS_CLOCK)
def test_the_customers_clock_says_what_they_were_promised(owed: Obligation, expected: str, kind: NoticeKind) -> None:
    case = replace_with(escalation(), customer="Acme")
    message = notices.notice(view(Owed(owed), kind=kind, escalation=case))
    assert f"• {expected}" in message.text
    assert "Word to the customer" not in message.text
    assert list(buttons(message)) == [Action.TOLD_CUSTOMER, Action.POST_UPDATE]


def test_those_above_read_who_owes_the_customer_word() -> None:
    case = replace_with(escalation(), customer="Acme")
    owed = [Owed(one) for one, _ in CUSTOMERS_CLOCK[:2]]
    text = notices.notice(view(*owed, kind=RAISED, audience=DINA, escalation=case)).text
    assert f"Acme was promised word from <@{OMAR}> by {SINCE}" in text
    assert f"First word to Acme from <@{OMAR}> was due {SINCE}" in text


def test_the_line_that_is_left_says_it_without_anybodys_words() -> None:
    owed = [Owed(one) for one, _ in CUSTOMERS_CLOCK[:2]]
    text = notices.retired_line(view(*owed)).text
    assert f"word promised to the customer by {SINCE} · first word to the customer due {SINCE}" in text


def test_a_warning_says_how_long_there_is() -> None:
    soon = Owed(obligation(Kind.UPDATE, due_at=NOW + timedelta(minutes=10)))
    text = notices.notice(view(soon, kind=NoticeKind.WARNING)).text
    assert "Soon due on ESC-42" in text
    assert ", in 10 minutes" in text


def test_a_warning_that_brings_along_what_is_overdue_does_not_call_it_soon_due() -> None:
    soon = Owed(obligation(Kind.CUSTOMER_CONTACT, due_at=NOW + timedelta(minutes=5)))
    text = notices.notice(view(UPDATE, soon, kind=NoticeKind.WARNING)).text
    assert "ESC-42 is waiting for you" in text
    assert "Soon due" not in text


def test_a_nag_in_the_channel_mentions_the_owner_and_whoever_else_owes() -> None:
    step = Owed(obligation(Kind.PLAN_STEP, debtor_id=DINA), step=steps("Roll back")[1])
    message = notices.notice(view(UPDATE, step, audience=CHANNEL))
    assert message.text.startswith(f"<@{OMAR}> and <@{DINA}>, this is waiting for you:")
    assert Action.POST_UPDATE in buttons(message)
    alone = notices.notice(view(step, audience=CHANNEL))
    assert alone.text.startswith(f"<@{OMAR}> and <@{DINA}>, ")


def test_each_step_has_a_done_of_its_own() -> None:
    owed = [Owed(obligation(Kind.PLAN_STEP, debtor_id=DINA), step=step) for step in steps("Roll back")[1:3]]
    message = notices.notice(view(*owed, audience=DINA))
    values = [block["accessory"]["value"] for block in message.blocks if "accessory" in block]
    assert values == ["7:101", "7:102"]


def test_what_is_raised_says_whose_silence_on_what_and_who_was_asked() -> None:
    message = notices.notice(
        view(UPDATE, kind=RAISED, audience=DINA, asked=(OMAR, CHANNEL, OMAR), why="You are told as a director.")
    )
    assert "ESC-42 is overdue" in message.text
    assert f"Update from <@{OMAR}>: due {SINCE}, 25 minutes ago" in message.text
    assert f"Asked so far: <@{OMAR}> and the channel" in message.text
    assert "You are told as a director." in message.text
    assert f"<#{HERE}>" in message.text
    assert (
        message.text.index("25 minutes ago") < message.text.index("Asked so far") < message.text.index("You are told")
    )


@pytest.mark.parametrize(
    ("may_take_over", "expected"),
    [(True, [Action.TAKE_OVER, Action.POST_UPDATE, Action.JOIN]), (False, [Action.JOIN])],
)
def test_what_is_raised_offers_only_what_this_person_may(may_take_over: bool, expected: list[str]) -> None:
    raised = replace(view(UPDATE, kind=RAISED, audience=DINA), may_take_over=may_take_over)
    assert list(buttons(notices.notice(raised))) == expected


def test_taking_over_asks_first() -> None:
    raised = notices.notice(view(UPDATE, kind=RAISED, audience=DINA))
    asking = {one["action_id"]: one["confirm"] for one in raised.blocks[-1]["elements"] if "confirm" in one}
    assert list(asking) == [Action.TAKE_OVER]
    assert asking[Action.TAKE_OVER]["title"]["text"] == "Take over ESC-42?"
    assert "You own it from then on." in asking[Action.TAKE_OVER]["text"]["text"]


def test_whoever_took_over_is_asked_as_the_owner_and_not_told_of_themselves() -> None:
    took_over = view(UPDATE, kind=RAISED, audience=OMAR, asked=(DINA,))
    message = notices.refreshed(took_over)
    assert "ESC-42 is waiting for you" in message.text
    assert f"from <@{OMAR}>" not in message.text
    assert "Asked so far" not in message.text
    assert set(buttons(message)) == {Action.POST_UPDATE, Action.STILL_WORKING, Action.SNOOZE}


def test_an_assignment_says_why_and_can_be_acknowledged_or_handed_off() -> None:
    acknowledge = Owed(obligation(Kind.ACKNOWLEDGE))
    assigned = view(acknowledge, kind=NoticeKind.ASSIGNMENT, why="Ana opened it and chose you.")
    message = notices.notice(assigned)
    assert "You own ESC-42" in message.text
    assert "Ana opened it and chose you." in message.text
    assert buttons(message) == {Action.ACKNOWLEDGE: "7", Action.HAND_OFF: "7"}


def test_a_request_says_who_asks_why_and_until_when_and_can_be_answered() -> None:
    owed = Owed(obligation(Kind.HANDOVER, debtor_id=DINA), handover=handover("Off shift"))
    message = notices.notice(view(owed, kind=NoticeKind.HANDOVER, audience=DINA))
    assert f"<@{ANA}> asks you to take it from <@{OMAR}>. Until you accept, <@{OMAR}> owns it." in message.text
    assert "Off shift" in message.text
    assert f"Answer to the handover: due {SINCE}" in message.text
    assert buttons(message) == {Action.ACCEPT: "7:5", Action.DECLINE: "7:5"}


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (NoticeKind.ASSIGNMENT, True),
        (NoticeKind.HANDOVER, True),
        (RAISED, True),
        (NAG, False),
        (NoticeKind.WARNING, False),
    ],
)
def test_who_hears_of_it_for_the_first_time_reads_what_it_means_for_the_customer(kind: NoticeKind, says: bool) -> None:
    case = replace_with(escalation(), impact="No shop sells", tried="A restart")
    text = notices.notice(view(UPDATE, kind=kind, audience=DINA, escalation=case)).text
    assert ("Business impact\nNo shop sells" in text) is says
    assert ("What has been tried\nA restart" in text) is says
    assert ("Where things stand\nExports fail" in text) is says


def test_a_request_names_who_owes_what_is_owed_until_it_is_accepted() -> None:
    request = Owed(obligation(Kind.HANDOVER, debtor_id=DINA), handover=handover("Off shift"))
    text = notices.notice(view(UPDATE, request, kind=NoticeKind.HANDOVER, audience=DINA)).text
    assert f"Update from <@{OMAR}>: due" in text
    assert "Answer to the handover: due" in text


def test_a_request_that_was_accepted_says_so_while_more_is_owed() -> None:
    accepted = replace(handover("Off shift"), outcome=HandoverOutcome.ACCEPTED)
    owed = (UPDATE, done(Kind.HANDOVER, handover=accepted))
    text = notices.refreshed(view(*owed, kind=NoticeKind.HANDOVER, audience=OMAR)).text
    assert text.startswith("🔴 You own ESC-42")
    assert "You are asked" not in text


def test_a_late_reminder_says_that_it_is_late() -> None:
    text = notices.notice(view(UPDATE, late_since=DUE)).text
    assert f"This reminder comes late: it was due {SINCE}. Clarion was not running" in text
    assert "comes late" not in notices.notice(view(UPDATE)).text


def test_what_a_newer_one_replaced_is_one_line_without_buttons() -> None:
    message = notices.retired_line(view(UPDATE, PLAN))
    assert len(message.blocks) == 1
    assert "\n" not in message.text
    assert f"update due {SINCE}" in message.text
    assert buttons(message) == {}


def test_a_warning_that_a_newer_one_replaced_is_not_called_soon_due_any_more() -> None:
    text = notices.retired_line(view(UPDATE, kind=NoticeKind.WARNING)).text
    assert text.startswith(f"ESC-42 · update due {SINCE}")


ENDINGS = [
    (done(Kind.ACKNOWLEDGE), f"Acknowledged by <@{OMAR}> {AT}"),
    (done(Kind.PLAN), f"Plan made by <@{OMAR}> {AT}"),
    (done(Kind.CUSTOMER_CONTACT), f"Exports fail was told by <@{OMAR}> {AT}"),
    (done(Kind.CUSTOMER_CONTACT, Outcome.REARMED), "Word to Exports fail: promised anew"),
    (done(Kind.CUSTOMER_CONTACT, Outcome.DROPPED), "Word to Exports fail: no longer needed"),
    (done(Kind.CUSTOMER_CONTACT, Outcome.RESOLVED), f"Resolved by <@{OMAR}> {AT}"),
    (done(Kind.PLAN_STEP, step=steps("Roll back")[1]), f"Step done by <@{OMAR}> {AT}: Roll back"),
    (done(Kind.UPDATE, Outcome.RESOLVED), f"Resolved by <@{OMAR}> {AT}"),
    (done(Kind.UPDATE, Outcome.DROPPED), "Update: no longer needed"),
    (done(Kind.ACKNOWLEDGE, Outcome.REARMED, by=""), "Acknowledgement: no longer needed"),
]


@pytest.mark.parametrize(("owed", "expected"), ENDINGS)
def test_an_answered_one_says_by_whom_and_when(owed: Owed, expected: str) -> None:
    message = notices.refreshed(view(owed))
    assert expected in message.text
    assert buttons(message) == {}
    assert expected in notices.settled(view(owed)).text
    assert notices.settled(view(owed)).text.startswith("✅ Settled: ESC-42")


@pytest.mark.parametrize(
    ("updated_at", "expected"),
    [
        (NOW, "Update posted by"),
        (NOW - timedelta(hours=1), "“Still working on it” said by"),
        (None, "“Still working on it”"),
    ],
)
def test_an_update_is_told_from_still_working_on_it(updated_at: object, expected: str) -> None:
    case = replace_with(escalation(), last_update_at=updated_at)
    assert expected in notices.answered(replace(view(done(Kind.UPDATE)), escalation=case)).text


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (HandoverOutcome.ACCEPTED, f"Handover accepted by <@{DINA}>"),
        (HandoverOutcome.DECLINED, f"Handover declined by <@{DINA}>"),
        (HandoverOutcome.OVERTAKEN, f"Taken over by <@{DINA}>"),
        (HandoverOutcome.LAPSED, f"This request ended without an answer; <@{OMAR}> owns ESC-42."),
        (HandoverOutcome.REPLACED, f"Somebody else is asked to take over instead; <@{OMAR}> owns ESC-42."),
    ],
)
def test_a_handover_ends_as_it_was_answered(outcome: HandoverOutcome, expected: str) -> None:
    request = replace(handover("x"), outcome=outcome)
    assert expected in notices.refreshed(view(done(Kind.HANDOVER, by=DINA, handover=request))).text


def test_what_closing_ended_says_closed() -> None:
    closed = replace(view(done(Kind.PLAN_STEP, Outcome.RESOLVED)), escalation=escalation(status=Status.CLOSED))
    assert f"Closed by <@{OMAR}>" in notices.refreshed(closed).text


def test_a_snoozed_one_says_until_when_and_why_and_asks_nothing() -> None:
    later = NOW + timedelta(minutes=10)
    snoozed = Owed(obligation(Kind.UPDATE, snoozed_until=later, snooze_reason="On a call <!here>"), snoozed_by=OMAR)
    message = notices.refreshed(view(snoozed))
    assert message.text.startswith("🔴 ESC-42")
    assert f"Update: snoozed by <@{OMAR}> until " in message.text
    assert "On a call &lt;!here&gt;" in message.text
    assert buttons(message) == {}


def test_once_the_snooze_is_over_it_is_asked_for_again_without_another_snooze() -> None:
    message = notices.refreshed(view(Owed(obligation(Kind.UPDATE, snoozed_until=NOW), may_still_work=True)))
    assert set(buttons(message)) == {Action.POST_UPDATE, Action.STILL_WORKING}


def test_when_part_is_settled_the_rest_keeps_its_buttons() -> None:
    message = notices.refreshed(view(done(Kind.ACKNOWLEDGE), PLAN))
    assert "Acknowledged by" in message.text
    assert "Action plan: due" in message.text
    assert buttons(message) == {Action.PLAN: "7"}


def test_a_retired_one_with_something_still_owed_becomes_the_line() -> None:
    retired = view(UPDATE)
    retired.notice.retired_at = NOW
    assert notices.refreshed(retired) == notices.retired_line(retired)
    assert "newer message" in notices.refreshed(retired).text
