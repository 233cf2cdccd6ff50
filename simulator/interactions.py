"""What a person's Slack client does: send the payload, wait for the ack, do as it says, show what went wrong.

The driver calls these, and so can any other client of the workspace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads, posting, views_store
from .blockkit import check_view, problems_of
from .delivery import Answer
from .errors import SlackError
from .json_types import Json
from .people import SLACKBOT, Person
from .response_urls import apply_answer
from .shapes import view_json
from .state import Channel, Failure, Message, ResponseUrl, View

if TYPE_CHECKING:
    from .workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


class Interactions:
    """Every way in which a person reaches the app."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws

    async def command(self, person: Person, channel: Channel, command: str, text: str) -> Message | None:
        """Run a slash command; the message that the ack carried, or Slack's own words on failure."""
        if command not in self._ws.manifest.commands:
            return self._slackbot(channel, person, f"`{command}` is not a valid command.")
        payload = payloads.slash(self._ws, person, channel, command, text)
        answer = await self._ws.delivery.command(payload)
        if not answer.acked:
            code = "operation_timeout" if answer.problem == "timeout" else "dispatch_failed"
            shown = f'{command} failed with the error "{code}"'
            self._fail(command, person, answer, shown, payload)
            return self._slackbot(channel, person, shown)
        body = {"text": answer.body} if isinstance(answer.body, str) else answer.body
        if not body or not (body.get("text") or body.get("blocks") or body.get("attachments")):
            return None
        if problems_of(body.get("blocks") or [], "message"):
            shown = f'{command} failed with the error "invalid_blocks"'
            self._fail(command, person, Answer(problem="invalid_blocks"), shown, payload)
            return self._slackbot(channel, person, shown)
        return apply_answer(self._ws, ResponseUrl("", channel.id, person.id, 0.0), body)

    async def global_shortcut(self, person: Person, callback_id: str) -> bool:
        """Choose from the lightning menu; whether the app acknowledged."""
        return await self._interact("shortcut", person, payloads.global_shortcut(self._ws, person, callback_id))

    async def message_shortcut(self, person: Person, channel: Channel, message: Message, callback_id: str) -> bool:
        """Choose from a message's menu; whether the app acknowledged."""
        payload = payloads.message_shortcut(self._ws, person, channel, message, callback_id)
        return await self._interact("message shortcut", person, payload)

    async def act_in_message(self, person: Person, channel: Channel, message: Message, action: Json) -> bool:
        """Press or choose something in a message; whether the app acknowledged."""
        payload = payloads.action_in_message(self._ws, person, channel, message, action)
        return await self._interact("button", person, payload)

    async def act_in_view(self, person: Person, view: View, action: Json) -> bool:
        """Press or choose something in a modal or Home; whether the app acknowledged."""
        acked = await self._interact("button", person, payloads.action_in_view(self._ws, person, view, action))
        if not acked:
            view.trouble = TROUBLE
            self._ws.changes.notify()
        return acked

    async def suggest(self, person: Person, element: Json, block_id: str, typed: str, source: Json) -> Json:
        """Ask the app for options; `{"options": […]}` or `{"option_groups": […]}`, empty when it failed."""
        payload = payloads.suggestion(self._ws, person, element, block_id, typed, source)
        answer = await self._ws.delivery.interaction(payload)
        body = answer.body if isinstance(answer.body, dict) else {}
        if not answer.acked or _bad_options(body):
            problem = answer if not answer.acked else Answer(problem="invalid options")
            self._fail("options", person, problem, "Something went wrong. Try again?", payload)
            return {"options": []}
        return body

    async def submit(self, person: Person, view: View) -> str:
        """Send a modal; `closed`, `errors`, `updated`, `pushed`, `cleared`, or `trouble` when the app failed."""
        view.errors, view.trouble = {}, None
        payload = payloads.submission(self._ws, person, view)
        answer = await self._ws.delivery.interaction(payload)
        outcome = "trouble"
        if answer.acked:
            try:
                outcome = self._follow(person, view, answer.body)
            except SlackError as error:
                answer = Answer(problem=f"{error.code} {error.extra.get('response_metadata', '')}".strip())
        if outcome == "trouble":
            problem = answer if answer.problem else Answer(problem="not a response Slack understands")
            self._fail("view_submission", person, problem, TROUBLE, payload)
            view.trouble = TROUBLE
        self._ws.changes.notify()
        return outcome

    def _follow(self, person: Person, view: View, body: Any) -> str:
        ws = self._ws
        if body is None or body in ("", {}):
            views_store.close_top(ws, person.id)
            return "closed"
        match body.get("response_action") if isinstance(body, dict) else None:
            case "clear":
                views_store.close_all(ws, person.id)
                return "cleared"
            case "update":
                check_view(body.get("view"), ("modal",))
                views_store.replace_body(ws, view, body["view"])
                return "updated"
            case "push":
                check_view(body.get("view"), ("modal",))
                views_store.push_modal(ws, person.id, body["view"])
                return "pushed"
            case "errors" if _errors_fit(view, body.get("errors")):
                view.errors = dict(body["errors"])
                return "errors"
        return "trouble"

    async def close(self, person: Person, view: View, everything: bool = False) -> None:
        """Press Cancel, or with `everything` the ✕ that takes the whole stack away."""
        ws = self._ws
        stack = list(ws.state.modals.get(person.id, []))
        told = stack[0] if everything and stack else view
        if everything or view.body.get("clear_on_close"):
            views_store.close_all(ws, person.id)
        else:
            views_store.close_top(ws, person.id)
        if told.body.get("notify_on_close"):
            await self._interact("view_closed", person, payloads.closing(ws, person, told, cleared=everything))

    def open_home(self, person: Person, tab: str = "home") -> Channel:
        """Look at the app's Home or its messages: `app_home_opened` goes out."""
        ws = self._ws
        channel = ws.app_dm(person)
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": tab}
        view = ws.state.homes.get(person.id)
        if view is not None and tab == "home":
            event["view"] = view_json(ws, view)
        ws.events.emit(event)
        return channel

    async def _interact(self, what: str, person: Person, payload: Json) -> bool:
        answer = await self._ws.delivery.interaction(payload)
        if not answer.acked:
            self._fail(what, person, answer, "This app didn't respond. Try again?", payload)
        return answer.acked

    def _fail(self, what: str, person: Person, answer: Answer, shown: str, payload: Json) -> None:
        self._ws.state.failures.append(Failure(what, person.id, answer.problem or "", shown, payload))
        self._ws.changes.notify()

    def _slackbot(self, channel: Channel, person: Person, text: str) -> Message:
        return posting.post(self._ws, channel, SLACKBOT, text, only_for=person.id)


def _errors_fit(view: View, errors: Any) -> bool:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    return isinstance(errors, dict) and bool(errors) and set(errors) <= inputs


def _bad_options(body: Json) -> bool:
    if "options" not in body and "option_groups" not in body:
        return True
    fields = {key: body[key] for key in ("options", "option_groups") if body.get(key)}
    if not fields:
        return False
    probe: Json = {"type": "static_select", "action_id": "probe"} | fields
    return bool(problems_of([{"type": "actions", "elements": [probe]}], "message"))
