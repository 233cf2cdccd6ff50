"""Modals and Homes, and the triggers that let an app open them."""

from __future__ import annotations

from typing import Any

from .. import views_store
from ..api_call import ApiCall, Method
from ..blockkit import check_view
from ..errors import SlackError, invalid_arguments
from ..json_types import Json
from ..shapes import view_json
from ..state import Trigger, View


def open_view(call: ApiCall) -> Json:
    """views.open: a modal, for a trigger of the last three seconds."""
    body = _body(call, ("modal",))
    trigger = _trigger(call)
    return _answer(call, views_store.open_modal(call.ws, trigger.user, body))


def push(call: ApiCall) -> Json:
    """views.push: on top of the modal the trigger came from."""
    body = _body(call, ("modal",))
    trigger = _trigger(call)
    return _answer(call, views_store.push_modal(call.ws, trigger.user, body))


def update(call: ApiCall) -> Json:
    """views.update, by view_id or external_id."""
    body = _body(call, ("modal", "home"))
    view = _find(call)
    if view.kind != body["type"]:
        raise invalid_arguments("view type cannot be changed [json-pointer:/view/type]")
    _check_hash(call, view)
    views_store.replace_body(call.ws, view, body)
    return _answer(call, view)


def publish(call: ApiCall) -> Json:
    """views.publish: somebody's Home."""
    if not call.ws.manifest.home_enabled:
        raise SlackError("not_enabled")
    body = _body(call, ("home",))
    user = call.args.need("user_id")
    if user not in call.ws.state.people:
        raise invalid_arguments("invalid `user_id` [json-pointer:/user_id]")
    current = call.ws.state.homes.get(user)
    if current is not None:
        _check_hash(call, current)
    return _answer(call, views_store.publish_home(call.ws, user, body))


def _body(call: ApiCall, kinds: tuple[str, ...]) -> Json:
    body: Any = call.args.structure("view", "invalid_arguments")
    check_view(body, kinds)
    return dict(body)


def _trigger(call: ApiCall) -> Trigger:
    name = call.args.text("trigger_id") or call.args.text("interactivity_pointer")
    trigger = call.ws.state.triggers.get(name)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if call.ws.clock.steady() > trigger.expires:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def _find(call: ApiCall) -> View:
    wanted, external = call.args.text("view_id"), call.args.text("external_id")
    if not wanted and not external:
        raise invalid_arguments("missing required field: view_id or external_id")
    for view in call.ws.state.views.values():
        by_external = external and view.body.get("external_id") == external
        if not view.closed and (view.id == wanted or by_external):
            return view
    raise SlackError("not_found")


def _check_hash(call: ApiCall, view: View) -> None:
    given = call.args.text("hash")
    if given and given != view.hash:
        raise SlackError("hash_conflict")


def _answer(call: ApiCall, view: View) -> Json:
    return {"view": view_json(call.ws, view)}


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.publish": publish,
    "views.push": push,
    "views.update": update,
}
