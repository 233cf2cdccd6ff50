"""After something had to be sent a second time: take away what the first sending may have left beside it.

The copy that the database knows stays, being the one that is edited and pinned; any other goes (FAULTS.md, F13 and F19).
Of bookmarks, which nothing is done with afterwards, the oldest stays.
"""

from __future__ import annotations

import logging

from escalation.effects import Effect, EffectKind
from escalation.wording import channel_name
from services.delivery.answers import Refusal
from services.delivery.calls.card import bookmarked
from services.delivery.calls.channel import find_own, others_channels
from services.delivery.calls.messages import keyed
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Recipe

log = logging.getLogger(__name__)


class LookForCopies(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        sent = await it.session.get_one(Effect, effect.subject_id)
        if sent.kind is EffectKind.OPEN_CHANNEL:
            return await self._channels(it, sent)
        if sent.kind is EffectKind.ADD_BOOKMARK:
            return await self._bookmarks(it, sent)
        channel, ts, wire = sent.channel_id, sent.ts, it.wire
        if channel is None or ts is None:
            return Dropped("nothing was sent")

        async def send() -> Done:
            copies = [one for one in await keyed(wire, channel, sent.key) if one["ts"] != ts]
            for copy in copies:
                log.warning("a second copy of effect %d (%s) is deleted", sent.id, sent.kind)
                await wire.call("chat.delete", channel=channel, ts=copy["ts"])
            return Done(channel, note=f"{len(copies)} deleted")

        return Job(send)

    async def _channels(self, it: Desk, sent: Effect) -> Job | Dropped:
        escalation = await it.escalation(sent)
        if escalation.channel_id is None or escalation.channel_id != sent.channel_id:
            return Dropped("it has another channel by now")
        kept, wire, bot = escalation.channel_id, it.wire, it.workspace.bot_user_id
        name = escalation.channel_name or channel_name(it.clarion.policy.channel_prefix, escalation)
        others = await others_channels(it.session, escalation, [name])

        async def send() -> Done:
            found = await find_own(wire, bot, [name], {*others, kept}, sent.created_at)
            for copy in found:
                log.warning("a second channel of effect %d is archived", sent.id)
                try:
                    await wire.call("conversations.archive", channel=copy["id"])
                except Refusal as refusal:
                    log.warning("it cannot be archived: %s", refusal.code)
            return Done(kept, note=f"{len(found)} archived")

        return Job(send)

    async def _bookmarks(self, it: Desk, sent: Effect) -> Job | Dropped:
        channel, wire, link = sent.channel_id, it.wire, (await it.escalation(sent)).ticket_link
        if channel is None:
            return Dropped("nothing was added")

        async def send() -> Done:
            copies = (await bookmarked(wire, channel, link))[1:]
            for copy in copies:
                log.warning("a second bookmark of effect %d is removed", sent.id)
                await wire.call("bookmarks.remove", channel_id=channel, bookmark_id=copy["id"])
            return Done(channel, note=f"{len(copies)} removed")

        return Job(send)


RECIPES: dict[EffectKind, Recipe] = {EffectKind.LOOK_FOR_COPIES: LookForCopies()}
