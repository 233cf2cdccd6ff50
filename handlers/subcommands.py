"""What `/escalate` can do: one row for each subcommand. A new one is a row here and the function it names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from blocks import replies as answers
from blocks.ids import Form
from escalation.case import Escalation, Follows
from escalation.errors import Refused
from handlers import following, replies
from handlers.command_text import Language, Subcommand, Takes
from handlers.forms import open_form
from handlers.interaction import Interaction
from handlers.preset import Preset
from services import finding, owning
from services.subscribing import Target

_CASE = Takes.REFERENCE
_FORM = Takes.REFERENCE | Takes.WORDS
_TARGET = Takes.REFERENCE | Takes.SEVERITY | Takes.CUSTOMER


@dataclass(frozen=True)
class Asked:
    """A subcommand as it was typed, and the escalation of the channel it was typed in, if it is one's."""

    said: Subcommand
    here: Escalation | None


@dataclass(frozen=True)
class Row:
    """One subcommand. `changes`: it may change something at once, so it is acknowledged when that is committed."""

    name: str
    takes: Takes
    does: Callable[[Interaction, Asked], Awaitable[None]]
    example: str
    explains: str
    also: tuple[str, ...] = ()
    changes: bool = False


async def case_of(it: Interaction, asked: Asked) -> Escalation:
    """The escalation that is named, else the one of the channel; Refused with what to do where there is neither."""
    if asked.said.number is not None:
        return await finding.by_reference(it.clarion, asked.said.number, it.user_id)
    if asked.here is not None:
        return asked.here
    name = asked.said.name
    raise Refused(f"Which escalation? Type /escalate {name} ESC-42, or /escalate {name} in the escalation's channel.")


def _opens(form: Form) -> Callable[[Interaction, Asked], Awaitable[None]]:
    async def opens(it: Interaction, asked: Asked) -> None:
        escalation = await case_of(it, asked)
        await open_form(it, form, escalation.id, Preset(asked.said.words, asked.said.severity))

    return opens


async def _help(it: Interaction, asked: Asked) -> None:
    examples = [*WITHOUT, *((row.example, row.explains) for row in SUBCOMMANDS)]
    await it.say(answers.help_message(examples, asked.here))


async def _list(it: Interaction, asked: Asked) -> None:
    await it.say(await replies.list_of(it.clarion, it.user_id, asked.said))


async def _stats(it: Interaction, asked: Asked) -> None:
    await it.say(await replies.stats_of(it.clarion, it.user_id, asked.said))


async def _show(it: Interaction, asked: Asked) -> None:
    await it.say(await replies.shown(it.clarion, await case_of(it, asked)))


async def _timeline(it: Interaction, asked: Asked) -> None:
    await it.say(await replies.timeline_of(it.clarion, await case_of(it, asked)))


async def _ack(it: Interaction, asked: Asked) -> None:
    escalation = await case_of(it, asked)
    escalation = await owning.acknowledge(it.clarion, escalation.id, it.user_id, it.key)
    await it.acknowledge()
    await it.say(answers.acknowledged(escalation))


async def _subscribe(it: Interaction, asked: Asked) -> None:
    chosen = await _target(it, asked.said)
    if chosen is not None:
        await following.subscribe_to(it, *chosen)
    elif asked.here is not None:
        await open_form(it, Form.SUBSCRIBE, asked.here.id)
    else:
        await following.open_for_all(it)


async def _unsubscribe(it: Interaction, asked: Asked) -> None:
    chosen = await _target(it, asked.said)
    if chosen is not None:
        await following.unsubscribe_from(it, *chosen)
    elif asked.here is not None:
        await following.unsubscribe_from(it, following.target_of(asked.here), asked.here.reference)
    else:
        await following.open_for_all(it)


async def _target(it: Interaction, said: Subcommand) -> tuple[Target, str] | None:
    """What is named, with the words for it; None where nothing is."""
    if said.severity is not None:
        return Target(Follows.SEVERITY, said.severity), said.severity
    if said.number is not None:
        escalation = await finding.by_reference(it.clarion, said.number, it.user_id)
        return following.target_of(escalation), escalation.reference
    if said.words:
        customer = await following.customer_called(it, said.words)
        return Target(Follows.CUSTOMER, str(customer.id)), customer.name
    return None


# What the help says besides the subcommands.
WITHOUT: Sequence[tuple[str, str]] = (
    ("/escalate", "opens the form for a new escalation"),
    ("/escalate sev1 Acme checkout is down", "opens it filled in"),
)

SUBCOMMANDS: Sequence[Row] = (
    Row(
        "list",
        Takes.SCOPE | Takes.SEVERITY | Takes.CUSTOMER,
        _list,
        "/escalate list",
        "all that is open, overdue first; also mine, all, sev1 or a customer",
    ),
    Row("show", _CASE, _show, "/escalate show ESC-42", "how one stands", also=("status",)),
    Row("ack", _CASE, _ack, "/escalate ack", "acknowledges it", also=("acknowledge",), changes=True),
    Row(
        "update",
        _FORM,
        _opens(Form.POST_UPDATE),
        "/escalate update",
        "posts an update, or suggests one to the owner",
    ),
    Row("told", _FORM, _opens(Form.TOLD_CUSTOMER), "/escalate told", "keeps what the customer was told"),
    Row("plan", _FORM, _opens(Form.PLAN), "/escalate plan", "who does what by when"),
    Row(
        "handoff",
        _FORM,
        _opens(Form.HAND_OFF),
        "/escalate handoff",
        "asks somebody else to take over",
        also=("handover", "hand-off"),
    ),
    Row(
        "severity",
        _FORM | Takes.SEVERITY,
        _opens(Form.CHANGE_SEVERITY),
        "/escalate severity sev2",
        "changes the severity",
    ),
    Row("snooze", _FORM, _opens(Form.SNOOZE), "/escalate snooze", "asks later, for a reason"),
    Row("resolve", _FORM, _opens(Form.RESOLVE), "/escalate resolve", "says how it was resolved"),
    Row("reopen", _FORM, _opens(Form.REOPEN), "/escalate reopen", "takes it up again"),
    Row("close", _FORM, _opens(Form.CLOSE), "/escalate close", "writes down what was learned"),
    Row(
        "subscribe",
        _TARGET,
        _subscribe,
        "/escalate subscribe sev1",
        "follows a severity, a customer or one escalation",
        changes=True,
    ),
    Row("unsubscribe", _TARGET, _unsubscribe, "/escalate unsubscribe sev1", "ends that", changes=True),
    Row("timeline", _CASE, _timeline, "/escalate timeline", "what happened, oldest first"),
    Row(
        "stats",
        Takes.SCOPE | Takes.SEVERITY | Takes.CUSTOMER | Takes.SPAN,
        _stats,
        "/escalate stats",
        "how promises were kept in 30 days; also mine, sev1, a customer, 7d",
    ),
    Row("help", Takes.NOTHING, _help, "/escalate help", "this"),
)

BY_NAME = {row.name: row for row in SUBCOMMANDS}


def language_of(severities: Sequence[str]) -> Language:
    """The words that `/escalate` knows, with the severities of a policy."""
    return Language(
        subcommands={row.name: row.takes for row in SUBCOMMANDS},
        also={other: row.name for row in SUBCOMMANDS for other in row.also},
        severities=tuple(severities),
    )
