"""What Slack shows against what the database says, when everything that was owed has been sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from blocks import card as card_surface
from blocks.ids import Action
from escalation.case import CHANNEL, Escalation, Notice, Status
from escalation.effects import Effect, EffectKind, EffectState
from services import views
from simulator.driver.controls import controls
from simulator.json_types import Json
from simulator.state import Channel, Message
from storage.tables import notices, outbox
from tests.soak.posts import key_of
from tests.soak.world import World

_ANSWERS = {
    Action.ACKNOWLEDGE, Action.PLAN, Action.POST_UPDATE, Action.STILL_WORKING, Action.SNOOZE, Action.ACCEPT,
    Action.DECLINE, Action.TOLD_CUSTOMER, Action.STEP_DONE,
}  # fmt: skip


class Shown:
    """Checks one escalation at a time, and the whole workspace."""

    def __init__(self, world: World) -> None:
        self.world, self.state = world, world.slack.state

    async def check(self, session: AsyncSession, case: Escalation) -> None:
        """Its channel, card, topic and messages; not while something of it is still to be sent."""
        if await self._is_on_its_way(session, case):
            return
        self._check_channels(case)
        if case.status is not Status.CLOSED:
            await self._check_card(session, case)
        await self._check_notices(session, case)

    async def _is_on_its_way(self, session: AsyncSession, case: Escalation) -> bool:
        """Whether something is still to be sent, in a message that asks about another as well perhaps."""
        beside = select(notices.c.effect_id).where(notices.c.escalation_id == case.id)
        waiting = await session.scalar(
            select(outbox.c.id)
            .where(
                outbox.c.state.in_([EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN]),
                (outbox.c.escalation_id == case.id) | outbox.c.id.in_(beside),
            )
            .limit(1)
        )
        return waiting is not None

    def _channels(self, case: Escalation) -> list[Channel]:
        named = f"esc-{case.number}"  # a confidential one's says no more
        return [one for one in self.world.slack.channels() if one.name == named or one.name.startswith(f"{named}-")]

    def _check_channels(self, case: Escalation) -> None:
        live = [one for one in self._channels(case) if not one.archived]
        wanted = [] if case.status is Status.CLOSED else [case.channel_id]
        assert [one.id for one in live] == wanted, f"{case.reference} ({case.status}) has {[one.name for one in live]}"
        if case.status.is_live:
            assert case.owner_id in live[0].members, f"the owner of {case.reference} is not in its channel"
            assert live[0].private == case.private, f"{case.reference}: private or not?"

    async def _check_card(self, session: AsyncSession, case: Escalation) -> None:
        channel = self.state.channels[case.channel_id or ""]
        card = channel.message(case.card_ts or "")
        assert card is not None, f"{case.reference} has no card"
        assert card.pinned, f"the card of {case.reference} is not pinned"
        # A snooze that ends at night stands there until somebody is asked.
        drawn = await session.scalar(
            select(func.max(outbox.c.done_at)).where(
                outbox.c.escalation_id == case.id,
                outbox.c.kind.in_([EffectKind.POST_CARD, EffectKind.REFRESH_CARD]),
                outbox.c.state == EffectState.DONE,
            )
        )
        view = await views.card_view(session, self.world.clarion, case, drawn or self.world.now)
        _same(card.blocks, card_surface.card(view).blocks, f"the card of {case.reference}")
        topic = card_surface.topic(await views.topic_view(session, self.world.clarion, case))
        assert channel.topic["value"] == topic, f"{case.reference}: topic {channel.topic['value']!r}, not {topic!r}"

    async def _check_notices(self, session: AsyncSession, case: Escalation) -> None:
        """One live message that asks, at most, for each; those that were replaced or answered have no buttons."""
        rows = await session.scalars(
            select(Notice).where(notices.c.escalation_id == case.id, notices.c.ts.is_not(None))
        )
        asking: dict[str, set[str]] = {}
        for notice in rows:
            message = self._message(notice.channel_id, notice.ts)
            assert message is not None, f"{case.reference}: a message is not there: {notice}"
            if self.state.channels[notice.channel_id or ""].archived:
                continue  # nothing there can be edited any more
            answers = _answers_in(message, case.id)
            if not case.status.is_live:
                # The steps of a plan outlive it (POLICY.md, "Resolved").
                assert answers <= {Action.STEP_DONE}, (
                    f"{case.reference} is over, and still asks for {answers}: {notice}"
                )
            if answers:
                asking.setdefault(notice.audience, set()).add(message.ts)
        twice = {audience: found for audience, found in asking.items() if len(found) > 1}
        assert not twice, f"{case.reference}: asked twice over: {twice}"
        await self._check_live(session, case)

    async def _check_live(self, session: AsyncSession, case: Escalation) -> None:
        live = await session.scalars(
            select(Notice).where(notices.c.escalation_id == case.id, notices.c.retired_at.is_(None))
        )
        for notice in live:
            assert notice.ts is not None, f"{case.reference}: {notice} is live, and was never sent"
            if notice.audience == CHANNEL:
                assert notice.channel_id == case.channel_id, f"{case.reference} is asked in a channel that is gone"

    def _message(self, channel: str | None, ts: str | None) -> Message | None:
        found = self.state.channels.get(channel or "")
        return found.message(ts or "") if found is not None else None

    async def check_workspace(self, session: AsyncSession) -> None:
        """Every message is there once, every channel has its escalation, and nothing was given up."""
        copies = Counter(key for channel in self.state.channels.values() for key in _keys(channel.messages))
        twice = [key for key, count in copies.items() if count > 1]
        pending = set(await session.scalars(select(outbox.c.subject_id).where(
            outbox.c.kind == EffectKind.LOOK_FOR_COPIES, outbox.c.state == EffectState.PENDING
        )))  # fmt: skip
        if twice and not pending:
            effects = (await session.scalars(select(Effect).where(outbox.c.key.in_(twice)))).all()
            raise AssertionError(f"said twice: {effects}")
        failed = (await session.scalars(select(Effect).where(outbox.c.state == EffectState.FAILED))).all()
        assert not failed, f"given up: {failed}"


def _keys(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        key = key_of(message.metadata)
        if key is not None:
            yield key


def _answers_in(message: Message, case_id: int) -> set[str]:
    return {
        str(element["action_id"])
        for _, element in controls(message.blocks)
        if element.get("action_id") in _ANSWERS and str(element.get("value", "")).partition(":")[0] == str(case_id)
    }


def _same(shown: list[Json], wanted: list[Json], what: str) -> None:
    bare = [{name: value for name, value in block.items() if name != "block_id"} for block in shown]
    ours = [{name: value for name, value in block.items() if name != "block_id"} for block in wanted]
    differ = [(one, other) for one, other in zip(bare, ours, strict=False) if one != other]
    assert bare == ours, f"{what} is out of date: {differ or (len(bare), len(ours))}"
