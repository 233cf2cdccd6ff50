"""What becomes of an effect once its call came to something (DESIGN.md, decision 5)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation
from escalation.effects import Effect, EffectKind, EffectState
from services.channels import channel_lost
from services.delivery.answers import Busy, InDoubt, Limited, NotSent, Refusal, Trouble, Verdict
from services.delivery.jobs import Desk, Done, Dropped
from services.delivery.limits import POST
from services.delivery.recipes import RECIPES
from services.delivery.shapes import EDITS, HARMLESS_TWICE, METHOD
from services.delivery.waiting import MOST_PUT_OFF
from services.outbox import follow
from storage.tables import escalations, notices, outbox

log = logging.getLogger(__name__)

# A call that broke off can still arrive for as long as this after it began; what lands later yet is found by the look
# for copies and taken away.
SETTLE = timedelta(seconds=30)
# For so long Slack may refuse to let us look for one thing while it does others; then that is sent again unseen.
PATIENCE_FOR_LOOKING = timedelta(minutes=5)
# After a second sending, the first may yet have landed beside it.
COPIES_AFTER = timedelta(seconds=60)
MOST_ATTEMPTS = 25
_MOST_ODD_ATTEMPTS = 5
# A code we do not know may stand for a passing trouble of minutes. Who waits for a channel is told sooner.
_MOST_UNKNOWN_CODES = 10
_LONGEST_PAUSE = 60


@dataclass(frozen=True)
class Broken:
    """Our own code failed on this effect; `error` is for the log."""

    error: str


@dataclass(frozen=True)
class NotFound:
    """An effect in doubt was searched for in vain; `blind` when Slack would not let us look."""

    blind: str = ""


Outcome = Done | Dropped | Trouble | Broken | NotFound


@dataclass(frozen=True)
class Result:
    """What came of one task.

    `token` is the claim's; `searched` tells that it only looked, `parked` that nothing else got through either;
    `channel` is the job's.
    """

    effect_id: int
    token: int
    outcome: Outcome
    searched: bool = False
    parked: bool = False
    channel: str | None = None


async def write_down(it: Desk, results: Sequence[Result]) -> Sequence[Escalation]:
    """Write down all of these. Returns the escalations concerned; whoever holds them spares the session from reading
    them again.
    """
    if not results:
        return ()
    found = await it.session.scalars(
        select(Effect).where(outbox.c.id.in_([result.effect_id for result in results])).order_by(outbox.c.id)
    )
    effects = {effect.id: effect for effect in found}
    cases = {effect.escalation_id for effect in effects.values() if effect.escalation_id is not None}
    cases |= await _listed(it.session, effects.values())
    # In one order, and before anything that hangs on them: services lock the escalation first, too.
    locked = await it.session.scalars(
        select(Escalation).where(escalations.c.id.in_(cases)).order_by(escalations.c.id).with_for_update()
    )
    concerned = locked.all()
    for result in results:
        if result.effect_id in effects:
            await record(it, effects[result.effect_id], result)
    await it.session.flush()
    return concerned


async def _listed(session: AsyncSession, effects: Iterable[Effect]) -> set[int]:
    """The escalations of which these messages ask, each perhaps of several (`services.bundling`)."""
    columns = notices.c
    sent = [effect.id for effect in effects if effect.kind is EffectKind.SEND_NOTICE]
    edited = [effect.subject_id for effect in effects if effect.kind is EffectKind.REFRESH_NOTICE]
    if not sent and not edited:
        return set()
    messages = select(columns.effect_id).where(columns.id.in_(edited))
    listed = or_(columns.effect_id.in_(sent), columns.effect_id.in_(messages))
    return set(await session.scalars(select(columns.escalation_id).where(listed)))


async def record(it: Desk, effect: Effect, result: Result) -> None:
    """Write down one result. A claim that was taken over by another courier is none of ours any more."""
    allowed = (EffectState.UNKNOWN,) if result.searched else (EffectState.SENDING, EffectState.UNKNOWN)
    if effect.token != result.token or effect.state not in allowed:
        return
    if effect.state is EffectState.UNKNOWN and not result.searched and not isinstance(result.outcome, Done):
        return
    match result.outcome:
        case Done() as done:
            await _done(it, effect, done)
        case Dropped() as dropped:
            _over(it, effect, EffectState.DROPPED, dropped.reason)
            if dropped.record is not None:
                await dropped.record(it.session, it.now)
        case NotFound() as nothing:
            _not_found(it, effect, nothing)
        case Broken(error):
            await _again_or_fail(it, effect, f"Clarion's own error: {error}", _MOST_ODD_ATTEMPTS)
        case Trouble() as trouble if result.searched:
            _look_later(it, effect, trouble, parked=result.parked)
        case Busy() | Limited() | NotSent() as trouble:
            seconds = trouble.seconds if isinstance(trouble, Busy) else 0.0
            _put_back(effect, it.now + timedelta(seconds=seconds), trouble.code)
        case InDoubt() as doubt:
            await in_doubt(it, effect, doubt.code, parked=result.parked)
        case Refusal() as refusal:
            await _refused(it, effect, refusal, result)


async def in_doubt(it: Desk, effect: Effect, code: str, *, parked: bool = False) -> None:
    """The call may have been carried out: look at once, or where twice does no harm, simply do it again.

    While nothing else gets through either (`parked`), it is not the effect's fault, and no reason to give it up.
    """
    effect.reason = code
    if effect.kind not in HARMLESS_TWICE:
        effect.state, effect.not_before = EffectState.UNKNOWN, it.now
        return
    if effect.kind in EDITS:
        effect.data = {**effect.data, "once_more_at": _settled_at(effect, it.now).isoformat()}
    if parked:
        _put_back(effect, it.now, code)
        _pause(effect, it.now)
    else:
        await _again_or_fail(it, effect, code, MOST_ATTEMPTS)


def _not_found(it: Desk, effect: Effect, nothing: NotFound) -> None:
    """Not there yet: wait until a late arrival is implausible, then look again, then send again."""
    # Tried in the future, it was before the clock was moved back.
    effect.tried_at = min(effect.tried_at or it.now, it.now)
    settled_at = _settled_at(effect, it.now)
    if it.now < settled_at:
        effect.not_before = settled_at
        return
    if nothing.blind:
        log.warning("effect %d (%s) is sent again unseen: %s", effect.id, effect.kind, nothing.blind)
    effect.state, effect.not_before = EffectState.PENDING, it.now
    effect.data = {**effect.data, "resent": True, "pause": 1}


def _look_later(it: Desk, effect: Effect, trouble: Trouble, *, parked: bool) -> None:
    if isinstance(trouble, Busy | Limited):
        effect.not_before = it.now + timedelta(seconds=trouble.seconds)
        return
    if isinstance(trouble, InDoubt) and not parked and it.now - (effect.tried_at or it.now) > PATIENCE_FOR_LOOKING:
        _not_found(it, effect, NotFound(blind=trouble.code))
        return
    _pause(effect, it.now)


def _pause(effect: Effect, now: datetime) -> None:
    """Longer each time, so that others have their turn."""
    pause = min(2 * effect.data.get("pause", 1), _LONGEST_PAUSE)
    effect.data = {**effect.data, "pause": pause}
    effect.not_before = now + timedelta(seconds=pause)


def _settled_at(effect: Effect, now: datetime) -> datetime:
    return (effect.tried_at or now) + SETTLE


async def _done(it: Desk, effect: Effect, done: Done) -> None:
    effect.channel_id, effect.ts = done.channel_id, done.ts
    effect.data = {**effect.data, **done.data}
    _over(it, effect, EffectState.DONE, done.note)
    if done.record is not None:
        await done.record(it.session, it.now)
    if "once_more_at" in effect.data:
        at = datetime.fromisoformat(effect.data["once_more_at"])
        if at > it.now:
            subject_id = effect.subject_id
            await follow(it.session, effect, effect.kind, it.now, subject_id=subject_id, not_before=at, once_more=True)
    may_have_copies = METHOD[effect.kind] == POST or effect.kind in (EffectKind.OPEN_CHANNEL, EffectKind.ADD_BOOKMARK)
    if effect.data.get("resent") and may_have_copies:
        at = it.now + COPIES_AFTER
        await follow(it.session, effect, EffectKind.LOOK_FOR_COPIES, it.now, subject_id=effect.id, not_before=at)


async def _refused(it: Desk, effect: Effect, refusal: Refusal, result: Result) -> None:
    code = refusal.code
    match refusal.verdict:
        case Verdict.DONE:
            await _done(it, effect, Done(effect.channel_id, effect.ts, note=code))
        case Verdict.LATER:
            await _again_or_fail(it, effect, code, MOST_ATTEMPTS)
        case Verdict.ODD:
            waited_for = effect.kind is EffectKind.OPEN_CHANNEL
            await _again_or_fail(it, effect, code, _MOST_ODD_ATTEMPTS if waited_for else _MOST_UNKNOWN_CODES)
        case Verdict.TOKEN:
            _put_back(effect, it.now, code)
        case Verdict.CONTENT if not effect.data.get("plain") and METHOD[effect.kind].startswith("chat."):
            log.error("Slack refuses the blocks of effect %d (%s): %s", effect.id, effect.kind, refusal.body)
            effect.data = {**effect.data, "plain": True}
            _put_back(effect, it.now, code)
        case Verdict.CHANNEL if result.channel is not None:
            await _channel_gone(it, effect, code, result.channel)
        case Verdict.PERSON | Verdict.CHANNEL | Verdict.GONE:
            _over(it, effect, EffectState.DROPPED, code)
            await RECIPES[effect.kind].failed(it, effect, code)
        case _:
            await _fail(it, effect, code)


async def _channel_gone(it: Desk, effect: Effect, code: str, channel: str) -> None:
    """Somebody archived or deleted the channel, or threw us out: the escalation gets another, and the effect waits."""
    escalation = await it.session.get_one(Escalation, effect.escalation_id)
    if escalation.channel_id == channel:
        rank = it.clarion.rank(escalation.severity)
        log.warning("the channel of %s is gone: %s", escalation.reference, code)
        if not await channel_lost(it.session, escalation, it.now, rank):
            _over(it, effect, EffectState.DROPPED, code)
            return
    _put_back(effect, it.now, code)


async def _again_or_fail(it: Desk, effect: Effect, code: str, most: int) -> None:
    if effect.attempts >= most:
        await _fail(it, effect, code)
        return
    effect.state, effect.reason = EffectState.PENDING, code
    effect.not_before = it.now + min(timedelta(seconds=2.0 ** (effect.attempts - 1)), MOST_PUT_OFF)


def _put_back(effect: Effect, at: datetime, code: str) -> None:
    """As if it had not been tried."""
    effect.state, effect.not_before, effect.reason = EffectState.PENDING, at, code
    effect.attempts = max(0, effect.attempts - 1)


async def _fail(it: Desk, effect: Effect, code: str) -> None:
    log.error("effect %d (%s) is given up after %d attempts: %s", effect.id, effect.kind, effect.attempts, code)
    _over(it, effect, EffectState.FAILED, code)
    await RECIPES[effect.kind].failed(it, effect, code)


def _over(it: Desk, effect: Effect, state: EffectState, reason: str) -> None:
    effect.state, effect.reason, effect.done_at = state, reason, it.now
