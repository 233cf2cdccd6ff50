from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from blocks import new_escalation_form as form
from blocks.answers import FormErrors, block_of
from blocks.customer_select import CustomerChoice, customer_option, customer_options
from blocks.metadata import decode
from blocks.owner_select import owner_option
from blocks.quoted_message import Source, quoted_words
from blocks.text import escape
from blocks.views import Existing, OwnerChoice
from tests.blocks.filling import block_id, element, fill
from tests.blocks.surfaces import SEVERITIES, escalation

OMAR = OwnerChoice("U0OMAR", "Omar Haddad", 2)
VERA = OwnerChoice("U0VERA", "Vera Lind", 0)
EMPTY = form.Draft().suggesting(OMAR)


def sent(view: dict[str, Any], **answers: Any) -> form.NewEscalation:
    return form.parse(fill(view, **answers), view["private_metadata"])


def minimal(**answers: Any) -> dict[str, Any]:
    return {"Customer": customer_option(CustomerChoice(None, "Acme")), "Summary": "Checkout is down", **answers}


def test_sev_3_is_chosen_at_first_and_its_example_shown() -> None:
    view = form.view(EMPTY, SEVERITIES)
    assert element(view, "Severity")["initial_option"]["value"] == "SEV-3"
    assert "For example: Exports fail." in str(view["blocks"])


def test_each_severity_stands_with_its_definition() -> None:
    options = element(form.view(EMPTY, SEVERITIES), "Severity")["options"]
    assert [(one["text"]["text"], one["description"]["text"]) for one in options] == [
        (f"{severity.key} {severity.name}", severity.definition) for severity in SEVERITIES
    ]


def test_the_least_that_is_asked_for_is_enough() -> None:
    result = sent(form.view(EMPTY, SEVERITIES), **minimal())
    assert result == form.NewEscalation(
        CustomerChoice(None, "Acme"), "SEV-3", "Checkout is down", "", "U0OMAR", "", None, None, "", False, (), None
    )


def test_everything_that_was_filled_in_is_read_back() -> None:
    answers = {
        "Customer": customer_option(CustomerChoice(12, "Acme")),
        "Severity": "SEV-1",
        "Owner": owner_option(VERA),
        "Business_impact": "No orders\nsince noon",
        "What_has_been_tried": "Restarted it",
        "Revenue_at_risk_(ARR)": "€1.2M",
        "Renewal_date": date(2027, 1, 31),
        "Ticket_link": "https://tickets.example/7?x=1",
        "Confidential": True,
    }
    result = sent(form.view(EMPTY, SEVERITIES), **minimal(**answers))
    assert result.customer.id == 12
    assert (result.severity, result.owner_id, result.impact) == ("SEV-1", "U0VERA", "No orders\nsince noon")
    assert (result.tried, result.revenue, result.renewal_on) == ("Restarted it", 1_200_000, date(2027, 1, 31))
    assert (result.ticket_link, result.confidential) == ("https://tickets.example/7?x=1", True)


TOO_LONG = customer_options("x" * 76, [])[0]


@pytest.mark.parametrize(
    ("label", "answer", "sentence"),
    [
        ("Customer", None, "Choose a customer, or type the name of a new one."),
        ("Customer", TOO_LONG, "A customer's name has at most 75 characters; shorten it."),
        ("Customer", {"value": "known:x", "text": {"text": "x"}}, "A customer's name has at most 75 characters"),
        ("Severity", "none of them", "Choose a severity."),
        ("Summary", " \u200b ", "Say in a line what is wrong."),
        ("Summary", "x" * 201, "At most 200 characters; this has 201."),
        ("Owner", None, "Choose who leads it."),
        ("Business_impact", "x" * 3001, "At most 3,000 characters; this has 3,001."),
        ("Revenue_at_risk_(ARR)", "a lot", "Write an amount such as"),
        ("Ticket_link", "javascript:alert(1)", "Write an address that begins with https:// or http://."),
        ("Ticket_link", "https://", "Write an address that begins with https:// or http://."),
        ("Ticket_link", "https://a.example/\u202ex", "Write an address that begins with https:// or http://."),
        ("Ticket_link", "http://[bad", "Write an address that begins with https:// or http://."),
        ("Renewal_date", "31.1.2027", "Choose a date."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(label: str, answer: Any, sentence: str) -> None:
    view = form.view(EMPTY, SEVERITIES)
    with pytest.raises(FormErrors) as caught:
        sent(view, **minimal(**{label: answer}))
    (block, said), *others = caught.value.errors.items()
    assert others == []
    assert block == block_id(view, label.replace("_", " "))
    assert said.startswith(sentence)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    view = form.view(EMPTY, SEVERITIES)
    with pytest.raises(FormErrors) as caught:
        sent(view, **minimal(Summary="", Customer=None, **{"Revenue_at_risk_(ARR)": "?"}))
    assert set(caught.value.errors) == {"customer", "summary", "revenue"}


def test_a_new_suggestion_replaces_the_old_one_in_a_fresh_block() -> None:
    before = form.view(EMPTY, SEVERITIES)
    draft = form.read_draft(fill(before), before["private_metadata"]).suggesting(VERA)
    after = form.view(draft, SEVERITIES)
    assert block_id(before, "Owner") != block_id(after, "Owner")
    assert element(after, "Owner")["initial_option"] == owner_option(VERA)


def test_an_owner_of_ones_own_choice_stays() -> None:
    before = form.view(EMPTY, SEVERITIES)
    chosen = fill(before, Owner=owner_option(VERA))
    draft = form.read_draft(chosen, before["private_metadata"]).suggesting(OwnerChoice("U0DINA", "Dina", 1))
    after = form.view(draft, SEVERITIES)
    assert block_id(before, "Owner") == block_id(after, "Owner")
    assert element(after, "Owner")["initial_option"] == owner_option(VERA)


def test_the_same_suggestion_again_changes_nothing() -> None:
    before = form.view(EMPTY, SEVERITIES)
    draft = form.read_draft(fill(before), before["private_metadata"]).suggesting(OMAR)
    assert form.view(draft, SEVERITIES) == before


def test_drawing_the_form_again_keeps_all_that_was_typed() -> None:
    draft = form.Draft(
        CustomerChoice(12, "Acme"), "SEV-2", "Sync is late", "Orders", OMAR, "U0OMAR", 4, "Restart", "120k",
        date(2027, 1, 1), "https://t.example/1", confidential=True, source=Source("C1", "1.2", "https://s.example", "U1"),
        source_words="It is late\nagain",
    )  # fmt: skip
    view = form.view(draft, SEVERITIES)
    words = quoted_words(view["blocks"])
    assert form.read_draft(fill(view), view["private_metadata"], words) == draft


def test_a_form_half_filled_in_can_be_read_though_it_could_not_be_sent() -> None:
    view = form.view(EMPTY, SEVERITIES)
    draft = form.read_draft(fill(view, **{"Revenue_at_risk_(ARR)": "a lot"}), view["private_metadata"])
    assert (draft.customer, draft.revenue, draft.owner) == (None, "a lot", OMAR)


def test_the_form_remembers_for_which_customer_it_warned() -> None:
    acme = replace(EMPTY, customer=CustomerChoice(12, "Acme"))
    warned = form.view(acme, SEVERITIES, [Existing(escalation(), "Critical")])
    assert sent(warned, Summary="Again").passed_over == (escalation().id,)
    other = customer_option(CustomerChoice(13, "Globex"))
    assert sent(warned, Summary="Again", Customer=other).passed_over == ()
    assert sent(form.view(acme, SEVERITIES), Summary="Again").passed_over == ()


def test_at_most_three_existing_ones_are_shown_and_the_rest_counted() -> None:
    existing = [Existing(replace(escalation(), number=number, id=number), "Critical") for number in range(1, 6)]
    view = form.view(replace(EMPTY, customer=CustomerChoice(12, "Acme")), SEVERITIES, existing)
    shown = str(view["blocks"])
    assert [f"Join ESC-{number}" in shown for number in range(1, 6)] == [True, True, True, False, False]
    assert "… and 2 more." in shown


def test_the_whole_message_it_began_with_comes_back_when_it_is_sent() -> None:
    words = "First line\n" + "long " * 1500 + "end"
    source = Source("C1", "17.5", "https://s.example/p1", "U0ANA")
    view = form.view(replace(EMPTY, source=source, source_words=words), SEVERITIES)
    assert quoted_words(view["blocks"]) == words
    assert sent(view, **minimal()).source == source
    assert quoted_words(form.view(EMPTY, SEVERITIES)["blocks"]) == ""


def test_the_message_is_read_as_it_was_typed_whether_or_not_slack_hands_it_back_escaped() -> None:
    words = "<b> & &amp; are not the same"
    blocks = form.view(replace(EMPTY, source=Source("C1", "17.5"), source_words=words), SEVERITIES)["blocks"]
    escaped = json.loads(escape(json.dumps(blocks)))
    assert escaped != blocks
    assert quoted_words(escaped) == quoted_words(blocks) == words


@pytest.mark.parametrize("id_", [12, None])
def test_a_customer_and_an_owner_are_drawn_again_as_they_read_though_slack_hands_options_back_escaped(
    id_: int | None,
) -> None:
    lead = OwnerChoice("U0LEA", "Lea <R&D>", 2)
    draft = replace(EMPTY, customer=CustomerChoice(id_, "A & B <x>"), owner=lead, suggested_id="U0LEA")
    view = form.view(draft, SEVERITIES)
    handed_back = json.loads(escape(json.dumps(fill(view))))
    assert form.read_draft(handed_back, view["private_metadata"]) == draft


def test_an_error_that_a_service_raises_finds_the_block_of_its_field() -> None:
    values = fill(form.view(replace(EMPTY, owner_serial=5), SEVERITIES))
    assert block_of(values, "owner") == "owner:5"
    assert block_of(values, "summary") == "summary"
    assert decode(form.view(EMPTY, SEVERITIES)["private_metadata"])["suggested"] == "U0OMAR"
