"""One small specimen of every block and element there is to draw, the newest included."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def plain(text: str, **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def option(text: str, value: str, **more: Any) -> Json:
    return {"text": plain(text, emoji=False), "value": value, **more}


def _input(element: Json, label: str, **more: Any) -> Json:
    element = {"action_id": "a", **element}
    return {"type": "input", "block_id": "b", "label": plain(label), "element": element, **more}


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "block_id": "b", "elements": list(elements)}


def _line(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


_SEVERITIES = [option("SEV-1 Critical", "1", description=plain("Outage")), option("SEV-2 High", "2")]
_PRESS = {"type": "button", "action_id": "ack", "text": plain("Acknowledge"), "value": "7"}
_MRKDWN = (
    "*Bold _and italic_* ~gone~ `<code>` &lt;b&gt; <@U0DINA> <@U0OMAR> <#C0HERE> <#C0HIDDEN> <!here> <!subteam^S1>\n"
    "> quoted *well*\n<!date^1795447500^{date_short_pretty} at {time}|at some time> <https://example.com/?a=1&amp;b=2|there> "
    "<javascript:alert(1)|nowhere>\n```\npre &amp; formed\n```\n:tada: :unknown_one:"
)

MESSAGES: dict[str, Json] = {
    "header": {"type": "header", "block_id": "b", "text": plain("🔴 ESC-42 · Acme")},
    "divider": {"type": "divider", "block_id": "b"},
    "section mrkdwn": {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": _MRKDWN}},
    "section plain": {"type": "section", "block_id": "b", "text": plain("*as* <typed> :tada:", emoji=False)},
    "section fields": {
        "type": "section",
        "block_id": "b",
        "fields": [{"type": "mrkdwn", "text": "*Owner*\n<@U0OMAR>"}],
    },
    "section accessory": {"type": "section", "block_id": "b", "text": plain("Step"), "accessory": _PRESS},
    "section select": {
        "type": "section",
        "block_id": "b",
        "text": plain("Which"),
        "accessory": {"type": "static_select", "action_id": "a", "options": _SEVERITIES},
    },
    "context": {"type": "context", "block_id": "b", "elements": [{"type": "mrkdwn", "text": "Owner <@U0DINA>"}]},
    "context image": {
        "type": "context",
        "block_id": "b",
        "elements": [{"type": "image", "image_url": "https://example.com/x.png", "alt_text": "a cat"}],
    },
    "actions": {
        "type": "actions",
        "block_id": "b",
        "elements": [
            _PRESS | {"style": "primary"},
            _PRESS | {"action_id": "end", "style": "danger", "confirm": {"title": plain("Sure?")}},
            _PRESS | {"action_id": "url", "url": "https://example.com/"},
            _PRESS | {"action_id": "for another", "visible_to_user_ids": ["U0OMAR"]},
            {"type": "overflow", "action_id": "more", "options": [option("Plan", "plan:7")]},
        ],
    },
    "rich text": _rich(
        _line(
            {"type": "text", "text": "Bold", "style": {"bold": True}},
            {"type": "text", "text": " <i>as typed</i> ", "style": {"italic": True, "strike": True}},
            {"type": "user", "user_id": "U0DINA"},
            {"type": "channel", "channel_id": "C0HERE"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "tada"},
            {"type": "link", "url": "https://example.com/", "text": "there"},
            {"type": "link", "url": "javascript:alert(1)", "text": "nowhere"},
            {"type": "date", "timestamp": 1795447500, "format": "{date_short_pretty} at {time}", "fallback": "then"},
        )
    ),
    "rich list": _rich(
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [_line({"type": "text", "text": "one"})],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "offset": 2,
            "elements": [_line({"type": "text", "text": "3rd"})],
        },
    ),
    "rich quote": _rich(
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "their words"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a  b"}]},
    ),
    "markdown": {
        "type": "markdown",
        "text": "# Title\n**bold** and [a link](https://example.com)\n- [x] done\n1. first",
    },
    "image": {"type": "image", "block_id": "b", "image_url": "https://example.com/x.png", "alt_text": "a cat"},
    "table": {
        "type": "table",
        "block_id": "b",
        "column_settings": [{"align": "left"}, {"align": "right"}],
        "rows": [[{"type": "raw_text", "text": "Who"}, {"type": "raw_text", "text": "Holds"}]] * 2,
    },
    "data table": {
        "type": "data_table",
        "block_id": "b",
        "caption": plain("Kept promises"),
        "rows": [[{"type": "raw_text", "text": "SEV-1"}], [{"type": "raw_number", "value": 97}]],
    },
    "data visualization": {
        "type": "data_visualization",
        "block_id": "b",
        "title": "Opened",
        "chart": {"type": "bar", "series": [{"name": "SEV-1", "data": [{"label": "Mon", "value": 3}]}]},
    },
    "card": {
        "type": "card",
        "title": plain("ESC-42"),
        "body": plain("Down"),
        "subtext": plain("now"),
        "actions": [_PRESS],
    },
    "carousel": {"type": "carousel", "elements": [{"type": "card", "title": plain("ESC-42")}]},
    "container": {"type": "container", "title": plain("All"), "child_blocks": [{"type": "divider"}]},
    "plan": {
        "type": "plan",
        "title": "Fix it",
        "tasks": [
            {"type": "task_card", "title": "Find it", "status": "complete"},
            {"type": "task_card", "title": "Mend it", "status": "in_progress", "details": _rich(_line())},
        ],
    },
    "context actions": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "f",
                "positive_button": {"text": plain("Good"), "value": "+"},
                "negative_button": {"text": plain("Bad"), "value": "-"},
            },
            {"type": "icon_button", "action_id": "i", "icon": "trash", "text": plain("Delete")},
        ],
    },
    "a block of tomorrow": {"type": "hologram", "block_id": "b"},
}

FORMS: dict[str, Json] = {
    "plain text input": _input(
        {"type": "plain_text_input", "max_length": 200, "placeholder": plain("Say")}, "Summary", hint=plain("A line.")
    ),
    "paragraph": _input({"type": "plain_text_input", "multiline": True}, "Impact", optional=True),
    "url text input": _input({"type": "url_text_input"}, "Ticket", optional=True),
    "email text input": _input({"type": "email_text_input"}, "E-mail"),
    "number input": _input({"type": "number_input", "is_decimal_allowed": False}, "How many"),
    "rich text input": _input({"type": "rich_text_input"}, "Words"),
    "datepicker": _input({"type": "datepicker"}, "By when"),
    "timepicker": _input({"type": "timepicker"}, "At"),
    "datetimepicker": _input({"type": "datetimepicker"}, "Next update"),
    "radio buttons": _input({"type": "radio_buttons", "options": _SEVERITIES}, "Severity"),
    "checkboxes": _input({"type": "checkboxes", "options": _SEVERITIES[:1]}, "Confirmed"),
    "static select": _input({"type": "static_select", "options": _SEVERITIES}, "Severity"),
    "external select": _input({"type": "external_select", "min_query_length": 1}, "Customer"),
    "users select": _input({"type": "users_select"}, "Who"),
    "multi users select": _input({"type": "multi_users_select"}, "Thanks to", optional=True),
    "conversations select": _input({"type": "conversations_select"}, "Where"),
    "file input": _input({"type": "file_input"}, "File"),
    "alert": {"type": "alert", "level": "warning", "text": plain("Careful")},
}

VALUES: dict[str, Json] = {
    "plain text input": {"value": "Checkout <is> down"},
    "datetimepicker": {"selected_date_time": 1795447500},
    "datepicker": {"selected_date": "2026-11-24"},
    "radio buttons": {"selected_option": _SEVERITIES[0]},
    "checkboxes": {"selected_options": _SEVERITIES[:1]},
    "static select": {"selected_option": _SEVERITIES[1]},
    "users select": {"selected_user": "U0OMAR"},
    "multi users select": {"selected_users": ["U0OMAR", "U0ANA"]},
}
