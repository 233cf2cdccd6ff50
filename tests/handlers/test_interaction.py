"""The ways to answer somebody at once."""

from __future__ import annotations

from typing import cast

import pytest
from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from handlers.interaction import Interaction, is_slacks
from handlers.redrawing import Presses
from tests.support.acting import fills, opens
from tests.support.house import House


async def test_an_answer_arrives_where_people_are_no_channels(home: House) -> None:
    channel = await opens(home)
    home.ws.faults.error(
        "chat.postMessage", "channel_not_found", times=None, when=lambda _, args: str(args["channel"]).startswith("U")
    )
    ulf = home.person("ulf")
    await ulf.press("Post update", in_=channel)
    assert (await fills(home, ulf, "Suggest an update", What_should_it_say="The customer calls again")).closed
    await ulf.sees("Your suggestion for ESC-1 goes to")


async def test_an_answer_arrives_though_slack_garbles_its_own(home: House) -> None:
    channel = await opens(home)
    home.ws.faults.truncated("chat.postMessage", when=lambda _, args: "Your suggestion" in str(args["text"]))
    ulf = home.person("ulf")
    await ulf.press("Post update", in_=channel)
    assert (await fills(home, ulf, "Suggest an update", What_should_it_say="The customer calls again")).closed
    await ulf.sees("Your suggestion for ESC-1 goes to")


async def test_a_form_of_which_slack_garbles_the_answer_may_be_there(home: House) -> None:
    home.ws.faults.truncated("views.open", done=True)
    olga = home.person("olga")
    await olga.types("/escalate")
    await olga.ephemeral("If it is not there in a moment")
    await olga.form("New escalation")


@pytest.mark.parametrize(
    "trouble", ["server_error", "html", "truncated", "internal_error", "rate_limited", "request_lost"]
)
async def test_a_form_that_slack_does_not_open_is_told_with_what_to_do(home: House, trouble: str) -> None:
    getattr(home.ws.faults, trouble)("views.open")
    olga = home.person("olga")
    await olga.types("/escalate", in_="#general")
    await olga.sees("Slack did not open the form. If it is not there in a moment, please try again.", in_="#general")


async def test_whoever_waits_for_the_answer_goes_on_though_it_cannot_be_given(home: House) -> None:
    async def ack(**_: object) -> BoltResponse:
        raise ValueError("no answer of Slack's")

    client = home.bot.app.client
    it = Interaction(
        home.bot.clarion, {}, client, cast("AsyncAck", ack), AsyncRespond(response_url=None), "k", "U1", Presses()
    )
    with pytest.raises(ValueError, match="no answer"):
        await it.acknowledge()
    assert it.answered.is_set()


@pytest.mark.parametrize(
    ("address", "api", "answered"),
    [
        ("https://hooks.slack.com/commands/T1/2/x", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/commands/T1/2/x", "https://slack-gov.com/api/", True),
        ("http://localhost:8080/respond", "http://127.0.0.1:8080/api/", True),
        ("https://proxy.example.com/respond", "https://proxy.example.com/api/", True),
        ("http://hooks.slack.com/commands/T1/2/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com.example.com/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com@example.com/x", "https://slack.com/api/", False),
        ("http://169.254.169.254/latest/meta-data", "https://slack.com/api/", False),
        ("http://localhost:6379/", "https://slack.com/api/", False),
        ("file:///etc/passwd", "https://slack.com/api/", False),
    ],
)
def test_only_slack_is_answered(address: str, api: str, *, answered: bool) -> None:
    assert is_slacks(address, api) is answered
