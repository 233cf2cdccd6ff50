"""The elements of Block Kit with the limits of SLACK.md, section 5, as one table."""

from __future__ import annotations

import re
from typing import Any

from .blockkit_checks import (
    Check,
    Problems,
    anything,
    boolean,
    both,
    either,
    items,
    number,
    one_of,
    record,
    string,
    text_object,
)

ID = string(255)
URL = string(3000)

CONFIRM = record(
    {
        "title": text_object(100, plain_only=True),
        "text": text_object(300),
        "confirm": text_object(30, plain_only=True),
        "deny": text_object(30, plain_only=True),
    },
    {"style": one_of("primary", "danger")},
)


def option(plain_only: bool) -> Check:
    """One choice. Radio buttons and checkboxes may use mrkdwn."""
    return record(
        {"text": text_object(75, plain_only=plain_only), "value": string(150)},
        {"description": text_object(75, plain_only=plain_only), "url": URL},
    )


_OPTIONS = items(option(plain_only=True), most=100, least=1)
_GROUPS = items(record({"label": text_object(75, plain_only=True), "options": _OPTIONS}), most=100, least=1)
_PLACEHOLDER = text_object(150, plain_only=True)
_ANY = {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean}
_SELECT = _ANY | {"placeholder": _PLACEHOLDER}
_MULTI = _SELECT | {"max_selected_items": number(1)}
_ONE = option(plain_only=True)
_DISPATCH = {
    "dispatch_action_config": record(
        {}, {"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"))}
    )
}
_FILTER = record(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public"), least=1),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)


def _initial_among_options(value: Any, at: str, problems: Problems) -> None:
    if not isinstance(value, dict):
        return
    options = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        options += group.get("options", []) if isinstance(group, dict) else []
    chosen = list(value.get("initial_options") or [])
    chosen += [value["initial_option"]] if value.get("initial_option") else []
    for choice in chosen:
        if choice not in options:
            problems.append(("initial option must match exactly one of the options", at))


def _matching(pattern: str, words: str) -> Check:
    def check(value: Any, at: str, problems: Problems) -> None:
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            problems.append((f"must be {words}", at))

    return check


def _static(initial: dict[str, Check], base: dict[str, Check]) -> Check:
    fields = record({}, base | initial | {"options": _OPTIONS, "option_groups": _GROUPS})
    return both(fields, either("options", "option_groups"), _initial_among_options)


def _choices(initial: dict[str, Check]) -> Check:
    ten = items(option(plain_only=False), most=10, least=1)
    return both(record({"options": ten}, _ANY | initial), _initial_among_options)


_IMAGE_SOURCE = {"image_url": URL, "slack_file": anything}
_DATE = _matching(r"\d{4}-\d{2}-\d{2}", "a date in YYYY-MM-DD format")
_TIME = _matching(r"([01]\d|2[0-3]):[0-5]\d", "a time in HH:mm format")
_TYPED = {"placeholder": _PLACEHOLDER, "action_id": ID, "focus_on_load": boolean} | _DISPATCH
_BUTTON = {
    "action_id": ID,
    "url": URL,
    "value": string(2000),
    "style": one_of("primary", "danger"),
    "confirm": CONFIRM,
    "accessibility_label": string(75),
    "visible_to_user_ids": items(string()),
    "agent_prompt": string(4000),
}

ELEMENTS: dict[str, Check] = {
    "button": record({"text": text_object(75, plain_only=True)}, _BUTTON),
    "workflow_button": record({"text": text_object(75, plain_only=True), "workflow": anything}, _BUTTON),
    "icon_button": record({"icon": string(), "text": text_object(75, plain_only=True)}, _BUTTON),
    "feedback_buttons": record({"positive_button": anything, "negative_button": anything}, {"action_id": ID}),
    "image": both(record({"alt_text": string(2000)}, _IMAGE_SOURCE), either("image_url", "slack_file")),
    "overflow": record({"options": items(_ONE, most=5, least=1)}, {"action_id": ID, "confirm": CONFIRM}),
    "static_select": _static({"initial_option": _ONE}, _SELECT),
    "multi_static_select": _static({"initial_options": items(_ONE, most=100)}, _MULTI),
    "external_select": record({}, _SELECT | {"initial_option": _ONE, "min_query_length": number(0)}),
    "multi_external_select": record({}, _MULTI | {"initial_options": items(_ONE), "min_query_length": number(0)}),
    "users_select": record({}, _SELECT | {"initial_user": string()}),
    "multi_users_select": record({}, _MULTI | {"initial_users": items(string())}),
    "channels_select": record({}, _SELECT | {"initial_channel": string(), "response_url_enabled": boolean}),
    "multi_channels_select": record({}, _MULTI | {"initial_channels": items(string())}),
    "conversations_select": record(
        {},
        _SELECT
        | {
            "initial_conversation": string(),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": _FILTER,
        },
    ),
    "multi_conversations_select": record(
        {},
        _MULTI
        | {"initial_conversations": items(string()), "default_to_current_conversation": boolean, "filter": _FILTER},
    ),
    "radio_buttons": _choices({"initial_option": option(plain_only=False)}),
    "checkboxes": _choices({"initial_options": items(option(plain_only=False), least=1)}),
    "datepicker": record({}, _SELECT | {"initial_date": _DATE}),
    "timepicker": record({}, _SELECT | {"initial_time": _TIME, "timezone": string()}),
    "datetimepicker": record({}, _ANY | {"initial_date_time": number(0, 9_999_999_999)}),
    "plain_text_input": record(
        {},
        _TYPED
        | {
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
    ),
    "rich_text_input": record(
        {}, _TYPED | {"initial_value": anything, "min_lines": number(1, 100), "max_lines": number(1, 100)}
    ),
    "email_text_input": record({}, _TYPED | {"initial_value": string(3000, least=0)}),
    "url_text_input": record({}, _TYPED | {"initial_value": string(3000, least=0)}),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        _TYPED | {"initial_value": string(), "min_value": string(), "max_value": string()},
    ),
    "file_input": record({}, {"action_id": ID, "filetypes": items(string()), "max_files": number(1, 10)}),
}

SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker")
IN_ACTIONS = ("button", "workflow_button", "overflow", "radio_buttons", "checkboxes", *PICKERS, *SELECTS)
IN_SECTION = ("image", *IN_ACTIONS)
IN_INPUT = tuple(
    name for name in ELEMENTS if name.endswith("_input") or name in (*SELECTS, *PICKERS, "radio_buttons", "checkboxes")
)
