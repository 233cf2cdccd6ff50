"""Posting, editing and deleting messages."""

from __future__ import annotations

from typing import Any

from .. import channels, posting
from ..api_call import ApiCall, Method
from ..blockkit import check_message_blocks
from ..errors import SlackError
from ..json_types import Json
from ..shapes import message_json
from ..state import Channel, Message

UPDATE_TEXT = 4_000
MARKDOWN_TEXT = 12_000
METADATA_BYTES = 16_000


def target(call: ApiCall) -> Channel:
    """Where to post: an id, a person's id (their direct messages with the app), or the name of a channel."""
    state, wanted = call.ws.state, call.args.text("channel")
    person = state.people.get(wanted)
    if person is not None:
        if person.bot:
            raise SlackError("cannot_dm_bot")
        if person.deleted or person.stranger:
            raise SlackError("channel_not_found")
        return channels.direct(call.ws, person.id, call.bot)
    channel = state.channels.get(wanted) or state.channel_named(wanted.removeprefix("#"))
    if channel is None or (channel.private and call.bot not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def check_may_post(call: ApiCall, channel: Channel) -> None:
    """Archived, not a member, or direct messages switched off for the app."""
    if channel.archived:
        raise SlackError("is_archived")
    if call.bot not in channel.members and "chat:write.public" not in call.ws.granted_scopes:
        raise SlackError("not_in_channel")
    if channel.kind == "im" and not call.ws.manifest.messages_enabled:
        raise SlackError("messages_tab_disabled")


def read_content(call: ApiCall) -> tuple[str, list[Json], list[Json]]:
    """Text, blocks and attachments, checked. Raises `no_text` when there is nothing to show."""
    args = call.args
    text, markdown = args.text("text"), args.text("markdown_text")
    blocks: Any = args.structure("blocks", "invalid_blocks_format")
    attachments: Any = args.structure("attachments", "invalid_attachments")
    if markdown:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        if len(markdown) > MARKDOWN_TEXT:
            raise SlackError("msg_too_long")
        blocks = [{"type": "markdown", "text": markdown}]
    if blocks is not None and not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    check_message_blocks(blocks or [])
    if attachments is not None and not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    for attachment in attachments or []:
        if not isinstance(attachment, dict):
            raise SlackError("invalid_attachments")
        check_message_blocks(attachment.get("blocks", []))
    if not (text or blocks or attachments):
        raise SlackError("no_text")
    if args.flag("link_names") or args.text("parse") == "full":
        text = posting.linked_names(call.ws, text)
    return text, blocks or [], attachments or []


def read_metadata(call: ApiCall) -> Json | None:
    """`metadata`, checked; None when it was not passed, {} when it is to be removed."""
    metadata: Any = call.args.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(str(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def post_message(call: ApiCall) -> Json:
    """chat.postMessage."""
    channel = target(call)
    check_may_post(call, channel)
    text, blocks, attachments = read_content(call)
    message = posting.post(
        call.ws,
        channel,
        call.bot,
        text,
        blocks=blocks,
        attachments=attachments,
        metadata=read_metadata(call) or None,
        thread_ts=call.args.text("thread_ts") or None,
        extra={"reply_broadcast": True} if call.args.flag("reply_broadcast") else {},
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(call.ws, message, all_metadata=True)}


def own_message(call: ApiCall, refusal: str) -> tuple[Channel, Message]:
    """The bot's own message by channel id and ts."""
    channel = call.ws.state.channels.get(call.args.need("channel"))
    if channel is None or (channel.private and call.bot not in channel.members):
        raise SlackError("channel_not_found")
    message = channel.message(call.args.need("ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    if not message.by_app or message.system:
        raise SlackError(refusal)
    return channel, message


def update(call: ApiCall) -> Json:
    """chat.update: text without blocks takes the blocks away, metadata left out stays."""
    channel, message = own_message(call, "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    if len(call.args.text("text")) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    text, blocks, attachments = read_content(call)
    metadata = read_metadata(call)
    before = message_json(call.ws, message, all_metadata=True)
    if "text" in call.args:
        message.text = text
    if "text" in call.args or blocks:
        message.blocks = posting.with_block_ids(call.ws, blocks)
    if "attachments" in call.args:
        message.attachments = attachments
    if metadata is not None:
        message.metadata = metadata or None
    if not blocks:
        message.edited = {"user": call.bot, "ts": posting.new_ts(call.ws, channel)}
    posting.tell_changed(call.ws, channel, message, before)
    body = message_json(call.ws, message, all_metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": body}


def delete(call: ApiCall) -> Json:
    """chat.delete."""
    channel, message = own_message(call, "cant_delete_message")
    posting.delete(call.ws, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: ApiCall) -> Json:
    """chat.postEphemeral: to somebody who is active and in the conversation."""
    channel = target(call)
    check_may_post(call, channel)
    user = call.args.need("user")
    person = call.ws.state.people.get(user)
    if person is None or person.deleted or user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks, attachments = read_content(call)
    message = posting.post(
        call.ws,
        channel,
        call.bot,
        text,
        blocks=blocks,
        attachments=attachments,
        only_for=user,
        thread_ts=call.args.text("thread_ts") or None,
    )
    return {"message_ts": message.ts}


def get_permalink(call: ApiCall) -> Json:
    """chat.getPermalink."""
    channel = call.channel()
    message = channel.message(call.args.need("message_ts"))
    if message is None or message.only_for:
        raise SlackError("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call, message)}


def permalink(call: ApiCall, message: Message) -> str:
    """The address of a message, thread included."""
    link = f"https://{call.ws.team_domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    in_thread = message.thread_ts and message.thread_ts != message.ts
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if in_thread else link


METHODS: dict[str, Method] = {
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "chat.postEphemeral": post_ephemeral,
    "chat.postMessage": post_message,
    "chat.update": update,
}
