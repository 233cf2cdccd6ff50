"""People, as the directory shows them."""

from __future__ import annotations

from ..api_call import ApiCall, Method
from ..errors import SlackError
from ..json_types import Json
from ..people import Person, user_json

MAX_PAGE = 999


def _body(call: ApiCall, person: Person) -> Json:
    return user_json(person, call.ws.team_id, "users:read.email" in call.ws.granted_scopes, call.ws.clock.now())


def info(call: ApiCall) -> Json:
    """users.info."""
    return {"user": _body(call, call.person(call.args.need("user")))}


def list_users(call: ApiCall) -> Json:
    """users.list: deactivated people included, as Slack does; strangers only where Slack Connect shows them."""
    bodies = [_body(call, person) for person in call.ws.state.people.values() if not person.stranger]
    page, metadata = call.page(bodies, default=len(bodies) or 1, most=MAX_PAGE)
    return {"members": page, "cache_ts": int(call.ws.clock.now()), "response_metadata": metadata}


def lookup_by_email(call: ApiCall) -> Json:
    """users.lookupByEmail: nobody who is deactivated, no bots."""
    wanted = call.args.need("email").casefold()
    for person in call.ws.state.people.values():
        if person.email.casefold() == wanted and not person.deleted and not person.bot:
            return {"user": _body(call, person)}
    raise SlackError("users_not_found")


def profile(call: ApiCall) -> Json:
    """users.profile.get."""
    person = call.person(call.args.text("user", call.bot))
    return {"profile": _body(call, person)["profile"]}


METHODS: dict[str, Method] = {
    "users.info": info,
    "users.list": list_users,
    "users.lookupByEmail": lookup_by_email,
    "users.profile.get": profile,
}
