"""People at their Slack client: pressing what is on a message and filling in forms, by the real handlers."""

from __future__ import annotations

from blocks.ids import Action
from escalation.case import Escalation
from simulator.driver.actor import Actor
from simulator.driver.controls import Control, controls
from simulator.driver.form import Form
from simulator.driver.sight import NotSeen
from simulator.state import Channel, Message
from tests.soak.world import World

# Nobody scrolls back for longer.
_LOOKS_AT = 40
# Who may not is told so, and no form comes.
_WAITS = 3.0


class Clicks:
    """Each returns whether there was something to click; NotSeen when a form did not come or did not go."""

    def __init__(self, world: World) -> None:
        self.world, self.ws = world, world.slack

    def _actor(self, user: str) -> Actor:
        return Actor(self.ws, self.ws.state.people[user])

    async def press(self, user: str, action: Action, case: Escalation) -> bool:
        """The newest button of this kind for this escalation, in their direct messages or in its channel."""
        for channel in self._places(user, case):
            for message in reversed(channel.messages[-_LOOKS_AT:]):
                control = _control(message, action, case.id)
                if control is not None and message.only_for in (None, user):
                    person = self.ws.state.people[user]
                    await self.ws.interactions.act_in_message(person, channel, message, control.action())
                    self.world.say("  pressed", action.value)
                    return True
        return False

    def _places(self, user: str, case: Escalation) -> list[Channel]:
        places = [self.ws.app_dm(self.ws.state.people[user])]
        channel = self.ws.state.channels.get(case.channel_id or "")
        return [*places, channel] if channel is not None and user in channel.members else places

    async def post_update(self, user: str, case: Escalation, situation: str) -> bool:
        return await self._fill(
            user,
            case,
            Action.POST_UPDATE,
            "Post update",
            {"What is the situation now": situation, "What happens next": "We watch it"},
        )

    async def still_working(self, user: str, case: Escalation) -> bool:
        return await self._fill(
            user, case, Action.STILL_WORKING, "Still working on it", {"Next step": "Reading the logs"}
        )

    async def resolve(self, user: str, case: Escalation) -> bool:
        return await self._fill(user, case, Action.RESOLVE, "Resolve", {"Resolution": "Swapped the part"})

    async def _fill(self, user: str, case: Escalation, action: Action, title: str, fields: dict[str, str]) -> bool:
        if not await self.press(user, action, case):
            return False
        form = await self._actor(user).form(title, _WAITS)
        for label, words in fields.items():
            await form.fill(label, words)
        await self._sent(form)
        return True

    async def _sent(self, form: Form) -> None:
        outcome = await form.submit()
        if not outcome.closed:
            self.world.say("  refused:", outcome.errors)
            if form.open:
                await form.dismiss()

    async def open(self, user: str, customer: str, severity: str, summary: str, *, confidential: bool) -> str:
        """Fill in the form "New escalation", taking the owner it suggests; returns what became of it."""
        actor = self._actor(user)
        await actor.types("/escalate")
        form = await actor.form("New escalation", _WAITS)
        await form.fill("Customer", customer)
        await form.choose("Severity", severity)
        await form.fill("Summary", summary)
        if confidential:
            await form.check("Confidential")
        outcome = await form.submit()
        if not outcome.closed and outcome.form is not None:
            raise NotSeen(f"the form stays: {outcome.kind} {outcome.errors}")
        return outcome.kind


def _control(message: Message, action: Action, case_id: int) -> Control | None:
    for block_id, element in controls(message.blocks):
        value = str(element.get("value", ""))
        if element.get("action_id") == action and value.partition(":")[0] == str(case_id):
            return Control(block_id, element)
    return None
