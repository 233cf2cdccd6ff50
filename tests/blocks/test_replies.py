from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from blocks import announcement, home, people_messages, replies
from blocks.ids import Action, button_value, chosen_under_more, ids_in, list_page_in
from blocks.message import spoken
from blocks.times import when_mrkdwn
from blocks.views import CardView, Listed
from escalation.case import Escalation, Status
from escalation.obligations import Kind
from tests.blocks.surfaces import ANA, DUE, HERE, NOW, OMAR, escalation, replace_with

CASE = escalation("Acme")
EXAMPLES = [("/escalate list", "all that is open"), ("/escalate ack", "acknowledges it")]


def test_help_shows_what_can_be_typed_and_what_it_does() -> None:
    text = replies.help_message(EXAMPLES).text
    assert all(example in text and what in text for example, what in EXAMPLES)


def test_help_says_what_it_works_on_here() -> None:
    assert "channel of ESC-42" in replies.help_message(EXAMPLES, CASE).text
    assert "add its reference" in replies.help_message(EXAMPLES).text


def numbered(number: int, severity: str, *, overdue: bool = False, due: bool = True) -> Listed:
    case = replace_with(escalation("Acme", severity), number=number)
    due_at = (DUE if overdue else NOW + timedelta(hours=number)) if due else None
    return Listed(case, "Name", Kind.UPDATE if due else None, due_at)


def test_nobody_is_asked_to_follow_what_is_closed() -> None:
    def buttons(status: Status) -> int:
        case = replace_with(CASE, confidential=False, status=status)
        return len([one for one in announcement.announcement(case, "Critical").blocks if one["type"] == "actions"])

    assert [buttons(status) for status in (Status.OPEN, Status.RESOLVED, Status.CLOSED)] == [1, 1, 0]


def test_a_list_says_what_falls_due_and_what_is_overdue() -> None:
    entries = [numbered(5, "SEV-2", overdue=True), numbered(4, "SEV-1", due=False), numbered(1, "SEV-3")]
    text = replies.list_message(entries, NOW).text
    places = [text.index(f"ESC-{number} ") for number in (5, 4, 1)]
    assert places == sorted(places)
    assert text.startswith("Open escalations (3)")
    assert "Update overdue, due <!date^" in text
    assert "25 minutes ago" in text
    assert "Update due <!date^" in text
    assert f"<#{HERE}>" in text


def test_what_falls_due_stands_before_who_and_where() -> None:
    row = replies.list_message([numbered(5, "SEV-2", overdue=True)], NOW).text.splitlines()
    told = next(line for line in row if "overdue," in line)
    parts = ["Update overdue", "25 minutes ago · ", "SEV-2 Name · ", "Open · ", f"<@{OMAR}> · ", f"<#{HERE}>"]
    places = [told.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("promised", "due_at", "expected"),
    [
        (True, DUE, "Acme was promised word by {}, 25 minutes ago · "),
        (False, DUE, "First word to Acme was due {}, 25 minutes ago · "),
        (True, NOW + timedelta(hours=1), "Acme was promised word by {} · "),
        (False, NOW + timedelta(hours=1), "First word to Acme is due {} · "),
    ],
)
def test_a_list_and_a_home_say_what_the_customer_was_promised(promised: bool, due_at: datetime, expected: str) -> None:
    row = Listed(CASE, "Critical", Kind.CUSTOMER_CONTACT, due_at, promised)
    said = expected.format(when_mrkdwn(due_at))
    assert said in replies.list_message([row], NOW).text
    assert said in spoken(home.home([row], [], NOW)["blocks"])


def test_telling_the_customer_is_kept_at_once_and_the_words_may_follow() -> None:
    message = replies.told(CASE, NOW, 31)
    (button,) = message.blocks[-1]["elements"]
    assert message.text == f"Kept: Acme was told at <!date^{int(NOW.timestamp())}^{{time}}|23 Nov 2026 14:25 UTC>."
    assert (button["text"]["text"], button["action_id"]) == ("Add what they were told", Action.ADD_TOLD)
    assert ids_in(button["value"], 2) == (CASE.id, 31)


def test_a_list_counts_what_is_overdue() -> None:
    entries = [numbered(1, "SEV-1"), numbered(2, "SEV-2", overdue=True), numbered(3, "SEV-3", overdue=True)]
    assert replies.list_message(entries, NOW).text.startswith("Open escalations (3) · 2 overdue")


def test_a_long_list_has_pages() -> None:
    entries = [numbered(number, "SEV-3") for number in range(1, 46)]
    pages = [replies.list_message(entries, NOW, "escalations", page, "all SEV-3") for page in (0, 1, 2, 99)]
    shown = [len([block for block in page.blocks if block["type"] == "rich_text"]) for page in pages]
    assert shown == [20, 20, 5, 5]
    turns = [
        [
            (one["text"]["text"], list_page_in(one["value"]))
            for block in page.blocks
            for one in block.get("elements", ())
            if one["type"] == "button"
        ]
        for page in pages[:3]
    ]
    assert turns == [
        [("Next", (1, "all SEV-3"))],
        [("Previous", (0, "all SEV-3")), ("Next", (2, "all SEV-3"))],
        [("Previous", (1, "all SEV-3"))],
    ]
    assert [page.text.splitlines()[-1][:11] for page in pages[:3]] == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]


def test_an_empty_list_says_what_to_do() -> None:
    text = replies.list_message([], NOW, "open escalations of yours").text
    assert text == "There are no open escalations of yours. /escalate opens one."


def test_showing_one_has_the_card_and_the_way_in_but_not_the_owners_buttons() -> None:
    message = replies.show_message(CardView(CASE, "Critical"))
    assert "Status: Open" in message.text
    assert [one["action_id"] for one in message.blocks[-1]["elements"]] == [Action.JOIN, Action.SUBSCRIBE]
    assert message.blocks[-1]["elements"][0]["text"]["text"] == "Join ESC-42"


def test_a_word_that_nearly_is_a_subcommand_gets_the_suggestion_and_help() -> None:
    text = replies.suggestion("reslove", "resolve").text
    assert text == "/escalate does not know reslove. Did you mean /escalate resolve? /escalate help lists them all."


def test_joining_shows_the_way_and_the_owner() -> None:
    assert replies.joined(CASE).text == f"You are in <#{HERE}>, the channel of ESC-42. <@{OMAR}> leads it."
    assert replies.already(CASE).text.startswith(f"You are already in <#{HERE}>, the channel of ESC-42.")
    waiting = replace_with(CASE, channel_id=None)
    assert replies.joined(waiting).text == "The channel of ESC-42 is being opened; you will be brought in."


def test_a_public_announcement_says_what_and_whose_and_can_be_followed() -> None:
    message = announcement.announcement(replace_with(CASE, confidential=False), "Critical")
    for part in ("🔴 ESC-42 · SEV-1 Critical · Acme", "Status: Open", f"Owner: <@{OMAR}>", f"Channel: <#{HERE}>"):
        assert part in message.text
    assert message.blocks[-1]["elements"][0]["action_id"] == Action.SUBSCRIBE


@pytest.mark.parametrize("how", [{"confidential": True}, {"confidential": False, "private": True}])
def test_a_private_announcement_has_no_customer_no_typed_word_and_no_channel(how: dict[str, bool]) -> None:
    secret = replace_with(escalation("Zq7 secret"), **how)
    message = announcement.announcement(secret, "Critical")
    assert "Zq7" not in str(message)
    assert HERE not in str(message)
    for part in ("ESC-42", "SEV-1 Critical", f"<@{OMAR}>"):
        assert part in message.text


def test_the_reporter_learns_where_it_is_whose_it_is_and_what_to_expect() -> None:
    text = people_messages.tell_reporter(CASE, NOW).text
    for part in (
        "ESC-42 is open",
        f"<@{OMAR}> leads it.",
        f"It is in <#{HERE}>.",
        "Expect the acknowledgement by <!date^",
    ):
        assert part in text
    assert "Expect" not in people_messages.tell_reporter(replace_with(CASE, acknowledged_at=NOW), NOW).text


def test_the_path_learns_what_matters_and_can_follow_or_join() -> None:
    message = people_messages.tell_path(people_messages.PathView(CASE, "Critical", NOW, "You are told as a VP."))
    for part in (
        "🔴 ESC-42 · SEV-1 Critical · Acme",
        "Business impact\nAcme",
        f"Owner: <@{OMAR}>",
        f"Reporter: <@{ANA}>",
        "Acknowledge by",
    ):
        assert part in message.text
    assert [one["action_id"] for one in message.blocks[-1]["elements"]] == [Action.SUBSCRIBE, Action.JOIN]


def test_a_problem_can_be_tried_again_where_that_helps() -> None:
    again = people_messages.problem("The channel could not be opened.", 31)
    assert again.text == "The channel could not be opened."
    assert (again.blocks[-1]["elements"][0]["action_id"], again.blocks[-1]["elements"][0]["value"]) == (
        "try_again",
        "31",
    )
    assert len(people_messages.problem("That is that.").blocks) == 1


def test_a_refusal_names_who_can_and_calls_nobody_else() -> None:
    sentence = "Only the owner (<@U0OMAR>) can snooze ESC-42, not <!channel>."
    message = people_messages.refusal(sentence)
    assert message.text == "Only the owner (<@U0OMAR>) can snooze ESC-42, not &lt;!channel&gt;."
    kinds = [element["type"] for element in message.blocks[0]["elements"][0]["elements"]]
    assert kinds == ["text", "user", "text"]


@pytest.mark.parametrize(
    ("value", "count", "ids"),
    [
        ("7", 1, (7,)),
        ("7:12", 2, (7, 12)),
        ("7", 2, None),
        ("7:x", 2, None),
        ("", 1, None),
        ("-7", 1, None),
        ("\u0667", 1, None),
    ],
)
def test_the_ids_of_a_button_come_back_and_nothing_else_does(
    value: str, count: int, ids: tuple[int, ...] | None
) -> None:
    assert ids_in(value, count) == ids


def test_what_was_chosen_under_the_overflow_comes_back() -> None:
    assert chosen_under_more("snooze:7") == (Action.SNOOZE, 7)
    assert chosen_under_more("explode:7") is None
    assert chosen_under_more("snooze:x") is None
    assert button_value(7, 12) == "7:12"


def test_an_escalation_is_never_only_its_customer() -> None:
    case: Escalation = replace_with(CASE, customer="")
    assert "ESC-42" in replies.show_message(CardView(case, "Critical")).text
