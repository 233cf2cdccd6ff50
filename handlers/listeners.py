"""All that Slack may send, and who takes it.

There is one listener for each way in; which button, form or menu it is, its own module looks up in its table. So
everything is acknowledged, also what nobody knows any more (SLACK.md, §2: what matches no listener never is).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers import buttons, commands, forms, options, shortcuts
from handlers.errors import PATIENCE_SECONDS, Frame
from handlers.events import Events, KnowsGroups
from handlers.home import Homes
from handlers.interaction import Interaction, Listener, key_of, log, user_of
from handlers.redrawing import Presses
from services.clarion import Clarion

Body = Mapping[str, Any]
ANY = re.compile(".*")
FINISH_WITHIN_SECONDS = 5.0


def register(app: AsyncApp, clarion: Clarion, directory: KnowsGroups, patience: float = PATIENCE_SECONDS) -> Ways:
    """Let `app` do for the workspace of `clarion` what people ask of it; `directory` knows who they are.

    Slack is acknowledged within `patience` seconds, come what may.
    """
    # Not the client that Bolt makes for each request: answers of ours are always Slack's `ok` or an error.
    ways = Ways(clarion, Frame(directory, patience), directory, app.client)
    app.command(ANY)(ways.command)
    app.shortcut(ANY)(ways.shortcut)
    app.action(ANY)(ways.action)
    app.view_submission(ANY)(ways.form)
    app.view_closed(ANY)(ways.closed)
    app.options(ANY)(ways.options)
    app.event(ANY)(ways.event)
    return ways


class Ways:
    """The ways in. Bolt hands over by the names of the arguments, and answers Slack when the listener returns
    (`process_before_response`): as soon as it is acknowledged, while what is left goes on in a task of ours.
    """

    def __init__(self, clarion: Clarion, frame: Frame, directory: KnowsGroups, client: AsyncWebClient) -> None:
        self._clarion = clarion
        self._frame = frame
        self._directory = directory
        self._client = client
        self._homes = Homes(clarion, client, directory)
        self._presses = Presses()
        self._working: set[asyncio.Task[None]] = set()

    async def finish(self) -> None:
        """Let what was begun come to its end, within the time that a stop may take; break off what takes longer."""
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=FINISH_WITHIN_SECONDS)
            for task in late:
                task.cancel()
            # They unwind while there still is a database to roll back.
            await asyncio.gather(*late, return_exceptions=True)

    async def command(self, body: Body, ack: AsyncAck, respond: AsyncRespond) -> None:
        at_once = commands.is_answered_at_once(self._clarion, body)
        await self._run(commands.command, body, ack, respond, at_once=at_once)

    async def shortcut(self, body: Body, ack: AsyncAck, respond: AsyncRespond) -> None:
        at_once = shortcuts.is_answered_at_once(str(body.get("callback_id")))
        await self._run(shortcuts.shortcut, body, ack, respond, at_once=at_once)

    async def action(self, body: Body, ack: AsyncAck, respond: AsyncRespond) -> None:
        at_once = buttons.is_answered_at_once(body)
        await self._run(buttons.pressed, body, ack, respond, at_once=at_once)

    async def form(self, body: Body, ack: AsyncAck, respond: AsyncRespond) -> None:
        await self._run(forms.submit, body, ack, respond, at_once=False)

    async def options(self, body: Body, ack: AsyncAck, respond: AsyncRespond) -> None:
        await self._run(options.offer, body, ack, respond, at_once=False)

    async def closed(self, ack: AsyncAck) -> None:
        """Nothing is kept of a form that is not sent."""
        await ack()

    async def event(self, event: Body, context: AsyncBoltContext) -> None:
        """Acknowledged once it is taken, or when Slack's patience ends. What failed until then is not acknowledged, so that
        Slack tells again, and is tried again here meanwhile.
        """
        events = Events(self._clarion, self._directory, self._homes, context.bot_user_id or "")
        failures: list[Exception] = []
        taken = self._begin(events.happened(event, failures))
        await asyncio.wait({taken}, timeout=self._frame.patience)
        if failures and not taken.done():
            raise failures[-1]

    async def _run(
        self,
        listener: Listener,
        body: Body,
        ack: AsyncAck,
        respond: AsyncRespond,
        *,
        at_once: bool,
    ) -> None:
        it = Interaction(self._clarion, body, self._client, ack, respond, key_of(body), user_of(body), self._presses)
        if it.view:
            self._presses.note(it.view["id"], it.key)
        self._begin(self._carried_out(it, listener, at_once=at_once))
        with self._clarion.rush.somebody_waits():
            await it.answered.wait()

    async def _carried_out(self, it: Interaction, listener: Listener, *, at_once: bool) -> None:
        await self._frame.run(it, listener, at_once=at_once)
        if not it.is_within_form:
            await self._homes.follow(it.user_id)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._working.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("What was sent could not be carried out", exc_info=error)
