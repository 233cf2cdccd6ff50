"""The Web API's methods, one file per family."""

from __future__ import annotations

from ..api_call import Method
from . import (
    auth,
    bookmarks,
    canvases,
    chat,
    conversations,
    history,
    membership,
    pins,
    scheduling,
    usergroups,
    users,
    views,
)

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **bookmarks.METHODS,
    **canvases.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **history.METHODS,
    **membership.METHODS,
    **pins.METHODS,
    **scheduling.METHODS,
    **usergroups.METHODS,
    **users.METHODS,
    **views.METHODS,
}
