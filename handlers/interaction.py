"""One thing that somebody did in Slack, and the ways to answer them at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.answers import StateValues
from blocks.message import Message
from blocks.people_messages import refusal
from blocks.text import Json
from escalation.errors import Refused
from handlers.redrawing import Presses
from services.clarion import Clarion
from services.delivery.answers import Refusal, Verdict, trouble_of

log = logging.getLogger("clarion.handlers")

SLACK_TROUBLE = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError)
OK = 200
NOT_OPENED = "Slack did not open the form. If it is not there in a moment, please try again."
TOO_LATE = "Slack gave us too little time to open the form. Please try again."


@dataclass
class Interaction:
    """What arrived and from whom. `key` makes the change it asks for happen once, however often it is delivered."""

    clarion: Clarion
    body: Mapping[str, Any]
    client: AsyncWebClient
    ack: AsyncAck
    respond: AsyncRespond
    key: str
    user_id: str
    presses: Presses
    acknowledged: bool = field(default=False, init=False)
    kept_open: bool = field(default=False, init=False)
    answered: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    @property
    def view(self) -> Mapping[str, Any]:
        """The form it came from or is about; empty when it is none."""
        return self.body.get("view") or {}

    @property
    def values(self) -> StateValues:
        """What was filled in."""
        values: StateValues = self.view["state"]["values"]
        return values

    @property
    def metadata(self) -> str:
        """What the form remembers."""
        return str(self.view["private_metadata"])

    @property
    def is_form(self) -> bool:
        """Whether a form was sent."""
        return self.body.get("type") == "view_submission"

    @property
    def is_within_form(self) -> bool:
        """Whether it only changes the form that it was done in."""
        return not self.is_form and self.view.get("type") == "modal"

    @property
    def action(self) -> Mapping[str, Any]:
        """The button or menu."""
        actions = self.body.get("actions") or [{}]
        return actions[0] or {}

    @property
    def channel_id(self) -> str:
        """Where it happened; "" within forms and for global shortcuts."""
        channel = self.body.get("channel") or {}
        return str(self.body.get("channel_id") or channel.get("id") or "")

    async def acknowledge(self, **answer: Any) -> None:
        """Let Slack know, once: what was to be kept is kept by then, unless the answer keeps the form open.

        `answer` as Bolt's `ack` takes it.
        """
        if not self.acknowledged:
            self.acknowledged, self.kept_open = True, "response_action" in answer
            try:
                await self.ack(**answer)
            finally:
                self.answered.set()

    async def open(self, view: Json) -> None:
        """Show a form. Refused, with what to do, when Slack's three seconds are over."""
        try:
            await self.client.views_open(trigger_id=str(self.body.get("trigger_id") or ""), view=view)
        except SLACK_TROUBLE as error:
            trouble = trouble_of(error)
            if trouble.code == "exchanged_trigger_id":
                return  # Opened already, by the same press delivered twice
            if trouble.code in ("expired_trigger_id", "invalid_trigger_id"):
                raise Refused(TOO_LATE) from None
            if isinstance(trouble, Refusal) and trouble.verdict is not Verdict.LATER:
                raise
            raise Refused(NOT_OPENED) from None

    async def redraw(self, view: Json) -> None:
        """Replace the form it came from. Where another answer was quicker, the last press has its way."""
        view_id, seen = self.view["id"], self.view.get("hash")
        try:
            await self.client.views_update(view_id=view_id, hash=seen, view=view)
        except SLACK_TROUBLE as error:
            code = trouble_of(error).code
            if code == "hash_conflict" and self.presses.is_last(view_id, self.key):
                await self._try(self.client.views_update(view_id=view_id, view=view))
            else:
                log.info("A form was not drawn again: %s", code)

    async def say(self, answer: Message | str, *, instead: bool = False) -> None:
        """Answer so that only this person sees it; `instead` of the message whose button it was.

        Where there is no address to answer to, or it does not work, in the channel, and else by direct message.
        """
        message = refusal(answer) if isinstance(answer, str) else answer
        address = self.respond.response_url or ""
        if is_slacks(address, self.client.base_url) and await self._responded(message, instead=instead):
            return
        text, blocks, client = message.text, message.blocks, self.client
        here, who = self.channel_id, self.user_id
        if here and await self._try(client.chat_postEphemeral(channel=here, user=who, text=text, blocks=blocks)):
            return
        if not await self._try(client.chat_postMessage(channel=who, text=text, blocks=blocks)):
            await self._try(self._write_to(who, message))

    async def _write_to(self, user_id: str, message: Message) -> None:
        """By the conversation's own id: not every server takes a person for it."""
        opened = await self.client.conversations_open(users=user_id)
        await self.client.chat_postMessage(channel=opened["channel"]["id"], text=message.text, blocks=message.blocks)

    async def _responded(self, message: Message, *, instead: bool) -> bool:
        try:
            answer = await self.respond(
                text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=instead
            )
        except SLACK_TROUBLE as error:
            log.info("An answer by response_url failed: %s", type(error).__name__)
            return False
        return answer.status_code == OK

    async def _try(self, call: Awaitable[object]) -> bool:
        """Make a call whose failure is no reason to stop."""
        try:
            await call
        except SLACK_TROUBLE as error:
            log.info("Slack did not take an answer: %s", trouble_of(error).code)
            return False
        return True


Listener = Callable[[Interaction], Awaitable[None]]


def is_slacks(address: str, api: str) -> bool:
    """Whether an address to answer to is Slack's own, or on the machine that stands in for Slack."""
    asked, served = urlsplit(address), urlsplit(api)
    if asked.hostname is None:
        return False
    if asked.scheme == "https" and asked.hostname.endswith((".slack.com", ".slack-gov.com")):
        return True
    here = ("localhost", "127.0.0.1", "::1")
    return asked.hostname == served.hostname or (asked.hostname in here and served.hostname in here)


def key_of(body: Mapping[str, Any]) -> str:
    """What tells one press of a button, one form and one command from the next."""
    if body.get("type") == "view_submission":
        return f"view:{body['view']['id']}"
    trigger = body.get("trigger_id")
    if body.get("command"):
        return f"command:{trigger}"
    if trigger:
        return f"action:{trigger}"
    action = (body.get("actions") or [{}])[0]
    return f"action:{action.get('action_ts') or body.get('action_ts')}:{user_of(body)}"


def user_of(body: Mapping[str, Any]) -> str:
    """Who did it."""
    user = body.get("user") or {}
    return str(body.get("user_id") or (user.get("id") if isinstance(user, Mapping) else user) or "")
