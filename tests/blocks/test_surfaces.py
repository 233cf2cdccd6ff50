"""Every surface, in every severity and status, with ordinary, absurd and hostile words."""

from __future__ import annotations

import pytest

from blocks.customer_select import customer_options
from blocks.ids import Form
from blocks.owner_select import owner_options
from blocks.timeline_form import escalation_options
from blocks.views import OwnerChoice
from escalation.case import Status
from tests.blocks.checker import check_harmless, check_home, check_message, check_modal, check_options
from tests.blocks.surfaces import NAMES, OMAR, OURS, escalation, forms, homes, messages

MARKER = "Zq7"
HOSTILE = (
    "<!channel> <!here> <!everyone>",
    "<@U0EVIL> <#C0EVIL> <#C0EVIL|general> <!subteam^S0EVIL>",
    "<https://evil.example|your bank> https://evil.example",
    "<!date^1^{time}^https://evil.example|now>",
    "*bold* _italic_ ~strike~ `code` ```block``` > quote",
    "&lt;!channel&gt; &amp; & && <",
    "@here @channel @everyone #general :fire:",
    "safe\u202eelbisivni\u2066 zero\u200bwidth\u200d\ufeff soft\u00ad tag\U000e0041 nul\x00 bell\x07",
    "half a character \ud83d",
    "line\r\nline\u2028line\n\n\n\nline",
    "😀" * 4000,
    "<&>" * 4000,
    "word " * 2000,
    "x" * 10_000,
)
# Our own sentences may name people and channels, and nothing that calls everybody.
NAMED = {"U0EVIL", "C0EVIL"}
EMPTY = ("", "   ", "\u200b\u2060", "\n\n")


def limit_of(name: str) -> int:
    """Answers to one person are never edited, so their text may be longer."""
    longer = ("show", "list", "timeline", "second page", "help", "figures", "customer log")
    return 12_000 if name in longer else 3000


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("severity", NAMES)
def test_slack_takes_every_message_and_form(severity: str, status: Status) -> None:
    for name, message in messages("Checkout is down", severity, status):
        check_message(message, limit_of(name))
    for _, form in forms("Checkout is down", severity, status):
        check_modal(form)
    for _, view in homes("Checkout is down", severity, status):
        check_home(view)


def test_no_form_is_left_out() -> None:
    assert {form["callback_id"] for _, form in forms("Checkout is down", "SEV-1", Status.OPEN)} == set(Form)


@pytest.mark.parametrize("status", [Status.OPEN, Status.CLOSED])
@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_typed_comes_alive_or_breaks_a_limit(words: str, status: Status) -> None:
    typed = MARKER + words
    for name, message in messages(typed, "SEV-1", status):
        check_message(message, limit_of(name))
        check_harmless(message, MARKER, OURS | (NAMED if name in ("problem", "refusal") else set()))
    for _, form in forms(typed, "SEV-1", status):
        check_modal(form)
        check_harmless(form, MARKER, OURS)
    for _, view in homes(typed, "SEV-1", status):
        check_home(view)
        check_harmless(view, MARKER, OURS)


@pytest.mark.parametrize("words", EMPTY)
def test_words_that_cannot_be_seen_leave_no_empty_text_behind(words: str) -> None:
    for name, message in messages(words, "SEV-1", Status.CLOSED):
        check_message(message, limit_of(name))
    for _, form in forms(words, "SEV-1", Status.CLOSED):
        check_modal(form)
    for _, view in homes(words, "SEV-1", Status.CLOSED):
        check_home(view)


@pytest.mark.parametrize("words", [*HOSTILE, *EMPTY])
def test_options_hold_for_any_words(words: str) -> None:
    typed = MARKER + words
    choices = [OwnerChoice(OMAR, typed, 3)]
    for options in (
        customer_options(words, []),
        customer_options(typed, [(number, f"{number} {typed}") for number in range(150)]),
        owner_options(choices, choices, ""),
        owner_options([], [], typed),
        escalation_options([escalation(typed)]),
    ):
        check_options(options)
        check_harmless(options, MARKER, OURS)


def test_ordinary_words_are_shown_as_typed_in_message_and_text() -> None:
    typed = "Checkout *is* down: error <503> & nothing else"
    for name, message in messages(typed, "SEV-1", Status.IN_PROGRESS):
        if name in ("card", "post of updated", f"nag to {OMAR}", "path", "show", "reporter", "timeline", "list"):
            shown = str(message.blocks)
            assert typed in shown, name
            assert "Checkout *is* down: error &lt;503&gt; &amp; nothing else" in message.text, name


@pytest.mark.parametrize("name", ["card", "show", "path", "list", f"nag to {OMAR}", "message of updated"])
def test_whoever_reads_of_a_confidential_one_is_told_that_it_is(name: str) -> None:
    shown = dict(messages("Checkout is down", "SEV-1", Status.IN_PROGRESS))
    assert "Confidential" in str(shown[name].blocks)
