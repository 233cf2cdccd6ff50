"""Usergroups and their people."""

from __future__ import annotations

from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..people import usergroup_json


def list_groups(call: ApiCall) -> Json:
    """usergroups.list."""
    ws = call.ws
    with_disabled, with_users = call.args.flag("include_disabled"), call.args.flag("include_users")
    groups = [group for group in ws.state.usergroups.values() if with_disabled or not group.deleted]
    return {"usergroups": [usergroup_json(group, ws.team_id, with_users) for group in groups]}


def list_users(call: ApiCall) -> Json:
    """usergroups.users.list."""
    group = call.ws.state.usergroups.get(call.args.need("usergroup"))
    if group is None or (group.deleted and not call.args.flag("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": list(group.members)}


METHODS: dict[str, Method] = {"usergroups.list": list_groups, "usergroups.users.list": list_users}
