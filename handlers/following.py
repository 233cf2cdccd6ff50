"""Following a severity, a customer or one escalation: the form, and the two subcommands."""

from __future__ import annotations

from collections.abc import Sequence

from blocks import replies, subscribe_form
from blocks.ids import Form
from blocks.message import Message
from blocks.metadata import decode
from blocks.text import Json
from escalation.case import Customer, Delivery, Escalation, Follows
from escalation.errors import NotFound
from escalation.wording import name_key
from handlers import policy_words
from handlers.interaction import Interaction
from handlers.preset import Preset
from services import finding, subscribing
from services.subscribing import Target


async def draw(it: Interaction, escalation: Escalation, _: Preset) -> Json:
    return await _view(it, escalation)


async def open_for_all(it: Interaction) -> None:
    """The form about severities, where there is no escalation to begin with."""
    await it.acknowledge()
    await it.open(await _view(it, None))


async def submit(it: Interaction) -> None:
    """Follow what was chosen, and say so."""
    sent = subscribe_form.parse(it.values)
    target = Target(sent.follows, sent.target)
    await subscribing.subscribe(it.clarion, it.user_id, it.key, [target], sent.delivery)
    await it.acknowledge()
    await it.say(_follows(target, await _words(it, target), sent.delivery))


async def end(it: Interaction, subscription_id: int) -> None:
    """One is followed no more; the form shows what is left."""
    await subscribing.end(it.clarion, it.user_id, subscription_id)
    await it.acknowledge()
    if it.view.get("callback_id") != Form.SUBSCRIBE:
        await it.say("You do not follow that any more.")
        return
    escalation_id = decode(it.metadata).get("escalation")
    escalation = await finding.by_id(it.clarion, escalation_id, it.user_id) if escalation_id else None
    await it.redraw(await _view(it, escalation))


async def subscribe_to(it: Interaction, target: Target, what: str) -> None:
    """Follow at once, by direct message; `what` are the words for it."""
    await subscribing.subscribe(it.clarion, it.user_id, it.key, [target], Delivery.DIRECT)
    await it.acknowledge()
    await it.say(_follows(target, what, Delivery.DIRECT))


def _follows(target: Target, what: str, delivery: Delivery) -> Message:
    return replies.follows(what, delivery, one=target.follows is Follows.ESCALATION)


async def unsubscribe_from(it: Interaction, target: Target, what: str) -> None:
    """Follow it no more; a word about the rest, since the same thing may be followed in another way."""
    ended = await subscribing.unsubscribe(it.clarion, it.user_id, [target])
    await it.acknowledge()
    left = [words for _, words in await subscribing.followed_by(it.clarion, it.user_id)]
    await it.say(replies.follows_no_more(what, left, was_followed=ended > 0))


async def customer_called(it: Interaction, words: str) -> Customer:
    """The known customer that the words name in full, or the only one whose name holds them; NotFound otherwise."""
    known = await finding.known_customers(it.clarion, words, it.user_id)
    exact = [one for one in known if one.name_key == name_key(words)]
    found = exact or known
    if len(found) != 1:
        raise NotFound(_which(words, found))
    return found[0]


async def _view(it: Interaction, escalation: Escalation | None) -> Json:
    followed = await policy_words.followed(it.clarion, it.user_id)
    return subscribe_form.view(escalation, policy_words.severities(it.clarion), followed)


async def _words(it: Interaction, target: Target) -> str:
    """The words for what was just followed."""
    rows = await subscribing.followed_by(it.clarion, it.user_id)
    return next((what for row, what in rows if (row.follows, row.target) == (target.follows, target.target)), "it")


def _which(words: str, found: Sequence[Customer]) -> str:
    if not found:
        return f"No customer is called “{words}”. Name a severity (sev1), a known customer, or an escalation (ESC-42)."
    names = ", ".join(one.name for one in found[:5])
    return f"“{words}” could be several customers: {names}. Write the whole name."


def target_of(escalation: Escalation) -> Target:
    """Following this very escalation."""
    return Target(Follows.ESCALATION, str(escalation.id))
