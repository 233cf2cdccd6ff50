"""The fields that forms are made of, and the form around them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from blocks.ids import Action, Form
from blocks.layout import option
from blocks.text import LINE, PARAGRAPH, Json, clean, clean_line, label, plain

TITLE = 24


def modal(form: Form, title: str, submit: str, blocks: Sequence[Json], metadata: str) -> Json:
    """A form. `title` and `submit` have at most 24 characters."""
    return {
        "type": "modal",
        "callback_id": form.value,
        "title": label(title, TITLE),
        "submit": label(submit, TITLE),
        "close": label("Cancel", TITLE),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def field(block_id: str, name: str, element: Json, *, required: bool = False, hint: str = "") -> Json:
    """An input block; one whose element has an action id of ours tells us at once when it changes."""
    block: Json = {
        "type": "input",
        "block_id": block_id,
        "label": label(name),
        "element": {"action_id": block_id.partition(":")[0], **element},
        "optional": not required,
    }
    if hint:
        block["hint"] = plain(hint, 300)
    return block


def tells_at_once(block: Json, action: Action) -> Json:
    """The same input, whose changes arrive as `action` before the form is sent."""
    return {**block, "dispatch_action": True, "element": {**block["element"], "action_id": action.value}}


def one_line(initial: str = "", placeholder: str = "") -> Json:
    """A line of text."""
    return _text(clean_line(initial, LINE), placeholder, LINE, multiline=False)


def paragraph(initial: str = "", placeholder: str = "") -> Json:
    """Several lines of text."""
    return _text(clean(initial, PARAGRAPH), placeholder, PARAGRAPH, multiline=True)


def _text(initial: str, placeholder: str, limit: int, *, multiline: bool) -> Json:
    element: Json = {"type": "plain_text_input", "multiline": multiline, "max_length": limit}
    return _with(element, initial_value=initial, placeholder=placeholder)


def url(initial: str = "", placeholder: str = "") -> Json:
    """An address; Slack checks that it looks like one."""
    return _with({"type": "url_text_input"}, initial_value=clean_line(initial, PARAGRAPH), placeholder=placeholder)


def select(options: Sequence[Json], initial: str = "", placeholder: str = "") -> Json:
    """One of a few; `initial` is the value of the one chosen at first."""
    chosen = next((one for one in options if one["value"] == initial), None)
    return _with({"type": "static_select", "options": list(options)}, initial_option=chosen, placeholder=placeholder)


def searched(action: Action, initial: Json | None, placeholder: str, *, from_letters: int) -> Json:
    """One of many, looked up as the person types; `action` is asked for the options."""
    element: Json = {"type": "external_select", "action_id": action.value, "min_query_length": from_letters}
    return _with(element, initial_option=initial, placeholder=placeholder)


def radio(options: Sequence[Json], initial: str = "") -> Json:
    """One of a few, all to be seen at once."""
    chosen = next((one for one in options if one["value"] == initial), None)
    return _with({"type": "radio_buttons", "options": list(options)}, initial_option=chosen)


def checkbox(text: str, value: str, *, ticked: bool = False, description: str = "") -> Json:
    """A box that stands alone."""
    only = option(text, value, description=description)
    return _with({"type": "checkboxes", "options": [only]}, initial_options=[only] if ticked else None)


def day_picker(initial: date | None = None) -> Json:
    """A calendar day."""
    return _with({"type": "datepicker"}, initial_date=initial.isoformat() if initial else None)


def instant_picker(initial: datetime | None = None) -> Json:
    """A day and a time, in the person's own zone."""
    return _with({"type": "datetimepicker"}, initial_date_time=int(initial.timestamp()) if initial else None)


def person_picker(initial: str = "", placeholder: str = "") -> Json:
    """Somebody of the workspace."""
    return _with({"type": "users_select"}, initial_user=initial, placeholder=placeholder)


def people_picker(placeholder: str = "") -> Json:
    """Several of the workspace."""
    return _with({"type": "multi_users_select"}, placeholder=placeholder)


def _with(element: Json, placeholder: str = "", **initial: object) -> Json:
    given = {key: value for key, value in initial.items() if value}
    if placeholder:
        given["placeholder"] = label(placeholder, 150)
    return element | given
