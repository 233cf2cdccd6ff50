"""Which scope a bot token needs for which method. A method in neither table needs none."""

from __future__ import annotations

from .state import ChannelKind

FIXED: dict[str, tuple[str, ...]] = {
    "apps.connections.open": ("connections:write",),
    "bookmarks.add": ("bookmarks:write",),
    "bookmarks.edit": ("bookmarks:write",),
    "bookmarks.list": ("bookmarks:read",),
    "bookmarks.remove": ("bookmarks:write",),
    "bots.info": ("users:read",),
    "canvases.delete": ("canvases:write",),
    "canvases.edit": ("canvases:write",),
    "canvases.sections.lookup": ("canvases:read",),
    "chat.delete": ("chat:write",),
    "chat.deleteScheduledMessage": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.scheduleMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.canvases.create": ("canvases:write",),
    "conversations.join": ("channels:join",),
    "pins.add": ("pins:write",),
    "pins.list": ("pins:read",),
    "pins.remove": ("pins:write",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "team.info": ("team:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "users.profile.get": ("users.profile:read",),
}
"""Method to scopes of which one is enough."""

_MANAGE: dict[ChannelKind, tuple[str, ...]] = {
    "channel": ("channels:manage",),
    "group": ("groups:write",),
    "im": ("im:write",),
    "mpim": ("mpim:write",),
}
_INVITE = _MANAGE | {
    "channel": ("channels:manage", "channels:write.invites"),
    "group": ("groups:write", "groups:write.invites"),
}
_TOPIC = _MANAGE | {
    "channel": ("channels:manage", "channels:write.topic"),
    "group": ("groups:write", "groups:write.topic"),
}
_READ: dict[ChannelKind, tuple[str, ...]] = {
    "channel": ("channels:read",),
    "group": ("groups:read",),
    "im": ("im:read",),
    "mpim": ("mpim:read",),
}
_HISTORY: dict[ChannelKind, tuple[str, ...]] = {
    "channel": ("channels:history",),
    "group": ("groups:history",),
    "im": ("im:history",),
    "mpim": ("mpim:history",),
}

BY_KIND: dict[str, dict[ChannelKind, tuple[str, ...]]] = {
    "conversations.archive": _MANAGE,
    "conversations.create": _MANAGE,
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.invite": _INVITE,
    "conversations.kick": _MANAGE,
    "conversations.leave": _MANAGE,
    "conversations.list": _READ,
    "conversations.members": _READ,
    "conversations.open": _MANAGE,
    "conversations.rename": _MANAGE,
    "conversations.replies": _HISTORY,
    "conversations.setPurpose": _TOPIC,
    "conversations.setTopic": _TOPIC,
    "conversations.unarchive": _MANAGE,
    "users.conversations": _READ,
}
"""Method to the scopes, by the kind of conversation, of which one is enough."""


def lacking(method: str, granted: tuple[str, ...], kind: ChannelKind | None = None) -> str | None:
    """The scope to name in `missing_scope`, or None. Without a kind, a scope for any kind lets the call begin."""
    if method in FIXED:
        enough = FIXED[method]
    elif method not in BY_KIND:
        return None
    elif kind is not None:
        enough = BY_KIND[method][kind]
    else:
        enough = tuple(scope for scopes in BY_KIND[method].values() for scope in scopes)
    return None if set(enough) & set(granted) else enough[0]
