"""The ways to answer somebody at once."""

from __future__ import annotations

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
