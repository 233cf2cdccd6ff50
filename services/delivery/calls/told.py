"""What people are told, and the channel: to whom each message goes, and when it does not apply any more."""

from __future__ import annotations

from sqlalchemy import select

from blocks import events as said
from blocks import people_messages
from escalation.case import Escalation, Event
from escalation.effects import Effect, EffectKind, EffectState
from services import views
from services.delivery.calls.messages import Letter, PostRecipe
from services.delivery.jobs import Desk, Dropped, Recipe
from services.delivery.shapes import target_of
from services.standings import may
from storage.tables import outbox

_STILL_TO_COME = (EffectState.PENDING, EffectState.SENDING, EffectState.UNKNOWN, EffectState.DONE)


async def _target(it: Desk, effect: Effect) -> str | None:
    escalation = await it.session.get(Escalation, effect.escalation_id) if effect.escalation_id else None
    return target_of(effect, escalation, None, it.workspace.announcements_channel_id)


async def _reporter(it: Desk, effect: Effect) -> Letter | Dropped:
    escalation = await it.escalation(effect)
    due = await views.acknowledge_by(it.session, escalation.id)
    return Letter(escalation.reporter_id, people_messages.tell_reporter(escalation, due))


async def _path(it: Desk, effect: Effect) -> Letter | Dropped:
    """Nobody is told twice, nor of what is over already (POLICY.md, "tell the path")."""
    escalation, user = await it.escalation(effect), str(effect.data["user"])
    if not escalation.status.is_live:
        return Dropped(f"{escalation.reference} is {escalation.status.value.lower()} already")
    columns = outbox.c
    others = await it.session.scalars(
        select(columns.data).where(
            columns.escalation_id == escalation.id,
            columns.kind == EffectKind.TELL_PATH,
            columns.id < effect.id,
            columns.state.in_(_STILL_TO_COME),
        )
    )
    if any(data.get("user") == user for data in others):
        return Dropped("was told of it already")
    view = await views.path_view(it.session, it.clarion, escalation, user, effect.data.get("roles") or ())
    return Letter(user, people_messages.tell_path(view))


async def _person(_it: Desk, effect: Effect) -> Letter | Dropped:
    return Letter(str(effect.data["user"]), people_messages.problem(str(effect.data["text"]), effect.data.get("retry")))


async def _event_in_channel(it: Desk, effect: Effect) -> Letter | Dropped:
    escalation, event = await it.escalation(effect), await it.session.get_one(Event, effect.subject_id)
    message = said.channel_post(event, escalation, views.naming(it.clarion))
    if message is None or escalation.channel_id is None:
        return Dropped("nothing to say in the channel")
    return Letter(escalation.channel_id, message, escalation.channel_id)


async def _event_to_one(it: Desk, effect: Effect) -> Letter | Dropped:
    escalation, event = await it.escalation(effect), await it.session.get_one(Event, effect.subject_id)
    user = str(effect.data["user"])
    act = said.ANSWERS.get(event.kind)
    roster = await it.clarion.rosters.read(it.session, it.clarion.team_id, it.clarion.policy, it.now)
    may_answer = act is not None and await may(it.clarion, it.session, escalation, user, roster, act)
    message = said.subscriber_message(event, escalation, views.naming(it.clarion), may_answer=may_answer)
    return Letter(user, message) if message is not None else Dropped("nothing to say")


RECIPES: dict[EffectKind, Recipe] = {
    EffectKind.TELL_REPORTER: PostRecipe(_reporter, _target),
    EffectKind.TELL_PATH: PostRecipe(_path, _target),
    EffectKind.TELL_PERSON: PostRecipe(_person, _target),
    EffectKind.POST_EVENT: PostRecipe(_event_in_channel, _target),
    EffectKind.TELL_EVENT: PostRecipe(_event_to_one, _target),
}
