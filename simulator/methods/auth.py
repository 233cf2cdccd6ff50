"""Who is calling, what team this is, and where to open a socket."""

from __future__ import annotations

from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json


def api_test(call: ApiCall) -> Json:
    """api.test: echoes its arguments, fails when asked to."""
    if "error" in call.args:
        raise SlackError(call.args.text("error"), args=call.args.raw)
    return {"args": call.args.raw}


def auth_test(call: ApiCall) -> Json:
    """auth.test."""
    ws = call.ws
    return {
        "url": f"https://{ws.team_domain}.slack.com/",
        "team": ws.team_name,
        "user": ws.state.people[ws.bot_user_id].name,
        "team_id": ws.team_id,
        "user_id": ws.bot_user_id,
        "bot_id": ws.bot_id,
        "app_id": ws.app_id,
        "is_enterprise_install": False,
    }


def bots_info(call: ApiCall) -> Json:
    """bots.info, of the app's own bot only."""
    ws = call.ws
    if call.args.text("bot", ws.bot_id) != ws.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": ws.bot_id, "app_id": ws.app_id, "user_id": ws.bot_user_id, "name": ws.manifest.bot_name}
    return {"bot": bot | {"deleted": False, "updated": 0, "icons": {}}}


def connections_open(call: ApiCall) -> Json:
    """apps.connections.open."""
    return {"url": call.ws.sockets.ticket_url(call.host)}


def team_info(call: ApiCall) -> Json:
    """team.info."""
    ws = call.ws
    wanted = call.args.text("team", ws.team_id)
    if wanted != ws.team_id:
        raise SlackError("team_not_found")
    return {
        "team": {
            "id": ws.team_id,
            "name": ws.team_name,
            "domain": ws.team_domain,
            "email_domain": "example.com",
            "url": f"https://{ws.team_domain}.slack.com/",
            "icon": {"image_default": True},
        }
    }


METHODS: dict[str, Method] = {
    "api.test": api_test,
    "apps.connections.open": connections_open,
    "auth.test": auth_test,
    "bots.info": bots_info,
    "team.info": team_info,
}
