"""What waits in the outbox, and what of it can go now.

The most urgent first (`rank_at`); an effect is passed over while something it needs is not done, while its channel does
not stand, while another effect has its lane, or while a limit of Slack's is reached. None of these holds up the next.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from escalation.case import Escalation, Notice
from escalation.effects import Effect, EffectKind, EffectState
from services.delivery.held import held
from services.delivery.limits import Limits
from services.delivery.shapes import (
    CANNOT_DO_WITHOUT,
    HARMLESS_TWICE,
    IN_CHANNEL,
    METHOD,
    Shape,
    outlasts_doubt,
    shape_of,
    waits_for_channel,
)
from storage.tables import escalations, notices, outbox

# Nothing is put off for longer. What seems to be was written down before the clock was moved back, and is due.
MOST_PUT_OFF = timedelta(minutes=10)
PAGE = 200
_MOST_PAGES = 10
_WAITING = text("outbox.state IN ('pending', 'sending', 'unknown')")
# Built once: to build a statement takes longer than to run it, and every round asks these.
_OURS = (outbox.c.team_id == bindparam("team_id"), _WAITING)
_BEGUN = select(Effect).where(*_OURS, outbox.c.state != EffectState.PENDING).order_by(outbox.c.rank_at, outbox.c.id)
# What waits for a channel that does not stand is left out.
_DUE = (
    select(Effect)
    .outerjoin(escalations, escalations.c.id == outbox.c.escalation_id)
    .where(
        *_OURS,
        outbox.c.state == EffectState.PENDING,
        or_(outbox.c.not_before <= bindparam("now"), outbox.c.not_before > bindparam("too_far")),
        or_(outbox.c.kind.not_in(IN_CHANNEL), escalations.c.channel_id.is_not(None)),
    )
    .order_by(outbox.c.rank_at, outbox.c.id)
    .limit(PAGE)
)
_NEXT_DUE = select(func.min(outbox.c.not_before)).where(
    *_OURS, outbox.c.state == EffectState.PENDING, outbox.c.not_before > bindparam("now")
)


@dataclass(frozen=True)
class Pick:
    """An effect that can go now, with the place it was given in the limits."""

    effect: Effect
    shape: Shape


@dataclass
class Choice:
    """What one round does: `go` is to be claimed and sent, `look` to be searched for, `orphans` were left by a dead
    process, `drop` cannot happen any more. `again_at` is when to look again, None when only a commit can bring news.
    """

    go: list[Pick] = field(default_factory=list)
    look: list[Effect] = field(default_factory=list)
    orphans: list[Effect] = field(default_factory=list)
    drop: list[tuple[Effect, str]] = field(default_factory=list)
    again_at: datetime | None = None
    oldest: datetime | None = None

    @property
    def writes(self) -> bool:
        """Whether it takes a transaction."""
        return bool(self.go or self.orphans or self.drop)

    def waits_since(self, at: datetime) -> None:
        """Something was owed at `at` and is not done."""
        self.oldest = min(self.oldest or at, at)

    def no_later_than(self, at: datetime | None) -> None:
        """Look again at `at` or sooner."""
        if at is not None and (self.again_at is None or at < self.again_at):
            self.again_at = at


@dataclass(frozen=True)
class Bounds:
    """What a round may do: `room` effects at most besides those `in_flight`; `counted` takes places in the limits.

    `probing` is an attempt to see whether Slack answers again: something to be sent tells more than a search, which may
    be all that Slack still refuses.
    """

    team_id: str
    now: datetime
    room: int
    probing: bool
    in_flight: Collection[int]
    limits: Limits
    announcements: str | None
    counted: bool


async def choose(session: AsyncSession, bounds: Bounds) -> Choice:
    """What can go now. Without `counted` it stops at the first find: enough to know that there is something to do.

    `again_at` leaves out what is put off (`next_due`) when something goes, as that is not to wait for one more query.
    """
    choice = Choice()
    busy = await _begun(session, bounds, choice)
    if bounds.probing and choice.look:
        looks, choice.look = choice.look, []
        await _go(session, bounds, choice, busy)
        choice.look = [] if choice.go else looks
    else:
        await _go(session, bounds, choice, busy)
    if not choice.go:
        choice.no_later_than(await next_due(session, bounds.team_id, bounds.now))
    return choice


async def _go(session: AsyncSession, bounds: Bounds, choice: Choice, busy: set[str]) -> None:
    """Pick what can go of what was not begun yet."""
    shut = await _shut(session, bounds, choice)
    async for page in _pending(session, bounds, shut):
        around = await _surroundings(session, page, bounds)
        choice.waits_since(page[0].created_at)
        for effect in page:
            if len(choice.go) + len(choice.look) >= bounds.room or (choice.go and not bounds.counted):
                return
            _consider(effect, around, busy, bounds, choice)
        shut |= {kind for kind in METHOD if bounds.limits.when_free(METHOD[kind]) > 0}


async def _shut(session: AsyncSession, bounds: Bounds, choice: Choice) -> set[EffectKind]:
    """The kinds of which Slack's limits let nothing go just now, wherever to.

    In a rush hundreds wait for them, and to look at each after every commit would keep everybody else from theirs.
    """
    waits = {kind: wait for kind, method in METHOD.items() if (wait := bounds.limits.when_free(method)) > 0}
    if waits:
        columns = outbox.c
        pending = (columns.team_id == bounds.team_id, _WAITING, columns.state == EffectState.PENDING)
        for kind in await session.scalars(select(columns.kind).where(*pending, columns.kind.in_(waits)).distinct()):
            choice.no_later_than(bounds.now + timedelta(seconds=waits[kind]))
    return set(waits)


async def _begun(session: AsyncSession, bounds: Bounds, choice: Choice) -> set[str]:
    """Sort out what was begun before; returns the lanes it keeps taken."""
    begun = (await session.scalars(_BEGUN, {"team_id": bounds.team_id})).all()
    if not begun:
        return set()
    around = await _surroundings(session, begun, bounds)
    busy: set[str] = set()
    for effect in begun:
        choice.waits_since(effect.created_at)
        lanes = around.shape(effect).lanes
        if effect.id in bounds.in_flight:
            busy |= lanes
            continue
        if effect.state is EffectState.SENDING:
            choice.orphans.append(effect)
        elif bounds.now < effect.not_before <= bounds.now + MOST_PUT_OFF:
            choice.no_later_than(effect.not_before)
        elif len(choice.look) < bounds.room:
            choice.look.append(effect)
        if effect.state is EffectState.UNKNOWN or effect.kind not in HARMLESS_TWICE:
            busy |= {lane for lane in lanes if outlasts_doubt(lane)}
    return busy


async def _pending(session: AsyncSession, bounds: Bounds, shut: set[EffectKind]) -> AsyncIterator[Sequence[Effect]]:
    """What is due, in pages; the database leaves out what is shut, and what waits for a channel that does not stand."""
    columns = outbox.c
    values = {"team_id": bounds.team_id, "now": bounds.now, "too_far": bounds.now + MOST_PUT_OFF}
    page: Sequence[Effect] = (await session.scalars(_open(shut), values)).all()
    for _ in range(_MOST_PAGES):
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = page[-1]
        after = or_(columns.rank_at > last.rank_at, and_(columns.rank_at == last.rank_at, columns.id > last.id))
        page = (await session.scalars(_open(shut).where(after), values)).all()


def _open(shut: set[EffectKind]) -> Select[Effect]:
    """What is due of the kinds that Slack's limits let go; hardly ever is one shut."""
    return _DUE.where(outbox.c.kind.not_in(shut)) if shut else _DUE


@dataclass(frozen=True)
class _Around:
    """The rows that a page of effects hangs on."""

    escalations: dict[int, Escalation]
    notices: dict[int, Notice]
    needs: dict[int, tuple[EffectState, EffectKind]]
    announcements: str | None

    def of(self, effect: Effect) -> tuple[Escalation | None, Notice | None]:
        escalation = self.escalations.get(effect.escalation_id or 0)
        return escalation, self.notices.get(effect.subject_id or 0) if effect.kind in _OF_NOTICE else None

    def shape(self, effect: Effect) -> Shape:
        return shape_of(effect, *self.of(effect), self.announcements)


_OF_NOTICE = frozenset({EffectKind.SEND_NOTICE, EffectKind.REFRESH_NOTICE, EffectKind.TELL_SETTLED})


async def _surroundings(session: AsyncSession, effects: Sequence[Effect], bounds: Bounds) -> _Around:
    cases = {effect.escalation_id for effect in effects if effect.escalation_id is not None}
    subjects = {effect.subject_id for effect in effects if effect.kind in _OF_NOTICE and effect.subject_id is not None}
    needs = {need for effect in effects for need in effect.needs}
    found_cases = await held(session, Escalation, escalations.c.id, cases)
    found_notices = await held(session, Notice, notices.c.id, subjects)
    columns = outbox.c
    found_needs = (
        (await session.execute(select(columns.id, columns.state, columns.kind).where(columns.id.in_(needs)))).all()
        if needs
        else ()
    )
    return _Around(
        {one.id: one for one in found_cases},
        {one.id: one for one in found_notices},
        {id_: (state, kind) for id_, state, kind in found_needs},
        bounds.announcements,
    )


def _consider(effect: Effect, around: _Around, busy: set[str], bounds: Bounds, choice: Choice) -> None:
    choice.waits_since(effect.created_at)
    if effect.id in bounds.in_flight:
        return
    needed = _needs(effect, around, bounds.now)
    if needed is not None:
        if needed.lost:
            choice.drop.append((effect, needed.reason))
        else:
            choice.no_later_than(effect.needs_until)
        return
    if waits_for_channel(effect, *around.of(effect)):
        return
    shape = around.shape(effect)
    if shape.lanes & busy:
        return
    wait = (bounds.limits.take if bounds.counted else bounds.limits.when_free)(shape.method, shape.target)
    if wait > 0:
        choice.no_later_than(bounds.now + timedelta(seconds=wait))
        return
    busy |= shape.lanes
    choice.go.append(Pick(effect, shape))


@dataclass(frozen=True)
class _Needed:
    """Why an effect cannot go: it waits, or what it needs will never be (`lost`)."""

    lost: bool = False
    reason: str = ""


def _needs(effect: Effect, around: _Around, now: datetime) -> _Needed | None:
    """None when everything needed is done, or can be gone without by now."""
    waits: _Needed | None = None
    for need in effect.needs:
        state, kind = around.needs.get(need, (EffectState.DROPPED, None))
        if state is EffectState.DONE or (
            effect.needs_until is not None and (state.is_over or effect.needs_until <= now)
        ):
            continue
        if not state.is_over or (kind is EffectKind.OPEN_CHANNEL and state is EffectState.FAILED):
            # A channel that could not be opened may yet be, when somebody presses "Try again".
            waits = _Needed()
        elif effect.kind in CANNOT_DO_WITHOUT:
            return _Needed(lost=True, reason=f"what it needed was not done: {kind or 'an effect'} {need}")
    return waits


async def next_due(session: AsyncSession, team_id: str, now: datetime) -> datetime | None:
    """When the first effect that is put off comes due."""
    found: datetime | None = await session.scalar(_NEXT_DUE, {"team_id": team_id, "now": now})
    return found
