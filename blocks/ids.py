"""The words by which Slack hands back what was pressed or sent; old messages carry them, so they never change.

A button's value is the escalation's id as text, but for these: STEP_DONE "escalation:step", ACCEPT and DECLINE
"escalation:handover", ADD_TOLD "escalation:event", END_SUBSCRIPTION the subscription, TRY_AGAIN the effect,
TIMELINE_PAGE and CUSTOMER_LOG_PAGE "escalation:page",
LIST_PAGE "page:what was typed after list".
An option of the overflow MORE is "action:escalation". `button_value` and `ids_in` are the two halves of that.
"""

from __future__ import annotations

from enum import StrEnum

_LONGEST_VALUE = 2000


class Action(StrEnum):
    """What can be pressed or chosen outside of sending a form."""

    ACKNOWLEDGE = "acknowledge"
    POST_UPDATE = "post_update"
    STILL_WORKING = "still_working"
    SNOOZE = "snooze"
    PLAN = "plan"
    HAND_OFF = "hand_off"
    CHANGE_SEVERITY = "change_severity"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    SUBSCRIBE = "subscribe"
    TIMELINE = "timeline"
    TOLD_CUSTOMER = "told_customer"
    TELL_CUSTOMER = "tell_customer"
    ADD_TOLD = "add_told"
    CUSTOMER_LOG = "customer_log"
    CUSTOMER_LOG_PAGE = "customer_log_page"
    MORE = "more"
    ACCEPT = "accept"
    DECLINE = "decline"
    STEP_DONE = "step_done"
    TAKE_OVER = "take_over"
    JOIN = "join"
    TRY_AGAIN = "try_again"
    END_SUBSCRIPTION = "end_subscription"
    TIMELINE_PAGE = "timeline_page"
    LIST_PAGE = "list_page"
    # On App Home, about no escalation
    NEW_ESCALATION = "new_escalation"
    FOLLOWED = "followed"
    # Within forms
    ADD_STEP = "add_step"
    CUSTOMER = "customer"
    SEVERITY = "severity"
    OWNER = "owner"
    NEW_OWNER = "new_owner"
    NEW_SEVERITY = "new_severity"
    WHICH_ESCALATION = "which_escalation"


class Form(StrEnum):
    """The callback ids of the forms."""

    NEW_ESCALATION = "new_escalation"
    POST_UPDATE = "post_update"
    SUGGEST_UPDATE = "suggest_update"
    STILL_WORKING = "still_working"
    SNOOZE = "snooze"
    PLAN = "plan"
    HAND_OFF = "hand_off"
    CHANGE_SEVERITY = "change_severity"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    SUBSCRIBE = "subscribe"
    TOLD_CUSTOMER = "told_customer"
    ADD_TO_TIMELINE = "add_to_timeline"


class Shortcut(StrEnum):
    """The callback ids of the shortcuts in the manifest."""

    NEW_ESCALATION = "new_escalation"
    ESCALATE_MESSAGE = "escalate_message"
    ADD_TO_TIMELINE = "add_to_timeline"


def button_value(*ids: int) -> str:
    """One or several ids as a button carries them."""
    return ":".join(str(one) for one in ids)


def ids_in(value: str, count: int = 1) -> tuple[int, ...] | None:
    """The ids of a button's value; None when it holds anything else, since values come from outside."""
    parts = value.split(":")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return tuple(int(part) for part in parts)


def list_value(page: int, asked: str) -> str:
    """A page of a list, and what was typed to see it."""
    return f"{page}:{asked}"[:_LONGEST_VALUE]


def list_page_in(value: str) -> tuple[int, str] | None:
    """The two halves of `list_value`; None when it holds anything else."""
    page, colon, asked = value.partition(":")
    ids = ids_in(page) if colon else None
    return (ids[0], asked) if ids else None


def chosen_under_more(value: str) -> tuple[Action, int] | None:
    """What an option of the overflow stands for; None when it is not one of ours."""
    word, _, rest = value.partition(":")
    ids = ids_in(rest)
    if ids is None or word not in set(Action):
        return None
    return Action(word), ids[0]
