"""`doctor`: looks at settings, database, policy and the live workspace, and says in words what to mend."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import typer
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.logs import set_up_logging
from bot.policy_source import load_policy
from bot.reaching import UNREACHABLE
from bot.settings import Settings, read_settings
from escalation.errors import SetupError
from escalation.policy import Policy
from services.clarion import Clarion
from services.delivery.answers import NotSent, Refusal, trouble_of
from services.delivery.client import build_client, close_client
from services.delivery.directory import Directory, load_groups, load_people
from services.rosters import read_roster, unknown_references
from services.workspace import ensure_workspace
from storage import schema
from storage.database import Database

_MANIFEST = Path(__file__).parent.parent / "manifest.json"
_GOOD, _BAD, _MIND = "ok  ", "MEND", "note"


async def run_doctor() -> int:
    """Print a line for each thing looked at; 1 when something has to be mended."""
    settings = read_settings()
    set_up_logging("CRITICAL", "text")  # all there is to say stands in these lines
    bad = 0
    async for verdict, words in _look(settings):
        typer.echo(f"{verdict}  {words}")
        bad += verdict == _BAD
    typer.echo("Nothing to mend." if not bad else f"{bad} to mend.")
    return 1 if bad else 0


async def _look(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    policy: Policy | None = None
    try:
        policy = load_policy(settings.clarion_policy)
        yield _GOOD, f"Policy: {settings.clarion_policy or 'the built-in one'} is understood."
    except SetupError as error:
        yield _BAD, f"Policy: {error}"
    async for line in _database(settings):
        yield line
    if settings.slack_bot_token is None:
        yield _BAD, "SLACK_BOT_TOKEN is not set: install the app into the workspace and copy the bot token (xoxb-…)."
        return
    client = build_client(settings.slack_bot_token, settings.slack_api_url)
    try:
        slack_answers: bool | None = None
        async for verdict, words in _slack(client, settings):
            slack_answers = verdict == _GOOD if slack_answers is None else slack_answers
            yield verdict, words
        if policy is not None and slack_answers:
            async for line in _people(client, settings, policy):
                yield line
    finally:
        await close_client(client)


async def _database(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    try:
        found = await asyncio.to_thread(schema.state, settings.database_url)
    except SetupError as error:
        yield _BAD, f"Database: {error}"
        return
    if found is schema.SchemaState.CURRENT:
        yield _GOOD, "Database: reachable, and its schema is this version's."
    elif found is schema.SchemaState.EMPTY and settings.database_url.startswith("sqlite"):
        yield _GOOD, "Database: reachable; it is empty, and gets its schema when the bot starts."
    elif found is schema.SchemaState.NEWER:
        yield _BAD, "Database: it was migrated by a newer version of Clarion; install that version."
    else:
        yield _BAD, f"Database: its schema is {found}; run `python -m bot migrate`."


async def _slack(client: AsyncWebClient, settings: Settings) -> AsyncIterator[tuple[str, str]]:
    try:
        answer = await client.auth_test()
    except UNREACHABLE as error:
        yield _BAD, _why_not(error, settings, "Bot token", "install the app again and copy the new bot token")
        return
    yield _GOOD, f"Bot token: @{answer.get('user')} in {answer.get('team')}."
    yield _scopes(answer.headers.get("X-OAuth-Scopes") or answer.headers.get("x-oauth-scopes"))
    if settings.slack_app_token is None:
        yield _MIND, "SLACK_APP_TOKEN is not set: `worker` (Socket Mode) needs it, `web` does not."
    else:
        try:
            await client.apps_connections_open(app_token=settings.slack_app_token)
            yield _GOOD, "App token: Socket Mode is on."
        except UNREACHABLE as error:
            yield _BAD, _why_not(error, settings, "App token", "it needs the scope connections:write")
    if settings.slack_signing_secret is None:
        yield _MIND, "SLACK_SIGNING_SECRET is not set: `web` (HTTP) needs it, `worker` does not."


def _why_not(error: Exception, settings: Settings, token: str, mend: str) -> str:
    trouble = trouble_of(error)
    if isinstance(trouble, NotSent):
        return f"Slack: {settings.slack_api_url} cannot be reached ({error})."
    if isinstance(trouble, Refusal):
        return f"{token}: Slack refuses it ({trouble.code}); {mend}."
    return (
        f"{token}: it cannot be told, as {settings.slack_api_url} does not answer as Slack should ({trouble.code}); look "
        "again later, or mend SLACK_API_URL."
    )


def _scopes(granted: str | None) -> tuple[str, str]:
    wanted = set(json.loads(_MANIFEST.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])
    if granted is None:
        return _MIND, "Scopes: this Slack does not say which were granted."
    missing = sorted(wanted - {scope.strip() for scope in granted.split(",")})
    if missing:
        return _BAD, f"Scopes: missing {', '.join(missing)}; update the app from manifest.json and install it again."
    return _GOOD, "Scopes: all that manifest.json asks for are granted."


def _announcements(name: str, found: str | None) -> tuple[str, str]:
    if found is not None:
        return _GOOD, f"Announcements: {name} is there, and Clarion is in it."
    return _MIND, (
        f"Announcements: there is no channel {name} that Clarion can enter, so nothing is announced; create it, "
        "invite Clarion if it is private, or name another in the policy."
    )


async def _people(client: AsyncWebClient, settings: Settings, policy: Policy) -> AsyncIterator[tuple[str, str]]:
    """Looked up beside the bot's own database, which may be in use: whoever examines changes nothing."""
    clock = SystemClock(settings.clarion_clock)
    with tempfile.TemporaryDirectory(prefix="clarion-doctor-") as folder:
        url = f"sqlite:///{folder}/people.db"
        await asyncio.to_thread(schema.ensure_current, url)
        async for line in _people_in(Database(url), clock, client, policy):
            yield line


async def _people_in(
    database: Database, clock: SystemClock, client: AsyncWebClient, policy: Policy
) -> AsyncIterator[tuple[str, str]]:
    try:
        answer = await client.auth_test()
        clarion = Clarion(str(answer["team_id"]), database, policy, clock)
        async with database.write() as session:
            await ensure_workspace(session, clarion.team_id, str(answer["user_id"]), str(answer.get("team", "")))
        await load_people(client, clarion)
        for warning in await load_groups(client, clarion):
            yield _MIND, warning
        heard = await Directory(clarion, client).announcements_channel()
        async with database.read() as session:
            unknown = await unknown_references(session, clarion.team_id, policy)
            roster = await read_roster(session, clarion.team_id, policy)
    except UNREACHABLE as error:
        yield _BAD, f"People: Slack does not list them ({error})."
        return
    finally:
        await database.close()
    if policy.announcements:
        yield _announcements(policy.announcements, heard)
    for entry in unknown:
        yield _BAD, f"Policy: {entry} is nobody active in this workspace."
    empty = [role for role, people in roster.roles.items() if not people]
    if roster.is_empty:
        yield _MIND, "Policy: nobody fills any role, so anyone may own, and nobody senior is told of silence."
    elif empty:
        yield _MIND, f"Policy: nobody fills {', '.join(empty)}; what would go there goes to the admins."
    if not unknown:
        yield _GOOD, "Policy: everybody it names is an active person of this workspace."
