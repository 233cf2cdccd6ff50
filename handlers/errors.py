"""The one place where what went wrong becomes what the person sees; and the frame that every listener runs in."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from blocks.answers import FormErrors, block_of
from escalation.errors import AlreadyDone, ClarionError, InvalidInput
from handlers import actors
from handlers.actors import Directory
from handlers.interaction import Interaction, Listener, log
from services import people

# Slack waits three seconds; a form that takes longer is kept open while its change goes on.
PATIENCE_SECONDS = 2.4
SLOW = "This takes longer than usual. Please send it again in a moment; it will not be done twice."
_MENTION = re.compile(r"<@([A-Z0-9]+)>")
# A service names the field after what it holds, a form after its label.
_FIELDS = {"severity": ("severity", "new_severity"), "owner": ("owner", "new_owner"), "new_owner": ("new_owner",)}


@dataclass(frozen=True)
class Frame:
    """Runs listeners: lets in who may act, acknowledges within `patience` seconds, and says what went wrong."""

    directory: Directory
    patience: float = PATIENCE_SECONDS

    async def run(self, it: Interaction, listener: Listener, *, at_once: bool) -> None:
        """`at_once`: what changes nothing is acknowledged first; what does, once it is committed."""
        if at_once:
            await it.acknowledge()
            # Of those who press at the same moment everybody is acknowledged before anybody's work stands in the way.
            await it.clarion.rush.over()
        try:
            await self._in_time(it, listener)
        except AlreadyDone:
            log.info("Delivered again, done before: %s", it.key)
        except ClarionError as error:
            await tell(it, error)
        except Exception:  # noqa: BLE001 - the boundary: nothing of ours lies above it, and the person is told
            await _tell_unexpected(it)
        finally:
            await it.acknowledge()

    async def _in_time(self, it: Interaction, listener: Listener) -> None:
        """Let it go on when it is slow, since a commit cannot be taken back; say so before Slack gives up."""

        async def admitted() -> None:
            await actors.admit(it, self.directory)
            await listener(it)

        work = asyncio.ensure_future(admitted())
        done, _ = await asyncio.wait({work}, timeout=self.patience)
        if not done and not it.acknowledged:
            await (complain(it, {}, SLOW) if it.is_form else it.acknowledge())
        await work


async def tell(it: Interaction, error: ClarionError) -> None:
    """Say it under the field it is about, keeping what was typed; outside of forms so that only the person sees it."""
    if not it.is_form or it.acknowledged:
        await it.acknowledge()
        await it.say(str(error))
    elif isinstance(error, FormErrors):
        await complain(it, error.errors)
    elif isinstance(error, InvalidInput):
        await complain(it, {}, await _named(it, str(error)), field=error.field)
    else:
        await complain(it, {}, await _named(it, str(error)))


async def complain(it: Interaction, errors: Mapping[str, str], sentence: str = "", field: str = "") -> None:
    """Keep the form open with these errors, or with a sentence under a field: the first one, unless it is named."""
    if not errors:
        errors = {_block(it, field): sentence}
    await it.acknowledge(response_action="errors", errors=dict(errors))


def _block(it: Interaction, field: str) -> str:
    values = it.values
    inputs = [str(block["block_id"]) for block in it.view["blocks"] if block.get("type") == "input"]
    for name in _FIELDS.get(field, (field,)):
        if (block := block_of(values, name)) in inputs:
            return block
    return inputs[0]


async def _named(it: Interaction, sentence: str) -> str:
    """Errors under fields show no mentions, so people appear by their names."""
    known = await people.names(it.clarion, _MENTION.findall(sentence))
    return _MENTION.sub(lambda match: known[match[1]].name if match[1] in known else "somebody", sentence)


async def _tell_unexpected(it: Interaction) -> None:
    reference = secrets.token_hex(3)
    log.exception("Unexpected, reference %s, in %s", reference, it.body.get("type") or it.body.get("command"))
    if it.is_form and not it.acknowledged:
        await complain(it, {}, _sentence(reference, "nothing was changed"))
        return
    changed = "what you sent was kept" if it.is_form and not it.kept_open else "nothing was changed"
    await it.acknowledge()
    await it.say(_sentence(reference, changed))


def _sentence(reference: str, what: str) -> str:
    return f"Something went wrong on our side (reference {reference}); {what}. Please try again."
