"""The warning that an owner is away or holds too many already. It never stands in anybody's way."""

from __future__ import annotations

from collections.abc import Callable

from blocks.layout import muted_plain
from blocks.metadata import decode
from blocks.text import Json, clean_line, counted, mention
from blocks.views import OwnerChoice, OwnerConcern
from escalation.series import series

_NAME = 60
_MOST = 600


def owner_warning(concern: OwnerConcern | None) -> list[Json]:
    """The line under a form's owner, where there is something to be said."""
    return [muted_plain(_sentence(concern, _name), _MOST)] if concern else []


def warned_of(concern: OwnerConcern | None) -> dict[str, str]:
    """What the form remembers of it, among the values of its metadata."""
    return {"warned_of": concern.owner.user_id} if concern else {}


def was_warned(metadata: str, owner_id: str) -> bool:
    """Whether the form said so of this owner, before it was sent."""
    return decode(metadata).get("warned_of") == owner_id


def said_afterwards(reference: str, concern: OwnerConcern) -> str:
    """The same to whoever sent a form before it could show that."""
    return f"About {reference}: {_sentence(concern, lambda one: mention(one.user_id))}"


def _sentence(concern: OwnerConcern, name: Callable[[OwnerChoice], str]) -> str:
    holds = concern.owner.holds
    loaded = f"holds {counted(holds, 'open escalation')} already, and the policy wants {concern.limit} at most"
    against = [*([concern.away] if concern.away else []), *([loaded] if holds >= concern.limit else [])]
    others = series([f"{name(one)} (holds {one.holds})" for one in concern.instead], "or")
    instead = (
        f"{others} could lead it instead"
        if others
        else f"nobody else who may own it is there and holds fewer than {concern.limit}"
    )
    return f"{name(concern.owner)} {series(against)}; {instead}."


def _name(choice: OwnerChoice) -> str:
    return clean_line(choice.name, _NAME) or "—"
