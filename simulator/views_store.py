"""Views as they lie in people's clients: stacks of modals, Homes, and what was typed into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .blockkit import interactive
from .errors import SlackError
from .json_types import Json
from .state import View

if TYPE_CHECKING:
    from .workspace import Workspace

MAX_STACK = 3

_INITIAL = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
}
STATELESS = ("button", "workflow_button", "overflow", "icon_button", "feedback_buttons")


def value_key(kind: str) -> str:
    """The field of a state value that holds what was chosen or typed."""
    return _INITIAL.get(kind, ("value", ""))[0]


def initial_value(element: Json) -> Json:
    """An element's entry in `state.values` before anybody touches it."""
    kind = str(element["type"])
    key, source = _INITIAL.get(kind, ("value", "initial_value"))
    empty: list[Json] | None = [] if key.endswith("s") else None
    return {"type": kind, key: element.get(source, empty)}


def with_ids(ws: Workspace, body: Json) -> Json:
    """A view's body with the block and action ids that Slack makes up where there are none."""
    blocks = []
    for original in body.get("blocks", []):
        block = {**original, "block_id": original.get("block_id") or ws.ids.token(5)}
        for key in ("element", "accessory"):
            if key in block:
                block[key] = _with_action(ws, block[key])
        if block["type"] == "actions":
            block["elements"] = [_with_action(ws, element) for element in block["elements"]]
        blocks.append(block)
    return {**body, "blocks": blocks}


def _with_action(ws: Workspace, element: Json) -> Json:
    return (
        element if element["type"] == "image" else {**element, "action_id": element.get("action_id") or ws.ids.token(5)}
    )


def _values(body: Json, kept: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
    values: dict[str, dict[str, Json]] = {}
    for block in body["blocks"]:
        for element in interactive(block):
            if element["type"] in STATELESS:
                continue
            before = kept.get(block["block_id"], {}).get(element["action_id"])
            same = before is not None and before["type"] == element["type"]
            value = before if same and before is not None else initial_value(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = value
    return values


def _check_external_id(ws: Workspace, body: Json, own: View | None) -> None:
    wanted = body.get("external_id")
    for view in ws.state.views.values():
        if wanted and not view.closed and view is not own and view.body.get("external_id") == wanted:
            raise SlackError("duplicate_external_id")


def _new_hash(ws: Workspace) -> str:
    return f"{int(ws.clock.now())}.{ws.ids.token(8)}"


def _new(ws: Workspace, user: str, body: Json) -> View:
    _check_external_id(ws, body, None)
    body = with_ids(ws, body)
    view_id = ws.ids.new("V")
    view = View(view_id, user, body, _new_hash(ws), root_id=view_id, values=_values(body, {}))
    ws.state.views[view.id] = view
    return view


def open_modal(ws: Workspace, user: str, body: Json) -> View:
    """A new modal in place of whatever was open."""
    view = _new(ws, user, body)
    for old in ws.state.modals.get(user, []):
        old.closed = True
    ws.state.modals[user] = [view]
    ws.changes.notify()
    return view


def push_modal(ws: Workspace, user: str, body: Json) -> View:
    """A modal on top of the open one. Raises `push_limit_reached` beyond three."""
    stack = ws.state.modals.setdefault(user, [])
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view = _new(ws, user, body)
    if stack:
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
    stack.append(view)
    ws.changes.notify()
    return view


def replace_body(ws: Workspace, view: View, body: Json) -> None:
    """New content; what was typed stays where block_id and action_id stayed."""
    _check_external_id(ws, body, view)
    view.body = with_ids(ws, body)
    view.values = _values(view.body, view.values)
    view.hash = _new_hash(ws)
    view.errors, view.trouble = {}, None
    ws.changes.notify()


def publish_home(ws: Workspace, user: str, body: Json) -> View:
    """Set somebody's Home."""
    view = ws.state.homes.get(user)
    if view is None:
        view = ws.state.homes[user] = _new(ws, user, body)
        ws.changes.notify()
    else:
        replace_body(ws, view, body)
    return view


def close_top(ws: Workspace, user: str) -> None:
    """Take the top modal away, and with `clear_on_close` all below it."""
    stack = ws.state.modals.get(user, [])
    if stack and stack[-1].body.get("clear_on_close"):
        close_all(ws, user)
    elif stack:
        stack.pop().closed = True
        ws.changes.notify()


def close_all(ws: Workspace, user: str) -> None:
    """Take the whole stack away."""
    for view in ws.state.modals.pop(user, []):
        view.closed = True
    ws.changes.notify()
