"""What is said in Slack, looked at as it is said: not before its time, not after the answer, to nobody it is not for."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import CHANNEL, Escalation, EventKind, Notice, NoticeKind, Person
from escalation.effects import Effect, EffectKind
from escalation.ladder import may_be_said
from escalation.obligations import Obligation
from simulator.calls import CallRecord
from storage.tables import events, notices, obligations, outbox
from tests.soak.world import World

POST = "chat.postMessage"
SECRET = "secret-"
_ASKS = (NoticeKind.NAG, NoticeKind.RAISED)
_A_MOMENT = timedelta(seconds=1)
# When all is well, what is due is in Slack within this. A message may be held for a minute so that others join it.
PROMPT = timedelta(seconds=90)
# One escalation may say so much to one person in a day, whatever happens on it: an hourly rung, and what people do.
MOST_A_DAY = 60

Key = tuple[str, int, date]


@dataclass
class Told:
    """How many messages who got: per person, escalation and day, and per channel of an escalation and day."""

    people: Counter[Key] = field(default_factory=Counter)
    channels: Counter[Key] = field(default_factory=Counter)
    kinds: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lateness: list[float] = field(default_factory=list)

    def worst(self) -> tuple[Key, int] | None:
        """Who got the most about one escalation in one day."""
        return self.people.most_common(1)[0] if self.people else None

    def lateness_at(self, share: float) -> float:
        """The lateness in seconds that this share of the reminders kept within, Slack being well."""
        ordered = sorted(self.lateness)
        return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


class Posts:
    """Collects calls as they are made, and checks them against the database at the end of a step."""

    def __init__(self, world: World) -> None:
        self.world, self.told = world, Told()
        self._fresh: list[tuple[CallRecord, datetime, bool]] = []

    def seen(self, record: CallRecord) -> None:
        """Slack carried out a call, or did not."""
        if not record.done:
            return
        self._check_secrets(record)
        if record.method == POST:
            self._fresh.append((record, self.world.now, self.world.troubled))

    def _check_secrets(self, record: CallRecord) -> None:
        state = self.world.slack.state
        channel = state.channels.get(str(record.args.get("channel") or ""))
        public = record.method == "conversations.create" or (channel is not None and channel.kind == "channel")
        words = json.dumps({name: value for name, value in record.args.items() if name != "metadata"})
        if public and SECRET in words:
            self.world.broken.append(f"a secret is out: {record.method} {words}")

    async def check(self) -> None:
        """What was posted since the last time, as the database stands now."""
        fresh, self._fresh = self._fresh, []
        keyed = {key: one for one in fresh if (key := key_of(one[0].args.get("metadata"))) is not None}
        if not keyed:
            return
        async with self.world.database.read() as session:
            effects = await session.scalars(select(Effect).where(outbox.c.key.in_(keyed)))
            for effect in effects.all():
                record, at, troubled = keyed[effect.key]
                listed = await _listed(session, effect)
                self._count(record, at, effect, listed)
                if effect.kind is EffectKind.SEND_NOTICE and effect.attempts == 1:
                    await self._check_notices(session, effect, listed, at)
                    if not (troubled or self.world.troubled) and effect.created_at >= self.world.well_since:
                        self._note_lateness(effect, at)

    def _note_lateness(self, effect: Effect, at: datetime) -> None:
        lateness = (at - effect.created_at).total_seconds()
        self.told.lateness.append(lateness)

    def _count(self, record: CallRecord, at: datetime, effect: Effect, listed: Sequence[Notice]) -> None:
        state, target = self.world.slack.state, str(record.args["channel"])
        cases = {one.escalation_id for one in listed} or {effect.escalation_id or 0}
        to_person = target in state.people
        for case in cases:
            key = (target, case, at.date())
            (self.told.people if to_person else self.told.channels)[key] += 1
            self.told.kinds[key][effect.kind.value] += 1
            said = self.told.people[key]
            assert said <= MOST_A_DAY, f"{target} got {said} messages about {case} in a day: {self.told.kinds[key]}"

    async def _check_notices(
        self, session: AsyncSession, effect: Effect, listed: Iterable[Notice], at: datetime
    ) -> None:
        sent = effect.tried_at or at
        for notice in listed:
            if notice.retired_at is not None and notice.retired_at < sent:
                continue  # no part of the message any more
            owed = await session.scalars(select(Obligation).where(obligations.c.id.in_(notice.obligation_ids)))
            found = owed.all()
            answered = [one for one in found if one.settled_at is not None and one.settled_at < sent]
            assert len(answered) < len(found) or not found, f"asked after the answer: {notice} {answered}"
            if notice.kind in _ASKS:
                due = [one for one in found if one.due_at <= at + _A_MOMENT]
                assert due, f"asked before anything was due: {notice}, {found}"
            await self._check_hours(session, notice, found)

    async def _check_hours(self, session: AsyncSession, notice: Notice, owed: Sequence[Obligation]) -> None:
        """What keeps business hours is asked for in them, in the zone of whoever owes it."""
        if notice.kind not in (*_ASKS, NoticeKind.WARNING) or not all(one.business for one in owed):
            return
        if await _came_with_its_channel(session, notice):
            return
        case = await session.get_one(Escalation, notice.escalation_id)
        zones = {case.owner_zone}
        for one in owed:
            if one.debtor_id:
                debtor = await session.get(Person, (case.team_id, one.debtor_id))
                zones.add(self.world.clarion.zone_of(debtor))
        calendars = [self.world.clarion.calendar(zone) for zone in zones]
        inside = [calendar for calendar in calendars for one in owed if may_be_said(one, calendar, notice.created_at)]
        assert inside, f"asked outside business hours ({zones}): {notice}"


async def _came_with_its_channel(session: AsyncSession, notice: Notice) -> bool:
    """Whether it takes the place of one that went when its channel did, and was asked when that was."""
    gone = select(events.c.id).where(
        events.c.escalation_id == notice.escalation_id,
        events.c.kind == EventKind.CHANNEL_LOST,
        events.c.at == notice.created_at,
    )
    return notice.audience == CHANNEL and await session.scalar(gone) is not None


async def _listed(session: AsyncSession, effect: Effect) -> Sequence[Notice]:
    """The notices that a message holds."""
    if effect.kind is not EffectKind.SEND_NOTICE:
        return ()
    rows = await session.scalars(
        select(Notice).where(or_(notices.c.effect_id == effect.id, notices.c.id == effect.subject_id))
    )
    return rows.all()


def key_of(metadata: object) -> str | None:
    """The effect's key that a message carries."""
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    key = payload.get("key") if isinstance(payload, dict) else None
    return str(key) if key else None
