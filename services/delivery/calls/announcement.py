"""The announcement of a serious escalation, in the channel that the policy names."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from blocks import announcement as surface
from escalation.case import Workspace
from escalation.effects import Effect, EffectKind, EffectState
from services import views
from services.delivery import sentences
from services.delivery.answers import Verdict, verdict_of
from services.delivery.calls.messages import Letter, PostRecipe, edit, keyed
from services.delivery.calls.telling import tell
from services.delivery.directory import find_channel
from services.delivery.jobs import Desk, Done, Dropped, Job, Plain, Recipe, Record, Search, may_yet_arrive
from services.outbox import follow
from storage.tables import outbox

_STANDS = (EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN, EffectState.DONE)


async def _channel(it: Desk, _effect: Effect) -> str | None:
    return it.workspace.announcements_channel_id


async def _compose(it: Desk, effect: Effect) -> Letter | Dropped:
    escalation = await it.escalation(effect)
    if escalation.confidential:
        return Dropped("confidential")
    if not escalation.status.is_live:
        return Dropped(f"{escalation.reference} is {escalation.status.value.lower()} already")
    earlier = await it.session.scalar(
        select(outbox.c.id).where(
            outbox.c.escalation_id == escalation.id,
            outbox.c.kind == EffectKind.ANNOUNCE,
            outbox.c.id < effect.id,
            outbox.c.state.in_(_STANDS),
        )
    )
    if earlier is not None and not effect.data.get("again"):
        return Dropped("announced already")
    severity = views.severity_name(it.clarion, escalation.severity)
    return Letter(it.workspace.announcements_channel_id or "", surface.announcement(escalation, severity))


class Announce(PostRecipe):
    """A post whose channel may have to be found first: it was made, or the bot let in, after the program started."""

    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        """Read what it says now, and look for the channel where none is known."""
        name = it.clarion.policy.announcements
        if name is None:
            return Dropped("the policy names no announcements channel")
        if it.workspace.announcements_channel_id is not None:
            return await super().prepare(it, effect)
        letter = await self.compose(it, effect)
        if isinstance(letter, Dropped):
            return letter
        wire, missing, message = it.wire, _missing(it, effect), letter.message

        async def send() -> Done | Dropped:
            channel = await find_channel(wire, name)
            if channel is None:
                return Dropped("there is no announcements channel", missing)
            done = await self.post(wire, effect, Letter(channel, message), counted=False)
            return replace(done, record=_found(effect, channel))

        return Job(send)

    async def search(self, it: Desk, effect: Effect) -> Search:
        """The channel may have been found by the very call that is in doubt, and not be known yet."""
        name = it.clarion.policy.announcements
        if name is None or it.workspace.announcements_channel_id is not None:
            return await super().search(it, effect)
        wire = it.wire

        async def look() -> Done | None:
            channel = await find_channel(wire, name)
            if channel is None:
                return None
            found = await keyed(wire, channel, effect.key)
            return Done(channel, str(found[0]["ts"]), record=_found(effect, channel)) if found else None

        return look


def _found(effect: Effect, channel: str) -> Record:
    async def record(session: AsyncSession, _now: datetime) -> None:
        (await session.get_one(Workspace, effect.team_id)).announcements_channel_id = channel

    return record


def _missing(it: Desk, effect: Effect) -> Record:
    clarion, wire, workspace = it.clarion, it.wire, it.workspace

    async def record(session: AsyncSession, now: datetime) -> None:
        await _tell_admins(Desk(clarion, wire, session, now, workspace), effect, "channel_not_found")

    return record


async def _given_up(it: Desk, effect: Effect, code: str) -> None:
    await _tell_admins(it, effect, code)
    if verdict_of(code) is Verdict.CHANNEL:
        # Looked up again by name when the program starts, or when the channel is made.
        (await it.session.get_one(Workspace, effect.team_id)).announcements_channel_id = None


async def _tell_admins(it: Desk, effect: Effect, code: str) -> None:
    """Once for each channel that the policy names, not once per escalation."""
    name = it.clarion.policy.announcements or ""
    columns = outbox.c
    before = await it.session.scalars(
        select(columns.data).where(columns.team_id == effect.team_id, columns.kind == EffectKind.TELL_PERSON)
    )
    if any(data.get("about") == f"announcements {name}" for data in before):
        return
    roster = await it.clarion.rosters.read(it.session, it.clarion.team_id, it.clarion.policy, it.now)
    sentence = sentences.no_announcements(name, code)
    await tell(it, roster.admins, sentence, effect=effect, about=f"announcements {name}")


class RefreshAnnouncement(Plain):
    async def prepare(self, it: Desk, effect: Effect) -> Job | Dropped:
        escalation = await it.escalation(effect)
        columns = outbox.c
        posted = await it.session.scalar(
            select(Effect)
            .where(
                columns.escalation_id == escalation.id,
                columns.kind == EffectKind.ANNOUNCE,
                columns.state == EffectState.DONE,
            )
            .order_by(columns.id.desc())
            .limit(1)
        )
        if posted is None or posted.channel_id is None or posted.ts is None:
            return Dropped("it was not announced, or will show what is true when it is")
        channel, ts, reposted = posted.channel_id, posted.ts, bool(posted.data.get("again"))
        message = surface.announcement(escalation, views.severity_name(it.clarion, escalation.severity))
        # While an older edit may yet arrive, it has to be said again whatever was said last.
        in_doubt = may_yet_arrive(effect)
        if not in_doubt and await self._last(it, posted) == message.text:
            return Dropped("the announcement says it already")
        wire, is_live = it.wire, escalation.status.is_live

        async def post_again(session: AsyncSession, now: datetime) -> None:
            await follow(session, effect, EffectKind.ANNOUNCE, now, again=True)

        async def send() -> Done:
            if await edit(wire, effect, channel, ts, message):
                return Done(channel, ts, data={"said": message.text})
            return Done(channel, ts, note="it was deleted", record=post_again if is_live and not reposted else None)

        return Job(send)

    async def _last(self, it: Desk, posted: Effect) -> str | None:
        """What the last edit of this announcement said; every word of it stands in its text as well."""
        columns = outbox.c
        data = await it.session.scalar(
            select(columns.data)
            .where(
                columns.escalation_id == posted.escalation_id,
                columns.kind == EffectKind.REFRESH_ANNOUNCEMENT,
                columns.state == EffectState.DONE,
                columns.ts == posted.ts,
            )
            .order_by(columns.done_at.desc(), columns.id.desc())
            .limit(1)
        )
        return data.get("said") if data else None


RECIPES: dict[EffectKind, Recipe] = {
    EffectKind.ANNOUNCE: Announce(_compose, _channel, given_up=_given_up),
    EffectKind.REFRESH_ANNOUNCEMENT: RefreshAnnouncement(),
}
