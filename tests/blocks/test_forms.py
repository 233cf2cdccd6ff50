"""The forms of owners and followers: what they are filled in with, and what is read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from blocks import (
    close_form,
    handoff_form,
    plan_form,
    reopen_form,
    resolve_form,
    severity_form,
    snooze_form,
    still_working_form,
    subscribe_form,
    suggest_form,
    timeline_form,
    update_form,
)
from blocks.answers import FormErrors
from blocks.ids import Action
from blocks.metadata import escalation_of
from blocks.owner_select import owner_option
from blocks.quoted_message import Source
from blocks.views import Followed, OwnerChoice
from escalation.case import Delivery, Follows, PlanStep, Status, Update
from escalation.errors import Refused
from escalation.obligations import Kind
from tests.blocks.checker import check_modal
from tests.blocks.filling import block_id, element, fill, labels
from tests.blocks.surfaces import SEVERITIES, escalation, forms

NOW = datetime(2026, 11, 23, 14, 0, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CASE = escalation()
LAST = Update(7, NOW, "U0OMAR", "Half the shops fail", "We roll back", LATER, "We are on it", "call", LATER)
Json = dict[str, Any]


def errors_of(parse: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(FormErrors) as caught:
        parse()
    return caught.value.errors


def test_an_update_starts_from_the_last_one_and_from_the_cadence() -> None:
    view = update_form.view(CASE, LAST, LATER)
    result = update_form.parse(fill(view), view["private_metadata"], NOW)
    assert result == update_form.UpdateAnswers("Half the shops fail", "We roll back", None, "", "", None)
    assert element(view, "Next update")["initial_date_time"] == int(LATER.timestamp())


def test_all_of_an_update_is_read_back() -> None:
    view = update_form.view(CASE, None, LATER)
    answers = {
        "What_is_the_situation_now": "Rolled back",
        "What_happens_next": "We watch",
        "Next_update": NOW + timedelta(minutes=30),
        "What_the_customer_was_told": "That it is back",
        "How_they_were_told": "call",
        "Customer_hears_next_by": LATER,
    }
    result = update_form.parse(fill(view, **answers), view["private_metadata"], NOW)
    assert result == update_form.UpdateAnswers(
        "Rolled back", "We watch", NOW + timedelta(minutes=30), "That it is back", "call", LATER
    )


@pytest.mark.parametrize("next_update", [None, LATER, LATER.replace(second=0)])
def test_a_next_update_that_is_empty_or_untouched_is_the_cadence(next_update: datetime | None) -> None:
    view = update_form.view(CASE, LAST, LATER)
    result = update_form.parse(fill(view, Next_update=next_update), view["private_metadata"], NOW)
    assert result.next_update_at is None


def test_a_promise_that_is_seconds_sooner_than_the_cadence_is_kept() -> None:
    view = update_form.view(CASE, None, NOW + timedelta(seconds=6))
    sooner = NOW + timedelta(seconds=2)
    state = fill(view, What_is_the_situation_now="a", What_happens_next="b", Next_update=sooner)
    assert update_form.parse(state, view["private_metadata"], NOW).next_update_at == sooner


def test_a_cadence_of_seconds_that_has_passed_meanwhile_is_still_untouched() -> None:
    view = update_form.view(CASE, LAST, NOW + timedelta(seconds=2))
    later = NOW + timedelta(minutes=5)
    assert update_form.parse(fill(view), view["private_metadata"], later).next_update_at is None


def test_times_that_have_passed_and_empty_statements_are_refused_together() -> None:
    view = update_form.view(CASE, None, LATER)
    filled = fill(view, What_is_the_situation_now=" ", Next_update=NOW, Customer_hears_next_by=NOW - timedelta(days=1))
    errors = errors_of(lambda: update_form.parse(filled, view["private_metadata"], NOW))
    assert errors == {
        "situation": "Say where things stand.",
        "next_step": "Say what happens next.",
        "next_update": "This time has passed. Choose one that is still to come.",
        "customer_next": "This time has passed. Choose one that is still to come.",
    }


def test_still_working_on_it_needs_a_next_step() -> None:
    view = still_working_form.view(CASE, LATER)
    result = still_working_form.parse(fill(view, Next_step="Read the logs"), view["private_metadata"], NOW)
    assert result == still_working_form.StillWorkingAnswers("Read the logs", None)
    filled = fill(view, Next_update=LATER + timedelta(hours=1))
    assert errors_of(lambda: still_working_form.parse(filled, view["private_metadata"], NOW)) == {
        "next_step": "Say what you do next."
    }


@pytest.mark.parametrize(
    ("at_most", "shown"),
    [
        (timedelta(minutes=30), ["10 minutes", "15 minutes", "30 minutes"]),
        (timedelta(hours=2), ["10 minutes", "15 minutes", "30 minutes", "1 hour", "2 hours"]),
        (timedelta(minutes=45), ["10 minutes", "15 minutes", "30 minutes", "45 minutes"]),
        (timedelta(seconds=2), ["2 seconds"]),
        (timedelta(milliseconds=500), ["0.5 seconds"]),
    ],
)
def test_a_snooze_is_offered_up_to_what_the_policy_allows(at_most: timedelta, shown: list[str]) -> None:
    view = snooze_form.view(CASE, at_most, [Kind.UPDATE])
    assert [one["text"]["text"] for one in element(view, "For how long")["options"]] == shown
    filled = fill(view, For_how_long=shown[-1], Reason="On a call")
    assert snooze_form.parse(filled, view["private_metadata"]) == snooze_form.SnoozeAnswers(at_most, "On a call")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("7200", "At most 30 minutes."), ("", "Choose how long."), ("x", "Choose how long."), ("-5", "Choose how long.")],
)
def test_a_length_that_was_not_offered_is_refused(value: str, sentence: str) -> None:
    view = snooze_form.view(CASE, timedelta(minutes=30), [Kind.UPDATE])
    filled = fill(view, Reason="x")
    filled["length"]["length"]["selected_option"] = {"value": value}
    assert errors_of(lambda: snooze_form.parse(filled, view["private_metadata"])) == {"length": sentence}


TODAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def step(number: int, what: str, *, done: bool = False) -> PlanStep:
    return PlanStep(7, number, what, "U0DINA", FRIDAY, NOW if done else None, id=100 + number)


def test_a_plan_is_read_back_row_by_row() -> None:
    view = plan_form.view(CASE)
    filled = fill(view, Step="Roll back", Who="U0ANA", By_when=FRIDAY, Target_resolution=FRIDAY)
    assert plan_form.parse(filled, view["private_metadata"], TODAY) == plan_form.PlanAnswers(
        (plan_form.PlannedStep("Roll back", "U0ANA", FRIDAY),), FRIDAY
    )


def test_add_a_step_adds_rows_up_to_ten_and_leaves_the_others_as_they_were() -> None:
    view = plan_form.view(CASE)
    for rows in range(2, 11):
        grown = plan_form.with_another_step(view["private_metadata"], view["blocks"])
        assert labels(grown).count("Step") == rows
        known = {block.get("block_id"): block for block in grown["blocks"]}
        assert all(known[block["block_id"]] == block for block in view["blocks"] if block["type"] == "input")
        check_modal(grown)
        view = grown
    assert Action.ADD_STEP not in str(view["blocks"])
    assert labels(plan_form.with_another_step(view["private_metadata"], view["blocks"])).count("Step") == 10


def test_added_rows_are_read_and_empty_ones_left_out() -> None:
    view = plan_form.view(CASE)
    for _ in range(2):
        view = plan_form.with_another_step(view["private_metadata"], view["blocks"])
    filled = fill(view, Step=["One", "", "Three"], Who=["U0ANA", None, "U0DINA"], By_when=[FRIDAY, None, TODAY])
    plan = plan_form.parse(filled, view["private_metadata"], TODAY)
    assert [(one.what, one.who, one.due_on) for one in plan.steps] == [
        ("One", "U0ANA", FRIDAY),
        ("Three", "U0DINA", TODAY),
    ]


def test_a_plan_that_exists_is_filled_in_and_its_steps_are_recognised() -> None:
    view = plan_form.view(CASE, [step(1, "Old"), step(2, "Done before", done=True)])
    plan = plan_form.parse(fill(view, Step="New words", Done=True), view["private_metadata"], TODAY)
    assert plan.steps == (
        plan_form.PlannedStep("New words", "U0DINA", FRIDAY, 101, done=True),
        plan_form.PlannedStep("Done before", "U0DINA", FRIDAY, 102, done=True),
    )
    assert plan.target_resolution_on == CASE.target_resolution_on


def test_a_row_that_is_half_filled_in_says_what_is_missing() -> None:
    view = plan_form.view(CASE)
    view = plan_form.with_another_step(view["private_metadata"], view["blocks"])
    filled = fill(view, Step=["One", "Two"], Who=["U0ANA"], By_when=[date(2026, 11, 22)])
    assert errors_of(lambda: plan_form.parse(filled, view["private_metadata"], TODAY)) == {
        "due_0": "This day has passed. Choose one that is still to come.",
        "who_1": "Choose who does it.",
        "due_1": "Choose by when.",
    }


def test_a_plan_without_a_step_is_refused() -> None:
    view = plan_form.view(CASE)
    filled = fill(view)
    assert errors_of(lambda: plan_form.parse(filled, view["private_metadata"], TODAY)) == {
        "step_0": "Write at least one step."
    }


def test_those_named_are_said_to_be_invited_only_where_they_are() -> None:
    assert "are brought into the channel" in str(plan_form.view(CASE, invites=True))
    assert "are brought into the channel" not in str(plan_form.view(CASE))


def test_a_handover_is_read_back() -> None:
    view = handoff_form.view(CASE, handoff_form.HandoffDraft("Off shift"))
    chosen = owner_option(OwnerChoice("U0DINA", "Dina"))
    assert handoff_form.parse(fill(view, New_owner=chosen)) == handoff_form.HandoffAnswers("U0DINA", "Off shift", "")
    assert set(errors_of(lambda: handoff_form.parse(fill(view, Reason="")))) == {"new_owner", "reason"}


def test_a_handover_that_is_drawn_again_keeps_what_was_typed() -> None:
    before = handoff_form.view(CASE)
    chosen = owner_option(OwnerChoice("U0DINA", "Dina", 3, "away"))
    draft = handoff_form.read_draft(fill(before, New_owner=chosen, Reason="Shift ends", What_they_need_to_know="A\nB"))
    assert draft == handoff_form.HandoffDraft("Shift ends", "A\nB", OwnerChoice("U0DINA", "Dina", 3, "away"))
    after = handoff_form.view(CASE, draft)
    assert [block_id(before, label) for label in ("New owner", "Reason")] == [
        block_id(after, label) for label in ("New owner", "Reason")
    ]
    assert handoff_form.parse(fill(after)) == handoff_form.HandoffAnswers("U0DINA", "Shift ends", "A\nB")


def test_what_a_handover_costs_is_said_at_the_first_and_left_out_then() -> None:
    assert "costs the customer a retelling" in str(handoff_form.view(CASE, is_first=True))
    assert "costs the customer a retelling" not in str(handoff_form.view(CASE))


def test_the_owner_chosen_for_one_severity_is_none_for_another() -> None:
    vera = OwnerChoice("U0VERA", "Vera", 1)
    first = severity_form.view(
        CASE, SEVERITIES, severity_form.SeverityDraft("SEV-3", new_owner_needed=True, new_owner=vera)
    )
    assert severity_form.read_draft(fill(first)).new_owner == vera
    assert severity_form.read_draft(fill(first, New_severity="SEV-4")).new_owner is None


def test_a_change_of_severity_keeps_the_reason_when_it_is_drawn_again() -> None:
    first = severity_form.view(CASE, SEVERITIES, severity_form.SeverityDraft())
    filled = severity_form.read_draft(fill(first, New_severity="SEV-3", Reason="Worse"))
    severity, reason = filled.severity, filled.reason
    dina = OwnerChoice("U0DINA", "Dina", 1)
    draft = severity_form.SeverityDraft(severity, new_owner_needed=True, new_owner=dina, reason=reason)
    again = severity_form.view(CASE, SEVERITIES, draft)
    assert block_id(first, "Reason") == block_id(again, "Reason")
    result = severity_form.parse(fill(again), again["private_metadata"])
    assert result == severity_form.SeverityAnswers("SEV-3", "Worse", "U0DINA")


def test_the_severity_it_has_is_marked_and_refused() -> None:
    view = severity_form.view(CASE, SEVERITIES, severity_form.SeverityDraft())
    texts = [one["text"]["text"] for one in element(view, "New severity")["options"]]
    assert texts[0] == "SEV-1 Critical (as it is now)"
    filled = fill(view, New_severity="SEV-1", Reason="x")
    assert errors_of(lambda: severity_form.parse(filled, view["private_metadata"])) == {
        "new_severity": "It is SEV-1 already. Choose another."
    }


def test_a_resolution_is_read_back() -> None:
    view = resolve_form.view(CASE)
    filled = fill(view, Resolution="Rolled back", Customer_confirmed=True, Thanks_to=("U0ANA", "U0DINA", "U0ANA"))
    assert resolve_form.parse(filled) == resolve_form.ResolveAnswers("Rolled back", "", True, ("U0ANA", "U0DINA"))
    assert errors_of(lambda: resolve_form.parse(fill(view))) == {"resolution": "Say how it was resolved."}


def test_short_forms_are_read_back_and_ask_for_what_they_need() -> None:
    view = reopen_form.view(CASE)
    assert reopen_form.parse(fill(view, Reason="It is back")) == "It is back"
    assert errors_of(lambda: reopen_form.parse(fill(view))) == {"reason": "Say why."}
    assert close_form.parse(fill(close_form.view(CASE))) == close_form.CloseAnswers("", "")
    view = suggest_form.view(CASE, "All is well")
    assert suggest_form.parse(fill(view)) == "All is well"
    assert set(errors_of(lambda: suggest_form.parse(fill(view, What_should_it_say="")))) == {"suggestion"}


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("This escalation (ESC-42)", (Follows.ESCALATION, "7")),
        ("Its customer (Checkout is down)", (Follows.CUSTOMER, "12")),
        ("Its severity (SEV-1)", (Follows.SEVERITY, "SEV-1")),
    ],
)
def test_what_to_follow_is_read_back_and_a_direct_message_is_the_default(
    what: str, expected: tuple[Follows, str]
) -> None:
    view = subscribe_form.view(CASE, SEVERITIES)
    result = subscribe_form.parse(fill(view, What_to_follow=what))
    assert (result.follows, result.target) == expected
    assert result.delivery is Delivery.DIRECT
    into = subscribe_form.parse(fill(view, How="Bring me into the channel"))
    assert into == subscribe_form.SubscribeAnswers(Follows.ESCALATION, "7", Delivery.CHANNEL)


def test_without_an_escalation_severities_can_be_followed() -> None:
    view = subscribe_form.view(None, SEVERITIES)
    result = subscribe_form.parse(fill(view, What_to_follow="Every SEV-2 High"))
    assert (result.follows, result.target) == (Follows.SEVERITY, "SEV-2")


def test_what_is_followed_already_stands_below_with_its_end() -> None:
    view = subscribe_form.view(CASE, SEVERITIES, [Followed(31, "Every SEV-1"), Followed(32, "Acme", into_channel=True)])
    ends = [block for block in view["blocks"] if "accessory" in block]
    assert [(one["text"]["text"], one["accessory"]["value"]) for one in ends] == [
        ("Every SEV-1, by direct message", "31"),
        ("Acme, in the channel", "32"),
    ]
    assert {one["accessory"]["text"]["text"] for one in ends} == {"End"}


@pytest.mark.parametrize("value", ["", "customer:", "planet:earth", "severity"])
def test_something_else_cannot_be_followed(value: str) -> None:
    filled = fill(subscribe_form.view(CASE, SEVERITIES))
    filled["what"]["what"]["selected_option"] = {"value": value}
    filled["how"]["how"]["selected_option"] = {"value": "pigeon"}
    assert errors_of(lambda: subscribe_form.parse(filled)) == {"what": "Choose what to follow.", "how": "Choose how."}


def test_a_note_needs_words_and_a_message_needs_an_escalation() -> None:
    view = timeline_form.view(CASE)
    result = timeline_form.parse(fill(view, Note="Vendor called"), view["private_metadata"])
    assert result == timeline_form.TimelineAnswers(7, "Vendor called", None)
    assert errors_of(lambda: timeline_form.parse(fill(view), view["private_metadata"])) == {
        "note": "Write what happened."
    }
    source = Source("C1", "1.2", "https://s.example/p", "U0ANA")
    view = timeline_form.view(None, "", source, "Their words")
    chosen = timeline_form.escalation_options([CASE])[0]
    result = timeline_form.parse(fill(view, Which_escalation=chosen), view["private_metadata"])
    assert result == timeline_form.TimelineAnswers(7, "", source)
    assert errors_of(lambda: timeline_form.parse(fill(view), view["private_metadata"])) == {
        "which_escalation": "Choose an escalation."
    }


def test_a_form_knows_its_escalation_and_a_forged_one_is_refused() -> None:
    assert escalation_of(update_form.view(CASE, None, None)["private_metadata"]) == 7
    for forged in ("", "{", "[]", '{"escalation":"7"}', "null"):
        with pytest.raises(Refused):
            escalation_of(forged)


@pytest.mark.parametrize(("name", "form"), list(forms("", "SEV-1", Status.OPEN)))
def test_every_empty_field_for_words_says_what_helps_there(name: str, form: dict[str, Any]) -> None:
    typed = [block for block in form["blocks"] if block.get("element", {}).get("type") == "plain_text_input"]
    assert [block["label"]["text"] for block in typed if not block["element"].get("placeholder")] == [], name
