"""The words of CONTRACT.md, "Words that people see", one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from blocks import (
    card,
    close_form,
    handoff_form,
    new_escalation_form,
    notices,
    plan_form,
    reopen_form,
    resolve_form,
    severity_form,
    snooze_form,
    still_working_form,
    subscribe_form,
    suggest_form,
    timeline_form,
    told_form,
    update_form,
)
from blocks.customer_select import CustomerChoice
from blocks.ids import Action
from blocks.message import Message
from blocks.views import CardView, Existing, Owed
from escalation.case import NoticeKind, Status
from escalation.obligations import Kind
from tests.blocks.filling import labels, required
from tests.blocks.surfaces import (
    DINA,
    NOW,
    OMAR,
    SEVERITIES,
    escalation,
    handover,
    notice_view,
    obligation,
    replace_with,
    steps,
)

CASE = escalation()
FORMS: dict[str, tuple[dict[str, Any], list[str], set[str]]] = {
    "New escalation": (
        new_escalation_form.view(new_escalation_form.Draft(), SEVERITIES),
        [
            *("Customer", "Severity", "Summary", "Business impact", "Owner", "What has been tried"),
            *("Revenue at risk (ARR)", "Renewal date", "Ticket link", "Confidential"),
        ],
        {"Customer", "Severity", "Summary", "Owner"},
    ),
    "Post update": (
        update_form.view(CASE, None, NOW),
        [
            *("What is the situation now", "What happens next", "Next update", "What the customer was told"),
            *("How they were told", "Customer hears next by"),
        ],
        {"What is the situation now", "What happens next"},
    ),
    "Told the customer": (
        told_form.view(CASE),
        ["What the customer was told", "How they were told", "Customer hears next by"],
        set(),
    ),
    "Still working on it": (still_working_form.view(CASE, NOW), ["Next step", "Next update"], {"Next step"}),
    "Snooze": (
        snooze_form.view(CASE, timedelta(hours=2), [Kind.UPDATE]),
        ["For how long", "Reason"],
        {"For how long", "Reason"},
    ),
    "Plan": (
        plan_form.view(CASE),
        ["Step", "Who", "By when", "Target resolution"],
        {"Step", "Who", "By when"},
    ),
    "Hand off": (
        handoff_form.view(CASE),
        ["New owner", "Reason", "What they need to know"],
        {"New owner", "Reason"},
    ),
    "Change severity": (
        severity_form.view(CASE, SEVERITIES, severity_form.SeverityDraft()),
        ["New severity", "Reason"],
        {"New severity", "Reason"},
    ),
    "Resolve": (
        resolve_form.view(CASE),
        ["Resolution", "Root cause", "Customer confirmed", "Thanks to"],
        {"Resolution"},
    ),
    "Reopen": (reopen_form.view(CASE), ["Reason"], {"Reason"}),
    "Close": (close_form.view(CASE), ["What we learned", "Preventive actions"], set()),
    "Subscribe": (subscribe_form.view(CASE, SEVERITIES), ["What to follow", "How"], {"What to follow", "How"}),
    "Add to timeline": (timeline_form.view(CASE), ["Note"], {"Note"}),
    "Suggest an update": (suggest_form.view(CASE), ["What should it say"], {"What should it say"}),
}


@pytest.mark.parametrize("title", FORMS)
def test_a_form_has_its_title_its_labels_and_asks_for_what_it_needs(title: str) -> None:
    view, expected, needed = FORMS[title]
    assert view["title"]["text"] == title
    assert labels(view) == expected
    assert required(view) == needed


def test_the_severity_form_asks_for_a_new_owner_when_the_rank_does_not_fit() -> None:
    draft = severity_form.SeverityDraft("SEV-1", new_owner_needed=True)
    assert labels(severity_form.view(CASE, SEVERITIES, draft)) == ["New severity", "Reason", "New owner"]


def test_the_plan_form_has_a_button_that_adds_a_step() -> None:
    assert ("Add a step", Action.ADD_STEP) in _buttons(plan_form.view(CASE)["blocks"])


def _buttons(blocks: list[dict[str, Any]]) -> list[tuple[str, str]]:
    elements = [one for block in blocks for one in (*block.get("elements", ()), block.get("accessory") or {})]
    return [(one["text"]["text"], one["action_id"]) for one in elements if one.get("type") == "button"]


def _texts(message: Message) -> list[str]:
    return [text for text, _ in _buttons(message.blocks)]


LIVE = ["Post update", "Hand off", "Change severity", "Resolve", "Subscribe"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.OPEN, ["Acknowledge", *LIVE]),
        (Status.IN_PROGRESS, LIVE),
        (Status.RESOLVED, ["Reopen", "Close", "Subscribe"]),
        (Status.CLOSED, ["Reopen"]),
    ],
)
def test_the_card_has_the_buttons_of_its_status(status: Status, expected: list[str]) -> None:
    message = card.card(CardView(escalation(status=status), "Critical"))
    assert _texts(message) == expected
    assert f"Status: {status.value}" in message.text


@pytest.mark.parametrize(
    ("may_still_work", "customer_waits", "expected"),
    [
        (True, True, ["Plan", "Still working on it", "Snooze", "Told the customer", "Timeline"]),
        (False, True, ["Plan", "Snooze", "Told the customer", "Timeline"]),
        (False, False, ["Plan", "Snooze", "Told the customer", "Timeline"]),
    ],
)
def test_the_rest_of_the_card_is_under_the_overflow(
    may_still_work: bool, customer_waits: bool, expected: list[str]
) -> None:
    customer_next_at = NOW if customer_waits else None
    view = CardView(CASE, "Critical", may_still_work=may_still_work, customer_next_at=customer_next_at)
    message = card.card(view)
    overflow = message.blocks[-1]["elements"][-1]
    assert overflow["type"] == "overflow"
    assert [option["text"]["text"] for option in overflow["options"]] == expected
    told = Action.TOLD_CUSTOMER if customer_waits else Action.TELL_CUSTOMER
    assert f"{told}:{CASE.id}" in [option["value"] for option in overflow["options"]]


NAGS = [
    (Owed(obligation(Kind.ACKNOWLEDGE)), ["Acknowledge"]),
    (Owed(obligation(Kind.PLAN)), ["Plan"]),
    (Owed(obligation(Kind.UPDATE), may_still_work=True), ["Post update", "Still working on it", "Snooze"]),
    (Owed(obligation(Kind.UPDATE)), ["Post update", "Snooze"]),
    (Owed(obligation(Kind.UPDATE, snoozed_until=NOW), may_still_work=True), ["Post update", "Still working on it"]),
    (Owed(obligation(Kind.CUSTOMER_CONTACT)), ["Told the customer", "Post update"]),
    (Owed(obligation(Kind.HANDOVER, debtor_id=DINA), handover=handover("x")), ["Accept", "Decline"]),
    (Owed(obligation(Kind.PLAN_STEP, debtor_id=DINA), step=steps("x")[1]), ["Done"]),
]


@pytest.mark.parametrize(("owed", "expected"), NAGS)
def test_a_nag_carries_the_buttons_that_settle_it(owed: Owed, expected: list[str]) -> None:
    view = notice_view(NoticeKind.NAG, owed.obligation.debtor_id or OMAR, "Exports fail", owed=(owed,))
    assert _texts(notices.notice(view)) == expected


def test_who_was_asked_to_take_over_can_still_answer_when_told_on_a_higher_rung() -> None:
    owed = tuple(owed for owed, _ in NAGS if owed.obligation.kind in (Kind.UPDATE, Kind.HANDOVER))
    view = notice_view(NoticeKind.RAISED, "U0DINA", "x", owed=owed)
    assert {"Take over", "Accept", "Decline"} <= set(_texts(notices.notice(view)))


def test_a_nag_about_several_things_repeats_no_button_and_has_one_primary() -> None:
    view = notice_view(NoticeKind.NAG, OMAR, "x", owed=tuple(owed for owed, _ in NAGS if not owed.step))
    message = notices.notice(view)
    texts = _texts(message)
    assert len(texts) == len(set(texts))
    assert {"Acknowledge", "Plan", "Post update", "Told the customer"} <= set(texts)
    assert not {"Accept", "Decline"} & set(texts), "that is for the one who was asked"
    elements = message.blocks[-1]["elements"]
    assert [element["text"]["text"] for element in elements if element.get("style") == "primary"] == ["Acknowledge"]


def test_the_notice_of_an_existing_escalation_has_a_way_in_and_the_form_another_name_on_its_button() -> None:
    customer = CustomerChoice(12, "Acme")
    existing = [Existing(replace_with(CASE, number=12), "Critical")]
    view = new_escalation_form.view(new_escalation_form.Draft(customer), SEVERITIES, existing)
    assert ("Join ESC-12", Action.JOIN) in _buttons(view["blocks"])
    assert view["submit"]["text"] == "Open another anyway"
