"""What people do over and over in scenarios, by the words they see."""

from __future__ import annotations

from simulator import Actor, Outcome
from tests.support.house import House


async def opens(
    house: House,
    who: str = "olga",
    *,
    customer: str = "Acme",
    severity: str = "SEV-1",
    summary: str = "Checkout is down",
    owner: str = "",
    confidential: bool = False,
    **fields: str,
) -> str:
    """Open an escalation by the form; returns its channel once everything about the opening was sent."""
    actor = house.person(who)
    await actor.types("/escalate")
    form = await actor.form("New escalation")
    await form.fill("Customer", customer)
    await form.choose("Severity", severity)
    await form.fill("Summary", summary)
    if owner:
        await form.choose("Owner", owner)
    for label, words in fields.items():
        await form.fill(label.replace("_", " "), words)
    if confidential:
        await form.check("Confidential")
    outcome = await form.submit()
    assert outcome.closed, outcome.errors
    await house.settled()
    return newest_channel(house)


def newest_channel(house: House) -> str:
    """The escalation channel opened last, archived or not, as people name it."""
    channels = [channel for channel in house.ws.channels() if channel.name.startswith("esc-")]
    return f"#{channels[-1].name}"


async def fills(house: House, actor: Actor, title: str, **fields: str) -> Outcome:
    """Fill the form of this title by its labels (underscores for spaces), send it, and let everything be sent."""
    form = await actor.form(title)
    for label, words in fields.items():
        await form.fill(label.replace("_", " "), words)
    outcome = await form.submit()
    await house.settled()
    return outcome


async def posts_update(house: House, who: str, channel: str, situation: str = "The fix is being rolled out") -> Outcome:
    """Post an update by the card's button."""
    actor = house.person(who)
    await actor.press("Post update", in_=channel)
    return await fills(
        house, actor, "Post update", What_is_the_situation_now=situation, What_happens_next="We watch it"
    )


async def plans(home: House, who: str, channel: str, by_when: str) -> None:
    """Make a plan of one step, which Ulf takes."""
    actor = home.person(who)
    await actor.press("Plan", in_=channel)
    form = await actor.form("Plan")
    await form.fill("Step", "Roll back")
    await form.choose("Who", "ulf")
    await form.fill("By when", by_when)
    assert (await form.submit()).closed
    await home.settled()


async def tells_the_customer(home: House, who: str, channel: str, **fields: str) -> None:
    """Post an update that says so; leaves no word to the customer owed but a promised one."""
    actor = home.person(who)
    await actor.press("Post update", in_=channel)
    outcome = await fills(
        home,
        actor,
        "Post update",
        What_is_the_situation_now="Found it",
        What_happens_next="Fixing",
        What_the_customer_was_told="That we found it",
        **fields,
    )
    assert outcome.closed, outcome.errors


async def acknowledges(house: House, who: str) -> None:
    """Press Acknowledge in the newest direct message that has it."""
    await house.person(who).press("Acknowledge")
    await house.settled()


def asked(house: House, who: str, containing: str = "ESC-1") -> list[str]:
    """The direct messages of the bot to somebody, oldest first, that hold these words."""
    actor = house.person(who)
    messages = house.ws.messages(house.ws.app_dm(house.ws.find_person(who)))
    texts = [actor.text_of(message) for message in messages]
    return [text for text in texts if containing in text]
