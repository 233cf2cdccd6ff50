"""The form "Subscribe": what to follow and how, and what is followed already, each with its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blocks import inputs
from blocks.answers import Answers, StateValues
from blocks.ids import Action, Form, button_value
from blocks.layout import button, divider, line, option, rich, typed
from blocks.metadata import encode
from blocks.text import Json, say
from blocks.views import Followed, SeverityChoice
from escalation.case import Delivery, Escalation, Follows

WHAT, HOW = "what", "how"
_MOST = 20
_RADIO = 10


@dataclass(frozen=True)
class SubscribeAnswers:
    """What was sent: `target` is as in `Subscription`."""

    follows: Follows
    target: str
    delivery: Delivery


def view(
    escalation: Escalation | None, severities: Sequence[SeverityChoice], followed: Sequence[Followed] = ()
) -> Json:
    """The form about an escalation, or without one about the severities."""
    choices = list(_about(escalation) if escalation else _severities(severities))[:_RADIO]
    ways = [
        option("Direct message", Delivery.DIRECT.value, description="You hear of every update, without joining."),
        option("Bring me into the channel", Delivery.CHANNEL.value, description="You read along; no messages besides."),
    ]
    blocks = [
        inputs.field(WHAT, "What to follow", inputs.radio(choices, choices[0]["value"]), required=True),
        inputs.field(HOW, "How", inputs.radio(ways, Delivery.DIRECT.value), required=True),
        *_followed(followed),
    ]
    metadata = encode(escalation=escalation.id if escalation else None)
    return inputs.modal(Form.SUBSCRIBE, "Subscribe", "Subscribe", blocks, metadata)


def _about(escalation: Escalation) -> Iterator[Json]:
    yield option(f"This escalation ({escalation.reference})", f"{Follows.ESCALATION}:{escalation.id}", description="")
    customer = f"Its customer ({escalation.customer})"
    yield option(customer, f"{Follows.CUSTOMER}:{escalation.customer_id}", description="Every escalation of theirs.")
    severity = f"Its severity ({escalation.severity})"
    yield option(severity, f"{Follows.SEVERITY}:{escalation.severity}", description="Every escalation that serious.")


def _severities(severities: Sequence[SeverityChoice]) -> Iterator[Json]:
    for one in severities:
        yield option(f"Every {one.key} {one.name}", f"{Follows.SEVERITY}:{one.key}", description=one.definition)


def _followed(followed: Sequence[Followed]) -> Iterator[Json]:
    if not followed:
        return
    yield divider()
    yield rich(line(say("You follow", bold=True)))
    for one in followed[:_MOST]:
        end = button("End", Action.END_SUBSCRIPTION, button_value(one.subscription_id))
        how = "in the channel" if one.into_channel else "by direct message"
        yield typed(f"{one.what}, {how}", 300, end)
    if len(followed) > _MOST:
        yield rich(line(say(f"… and {len(followed) - _MOST} more.")))


def parse(values: StateValues) -> SubscribeAnswers:
    """What was sent; FormErrors with everything that is wrong."""
    answers = Answers(values)
    follows, _, target = answers.choice(WHAT, missing="Choose what to follow.").partition(":")
    how = answers.choice(HOW, missing="Choose how.")
    if follows not in set(Follows) or not target:
        answers.complain(WHAT, "Choose what to follow.")
    if how not in set(Delivery):
        answers.complain(HOW, "Choose how.")
    answers.finish()
    return SubscribeAnswers(Follows(follows), target, Delivery(how))
