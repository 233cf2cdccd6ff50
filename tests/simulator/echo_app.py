"""A tiny Bolt app that the workspace's own tests install: it echoes, opens forms, and answers as it is told to."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Echo"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "Echo"},
        "slash_commands": [
            {"command": "/echo", "description": "Say it again", "should_escape": False},
            {"command": "/silent", "description": "Never answers"},
        ],
        "shortcuts": [
            {"name": "Open a form", "type": "global", "callback_id": "open_form", "description": "d"},
            {"name": "Quote this", "type": "message", "callback_id": "quote", "description": "d"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "bookmarks:read",
                "bookmarks:write",
                "canvases:read",
                "canvases:write",
                "channels:history",
                "channels:join",
                "channels:manage",
                "channels:read",
                "chat:write",
                "commands",
                "groups:history",
                "groups:read",
                "groups:write",
                "im:history",
                "im:write",
                "pins:read",
                "pins:write",
                "reactions:write",
                "usergroups:read",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "channel_archive",
                "channel_rename",
                "member_joined_channel",
                "member_left_channel",
                "message.channels",
                "message.im",
                "user_change",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def text_input(label: str, block_id: str, **more: Any) -> Json:
    """An input block with one line of text."""
    block_fields: Json = {key: more.pop(key) for key in ("optional", "dispatch_action") if key in more}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": {"type": "plain_text_input", "action_id": "typed", **more},
        **block_fields,
    }


def option(text: str) -> Json:
    return {"text": {"type": "plain_text", "text": text}, "value": text.lower()}


def modal(*blocks: Json, title: str = "Echo form", **more: Any) -> Json:
    """A modal with a button to send it."""
    return {
        "type": "modal",
        "callback_id": "echo_form",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }


def form() -> Json:
    """The form of the echo app: text, a menu the app fills, choices, a checkbox, a button."""
    return modal(
        text_input("Words", "words", max_length=20),
        {
            "type": "input",
            "block_id": "customer",
            "dispatch_action": True,
            "label": {"type": "plain_text", "text": "Customer"},
            "element": {"type": "external_select", "action_id": "customer", "min_query_length": 1},
        },
        {
            "type": "input",
            "block_id": "severity",
            "label": {"type": "plain_text", "text": "Severity"},
            "element": {
                "type": "static_select",
                "action_id": "severity",
                "options": [option("SEV-1"), option("SEV-2")],
                "initial_option": option("SEV-2"),
            },
        },
        {
            "type": "input",
            "block_id": "secret",
            "optional": True,
            "label": {"type": "plain_text", "text": "Secrecy"},
            "element": {"type": "checkboxes", "action_id": "secret", "options": [option("Confidential")]},
        },
        text_input("Remark", "remark", optional=True),
        {
            "type": "actions",
            "block_id": "more",
            "elements": [{"type": "button", "action_id": "grow", "text": {"type": "plain_text", "text": "Add a line"}}],
        },
    )


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, **more}


class Echo:
    """The app and what it has heard."""

    def __init__(self, ws: Workspace) -> None:
        client = AsyncWebClient(token=ws.bot_token, base_url=ws.api_url, retry_handlers=[])
        self.ws = ws
        self.app = AsyncApp(client=client, signing_secret=ws.signing_secret)
        self.client = client
        self.heard: list[Json] = []
        self.answer_to_form: Json = {}
        self.next_view: Json | None = None
        self._listen()

    def of_type(self, kind: str) -> list[Json]:
        """The events of that type, in the order of their arrival."""
        return [event for event in self.heard if event["type"] == kind]

    def _listen(self) -> None:
        app = self.app
        app.command("/echo")(self._command)
        app.command("/silent")(self._never)
        app.shortcut("open_form")(self._shortcut)
        app.shortcut("quote")(self._quote)
        app.action("again")(self._again)
        app.action("grow")(self._grow)
        app.action("customer")(self._customer)
        app.action("deaf")(self._never)
        app.options("customer")(self._options)
        app.view("echo_form")(self._submitted)
        app.view_closed("echo_form")(self._closed)
        for kind in ("app_home_opened", "app_mention", "channel_archive", "channel_rename", "message", "user_change"):
            app.event(kind)(self._event)
        app.event("member_joined_channel")(self._event)
        app.event("member_left_channel")(self._event)

    def _hear(self, event: Json) -> None:
        self.heard.append(event)
        self.ws.changes.notify()

    async def _event(self, event: Json) -> None:
        self._hear(event)

    async def _command(self, ack: Any, body: Json) -> None:
        self._hear({"type": "command", **body})
        if body["text"] == "form":
            await ack()
            await self.client.views_open(trigger_id=body["trigger_id"], view=form())
        else:
            await ack(text=f"You said: {body['text']}")

    async def _never(self) -> None:
        return

    async def _shortcut(self, ack: Any, body: Json) -> None:
        self._hear(body)
        await ack()
        await self.client.views_open(trigger_id=body["trigger_id"], view=form())

    async def _quote(self, ack: Any, body: Json, respond: Any) -> None:
        self._hear(body)
        await ack()
        await respond(text=f"Quoted: {body['message']['text']}")

    async def _again(self, ack: Any, body: Json, respond: Any) -> None:
        self._hear(body)
        await ack()
        await respond(text="pressed", replace_original=True)

    async def _grow(self, ack: Any, body: Json) -> None:
        await ack()
        view = form()
        view["blocks"].append(text_input("Second line", "second", optional=True))
        await self.client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    async def _customer(self, ack: Any, body: Json) -> None:
        self._hear(body)
        await ack()

    async def _options(self, ack: Any, body: Json) -> None:
        typed = body["value"]
        known = [name for name in ("Acme", "Acorn", "Beta") if name.casefold().startswith(typed.casefold())]
        await ack(options=[option(name) for name in [*known, f"New: {typed}"]])

    async def _submitted(self, ack: Any, body: Json) -> None:
        self._hear(body)
        await ack(**self.answer_to_form)

    async def _closed(self, ack: Any, body: Json) -> None:
        self._hear(body)
        await ack()
