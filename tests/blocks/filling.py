"""Filling in a form as a person would: by the labels, leaving the rest as the form has it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

Json = dict[str, Any]


def labels(view: Json) -> list[str]:
    """The labels of a form's fields, in order."""
    return [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]


def required(view: Json) -> set[str]:
    """Those that cannot be left empty."""
    return {block["label"]["text"] for block in view["blocks"] if block["type"] == "input" and not block["optional"]}


def element(view: Json, label: str) -> Json:
    """The element of the first field with this label."""
    return next(_elements(view, label))["element"]  # type: ignore[no-any-return]


def fill(view: Json, **by_label: Any) -> Json:
    """The state of the form once these were filled in; a list fills rows of the same label in turn.

    Labels are given with underscores for spaces.
    """
    wanted = {name.replace("_", " "): value if isinstance(value, list) else [value] for name, value in by_label.items()}
    state: Json = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        label = block["label"]["text"]
        given = wanted.get(label)
        answer = _answer(block["element"], given.pop(0)) if given else _as_it_stands(block["element"])
        state[block["block_id"]] = {block["element"]["action_id"]: {"type": block["element"]["type"], **answer}}
    left = {label: values for label, values in wanted.items() if values}
    assert not left, f"no field for {left}"
    return state


def block_id(view: Json, label: str) -> str:
    """The block id of the first field with this label."""
    return str(next(_elements(view, label))["block_id"])


def _elements(view: Json, label: str) -> Any:
    return (block for block in view["blocks"] if block["type"] == "input" and block["label"]["text"] == label)


def _answer(element: Json, value: Any) -> Json:
    match element["type"]:
        case "plain_text_input" | "url_text_input":
            return {"value": value}
        case "static_select" | "radio_buttons":
            chosen = [one for one in element["options"] if value in (one["value"], one["text"]["text"])]
            return {"selected_option": chosen[0] if chosen else None}
        case "external_select":
            return {"selected_option": value}
        case "checkboxes":
            return {"selected_options": element["options"] if value else []}
        case "datepicker":
            return {"selected_date": value.isoformat() if isinstance(value, date) else value}
        case "datetimepicker":
            return {"selected_date_time": int(value.timestamp()) if isinstance(value, datetime) else value}
        case "users_select":
            return {"selected_user": value}
        case "multi_users_select":
            return {"selected_users": list(value)}
    raise AssertionError(element["type"])


def _as_it_stands(element: Json) -> Json:
    match element["type"]:
        case "plain_text_input" | "url_text_input":
            return {"value": element.get("initial_value")}
        case "static_select" | "radio_buttons" | "external_select":
            return {"selected_option": element.get("initial_option")}
        case "checkboxes":
            return {"selected_options": element.get("initial_options", [])}
        case "datepicker":
            return {"selected_date": element.get("initial_date")}
        case "datetimepicker":
            return {"selected_date_time": element.get("initial_date_time")}
        case "users_select":
            return {"selected_user": element.get("initial_user")}
        case "multi_users_select":
            return {"selected_users": []}
    raise AssertionError(element["type"])
