from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks.events import channel_post, subscriber_message
from blocks.ids import Action
from blocks.timeline import PAGE, timeline, timeline_line
from blocks.times import when_mrkdwn
from escalation.case import Event, EventKind
from tests.blocks.surfaces import ANA, BEFORE, DINA, HERE, MESSAGE, NAMING, NOW, OMAR, escalation, event

CASE = escalation("Acme")
AT = "<!date^1795443900^"

SAID = [
    (EventKind.ACKNOWLEDGED, [f"<@{OMAR}> acknowledged ESC-42 and leads it."]),
    (
        EventKind.UPDATED,
        [
            f"Update by <@{OMAR}>",
            "Where things stand\nwords",
            "What happens next\nwords",
            "What the customer was told (words)\nwords",
            f"Next update due: {AT}",
            f"Customer hears next by: {AT}",
        ],
    ),
    (EventKind.STILL_WORKING, [f"<@{OMAR}> is still working on it.", "Next step\nwords", f"Next update due: {AT}"]),
    (EventKind.SNOOZED, [f"<@{OMAR}> snoozed the reminders for the update and the action plan until {AT}", "words"]),
    (
        EventKind.PLANNED,
        [f"Plan by <@{OMAR}>", f"1. words · <@{DINA}>, by 24 Nov 2026", "Target resolution 1 Dec 2026"],
    ),
    (EventKind.STEP_DONE, ["finished a step of the plan: words"]),
    (EventKind.CUSTOMER_TOLD, [f"<@{OMAR}> told Acme (words): words · they hear next by {AT}"]),
    (EventKind.CUSTOMER_PROMISED, [f"<@{OMAR}> promised Acme word by {AT}"]),
    (EventKind.HANDOVER_ASKED, [f"<@{OMAR}> asks <@{DINA}> to take over, until {AT}", f"<@{OMAR}> owns it."]),
    (EventKind.HANDOVER_DECLINED, [f"<@{OMAR}> declined to take over: words", f"<@{OMAR}> still owns ESC-42."]),
    (EventKind.HANDOVER_LAPSED, [f"The request to <@{DINA}> to take over ended without an answer."]),
    (EventKind.OWNER_CHANGED, [f"<@{DINA}> owns ESC-42 now, after <@{OMAR}>: words"]),
    (
        EventKind.SEVERITY_CHANGED,
        [f"🔴 Severity raised from SEV-3 Medium to SEV-1 Critical by <@{OMAR}>: words", "Next update due"],
    ),
    (
        EventKind.RESOLVED,
        [
            *(f"Resolved by <@{OMAR}>", "Resolution\nwords", "Root cause\nwords"),
            *("The customer confirmed it.", f"Thanks to <@{ANA}> and <@{DINA}>."),
        ],
    ),
    (EventKind.REOPENED, [f"Reopened by <@{OMAR}>: words", f"What was said before is in <#{BEFORE}>."]),
    (EventKind.CLOSED, [f"Closed by <@{OMAR}>", "What we learned\nwords", "Preventive actions\nwords"]),
    (
        EventKind.POLICY_CHANGED,
        ["The policy was changed, and with it when something is due for ESC-42.", f"• The update: due {AT}"],
    ),
    (EventKind.CHANNEL_LOST, ["The channel of ESC-42 is gone; Clarion opens another: words"]),
]


@pytest.mark.parametrize(("kind", "parts"), SAID)
def test_the_channel_reads_what_happened(kind: EventKind, parts: list[str]) -> None:
    post = channel_post(event(kind, "words"), CASE, NAMING)
    assert post
    for part in parts:
        assert part in post.text


@pytest.mark.parametrize(("kind", "parts"), SAID)
def test_a_subscriber_reads_the_same_and_of_which_escalation(kind: EventKind, parts: list[str]) -> None:
    told = subscriber_message(event(kind, "words"), CASE, NAMING)
    assert told
    for part in ["ESC-42", " · Acme: Acme", f"<#{HERE}>", *parts]:
        assert part in told.text


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (EventKind.ACKNOWLEDGED, "🔴 ESC-42 · Acme: Acme"),
        (EventKind.UPDATED, "🔴 Update on ESC-42 · Acme: Acme"),
        (EventKind.SEVERITY_CHANGED, "🔴 New severity of ESC-42 · Acme: Acme"),
        (EventKind.OWNER_CHANGED, "🔴 New owner of ESC-42 · Acme: Acme"),
        (EventKind.RESOLVED, "✅ ESC-42 is resolved · Acme: Acme"),
        (EventKind.REOPENED, "🔴 ESC-42 is open again · Acme: Acme"),
        (EventKind.CLOSED, "✅ ESC-42 is closed · Acme: Acme"),
    ],
)
def test_the_first_line_of_a_direct_message_says_what_happened(kind: EventKind, first: str) -> None:
    told = subscriber_message(event(kind, "words"), CASE, NAMING)
    assert told
    assert told.text.splitlines()[0] == first


@pytest.mark.parametrize(
    "kind",
    [
        *(EventKind.OPENED, EventKind.CHANNEL_OPENED),
        *(EventKind.NOTED, EventKind.PATH_TOLD, EventKind.ASKED),
    ],
)
def test_what_is_on_the_timeline_only_is_not_said_aloud(kind: EventKind) -> None:
    assert channel_post(event(kind, "words"), CASE, NAMING) is None
    assert subscriber_message(event(kind, "words"), CASE, NAMING) is None


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (EventKind.SUGGESTED, Action.POST_UPDATE),
        (EventKind.HANDOVER_DECLINED, Action.HAND_OFF),
        (EventKind.HANDOVER_LAPSED, Action.HAND_OFF),
    ],
)
def test_what_asks_for_something_carries_its_button(kind: EventKind, action: Action) -> None:
    told = subscriber_message(event(kind, "words"), CASE, NAMING)
    assert told
    (button,) = told.blocks[-1]["elements"]
    assert (button["action_id"], button["value"]) == (action, "7")


def test_whoever_took_over_is_said_to_have_done_so() -> None:
    taken = replace(event(EventKind.OWNER_CHANGED, "words"), by=DINA, why="")
    post = channel_post(taken, CASE, NAMING)
    assert post
    assert post.text.startswith(f"<@{DINA}> took over ESC-42 from <@{OMAR}>.")


@pytest.mark.parametrize(("old", "new", "how"), [("SEV-1", "SEV-3", "lowered"), ("SEV-0", "SEV-3", "changed")])
def test_a_change_of_severity_says_which_way_it_went(old: str, new: str, how: str) -> None:
    changed = replace(event(EventKind.SEVERITY_CHANGED, "words"), values={"from": old, "to": new})
    post = channel_post(changed, CASE, NAMING)
    assert post
    assert f"Severity {how} from {NAMING.severity(old)} to {NAMING.severity(new)} by " in post.text


def test_a_suggestion_goes_to_the_owner_and_not_to_the_channel() -> None:
    assert channel_post(event(EventKind.SUGGESTED, "words"), CASE, NAMING) is None


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_without_values_can_still_be_said(kind: EventKind) -> None:
    bare = Event(7, NOW, kind, "", id=1)
    strange = Event(
        7, NOW, kind, "", values={"until": 5, "steps": "x", "users": None, "what": 3, "to": ["x"], "thanks": {}}
    )
    for one in (bare, strange):
        assert timeline_line(one)["elements"]
        if said := channel_post(one, CASE, NAMING):
            assert said.text


def test_what_is_asked_for_again_at_different_times_is_said_each_with_its_own() -> None:
    soon, later = (NOW + timedelta(hours=hours) for hours in (2, 17))
    snoozed = [
        {"what": "update", "until": later.isoformat()},
        {"what": "plan", "until": soon.isoformat()},
        {"what": "customer contact", "until": soon.isoformat()},
    ]
    values = {"until": later.isoformat(), "what": ["update", "plan", "customer contact"], "snoozed": snoozed}
    snooze = Event(7, NOW, EventKind.SNOOZED, OMAR, values=values)
    first = f"snoozed the reminders for the action plan and the word to Acme until {when_mrkdwn(soon)}"
    expected = f"{first}, and for the update until {when_mrkdwn(later)}"
    said = channel_post(snooze, CASE, NAMING)
    assert said
    assert expected in said.text
    assert expected in timeline(CASE, [snooze]).text


TIMELINE = [
    (EventKind.OPENED, f" · <@{OMAR}> opened it as SEV-1 with <@{OMAR}> as the owner: words"),
    (EventKind.CHANNEL_OPENED, f"opened the channel <#{HERE}>"),
    (EventKind.UPDATED, f"posted an update: words · words · told Acme (words): words · they hear next by {AT}"),
    (EventKind.CUSTOMER_TOLD, f" · <@{OMAR}> told Acme (words): words · they hear next by {AT}"),
    (EventKind.CUSTOMER_PROMISED, f" · <@{OMAR}> promised Acme word by {AT}"),
    (EventKind.SNOOZED, f"snoozed the reminders for the update and the action plan until {AT}"),
    (EventKind.PLANNED, "made a plan of 10 steps: words; words"),
    (EventKind.HANDOVER_ASKED, f"asked <@{DINA}> to take over"),
    (EventKind.HANDOVER_LAPSED, f"ended the unanswered request to <@{DINA}> to take over"),
    (EventKind.OWNER_CHANGED, f"changed the owner from <@{OMAR}> to <@{DINA}>"),
    (EventKind.SEVERITY_CHANGED, "changed the severity from SEV-3 to SEV-1"),
    (EventKind.NOTED, f"noted a message by <@{ANA}> ({MESSAGE}): words"),
    (EventKind.PATH_TOLD, f"told <@{OMAR}> and <@{DINA}> (words)"),
    (EventKind.ASKED, f"asked the channel (words) for the update and the action plan (late, due {AT}"),
]


@pytest.mark.parametrize(("kind", "part"), TIMELINE)
def test_the_timeline_says_when_who_and_what(kind: EventKind, part: str) -> None:
    text = timeline(CASE, [event(kind, "words")]).text
    assert f"• {AT}" in text
    assert part in text


def test_who_takes_over_is_not_named_as_the_one_who_changed_the_owner() -> None:
    accepted = Event(7, NOW, EventKind.OWNER_CHANGED, DINA, values={"from": OMAR, "to": DINA})
    assert f"<@{DINA}> took over from <@{OMAR}>" in timeline(CASE, [accepted]).text


@pytest.mark.parametrize(
    ("notice", "part"),
    [
        ("nag", f"asked <@{DINA}> for the update"),
        ("warning", f"reminded <@{DINA}> of the update"),
        ("raised", f"told <@{DINA}> what is overdue: the update"),
    ],
)
def test_the_timeline_tells_a_quiet_word_from_a_nag_and_from_a_higher_rung(notice: str, part: str) -> None:
    values = {"audience": DINA, "what": ["update"], "notice": notice}
    assert part in timeline(CASE, [Event(7, NOW, EventKind.ASKED, "", values=values)]).text


def test_roles_are_named_as_people_say_them() -> None:
    told = Event(7, NOW, EventKind.PATH_TOLD, "", values={"users": [DINA], "roles": ["vp_engineering", "cto"]})
    assert f"told <@{DINA}> (VP engineering, CTO)" in timeline(CASE, [told]).text


def test_everybody_who_was_told_stands_there_with_their_own_role() -> None:
    told = [
        *({"user": f"U0VP{n}", "roles": ["vp_engineering"]} for n in range(11)),
        {"user": DINA, "roles": ["cto", "ceo"]},
        {"user": OMAR, "roles": []},
    ]
    event = Event(7, NOW, EventKind.PATH_TOLD, "", values={"users": ["U0X"], "roles": ["cto"], "told": told})
    text = timeline(CASE, [event]).text
    assert "told <@U0VP0> (VP engineering), <@U0VP1> (VP engineering), " in text
    assert f"<@U0VP10> (VP engineering), <@{DINA}> (CTO, CEO) and <@{OMAR}>" in text


def test_who_was_told_that_a_handover_was_not_answered_is_on_the_timeline() -> None:
    told = [{"user": DINA, "roles": ["cs_director"]}]
    event = Event(7, NOW, EventKind.HANDOVER_LAPSED, "", values={"to": ANA, "owner": OMAR, "told": told})
    expected = f"ended the unanswered request to <@{ANA}> to take over and told <@{DINA}> (CS director)"
    assert expected in timeline(CASE, [event]).text


def test_words_that_were_added_later_say_when_the_customer_was_told() -> None:
    values = {"customer_told": "We found it", "told_at": (NOW - timedelta(minutes=5)).isoformat(), "about": 3}
    later = Event(7, NOW, EventKind.CUSTOMER_TOLD, OMAR, values=values)
    told_at = when_mrkdwn(NOW - timedelta(minutes=5))
    assert f"<@{OMAR}> told Acme {told_at}: We found it" in timeline(CASE, [later]).text


def test_an_update_that_only_promises_the_customer_word_says_so() -> None:
    values = {"situation": "Down", "next_step": "Up", "customer_told": "", "customer_next_at": NOW.isoformat()}
    updated = Event(7, NOW, EventKind.UPDATED, OMAR, values=values)
    assert f"posted an update: Down · Up · promised Acme word by {AT}" in timeline(CASE, [updated]).text


def test_clarion_itself_goes_by_its_name() -> None:
    own = Event(7, NOW, EventKind.PATH_TOLD, "", values={"users": [DINA]})
    assert f" · Clarion told <@{DINA}>" in timeline(CASE, [own]).text


def numbered(count: int) -> list[Event]:
    return [Event(7, NOW, EventKind.NOTED, ANA, values={"text": f"note {number}"}) for number in range(1, count + 1)]


def test_a_long_timeline_has_pages_oldest_first_and_ways_between_them() -> None:
    events = numbered(PAGE * 2 + 5)
    pages = [timeline(CASE, events, page) for page in range(3)]
    assert [f"note {PAGE}\n" in page.text for page in pages] == [True, False, False]
    assert [f"note {PAGE * 2 + 5}" in page.text for page in pages] == [False, False, True]
    turns = [
        [
            (one["text"]["text"], one["value"])
            for block in page.blocks
            if block["type"] == "actions"
            for one in block["elements"]
        ]
        for page in pages
    ]
    assert turns == [
        [("Later", "7:1"), ("Latest", "7:2")],
        [("Earlier", "7:0"), ("Later", "7:2")],
        [("Earlier", "7:1")],
    ]
    assert timeline(CASE, events, 99) == pages[2]


def test_where_little_happened_the_words_stand_in_full() -> None:
    long = "line of a long message\n" * 60
    (only,) = [Event(7, NOW, EventKind.NOTED, ANA, values={"text": long})]
    assert long.strip() in str(timeline(CASE, [only]).blocks[1]["elements"][0]["elements"][0]["elements"][-1]["text"])
    assert timeline(CASE, []).text.endswith("Nothing has happened yet.")


def test_a_subscriber_reads_which_command_shows_and_ends_what_is_followed() -> None:
    update = subscriber_message(event(EventKind.UPDATED, "words"), CASE, NAMING)
    assert update
    assert update.text.endswith("`/escalate subscribe` shows and ends what you follow.")
