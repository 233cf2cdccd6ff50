"""Trying again what failed for good, when a person asks for it."""

from __future__ import annotations

from escalation.case import Person
from escalation.effects import Effect, EffectState
from escalation.errors import NotFound, Refused
from services.clarion import Clarion
from services.standings import NOT_FOR_OUTSIDERS
from storage.database import wake_after_commit


async def try_again(clarion: Clarion, effect_id: int, by: str) -> Effect:
    """Put a failed effect back into the outbox; what waited for it goes on when it is done."""
    now = clarion.clock.now()
    async with clarion.database.write() as session:
        person = await session.get(Person, (clarion.team_id, by))
        if person is None or not person.may_act:
            raise Refused(NOT_FOR_OUTSIDERS)
        # Two people may press at once, and what the first began must not be put back.
        effect = await session.get(Effect, effect_id, with_for_update=True)
        if effect is None or effect.team_id != clarion.team_id:
            raise NotFound("There is nothing left to try again.")
        if effect.state is not EffectState.FAILED:
            raise Refused("That is being done already." if not effect.state.is_over else "That is done already.")
        effect.state, effect.attempts, effect.not_before, effect.reason = EffectState.PENDING, 0, now, ""
        wake_after_commit(session)
        return effect
