"""App Home: drawn when somebody opens it, and again after what they do, for as long as they may be looking."""

from __future__ import annotations

from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from blocks import home
from blocks.text import Json
from escalation.figures import Figures
from handlers import policy_words
from handlers.actors import Directory
from handlers.interaction import SLACK_TROUBLE, log
from services import finding, people
from services.clarion import Clarion
from services.delivery.answers import trouble_of
from services.figures import read_figures
from services.standings import NOT_FOR_OUTSIDERS

# Slack tells when the tab is opened, not when it is left.
LOOKED_AT_FOR = timedelta(minutes=30)
# Nobody's three seconds run here.
PATIENCE_SECONDS = 10.0


class Homes:
    """The tabs of one workspace's people. Nothing is kept of them: each is drawn from what the database says."""

    def __init__(self, clarion: Clarion, client: AsyncWebClient, directory: Directory) -> None:
        self._clarion = clarion
        self._directory = directory
        self._client = client
        self._opened_at: dict[str, float] = {}

    async def opened(self, user_id: str) -> None:
        """Somebody looks at it. Raises when Slack does not tell who they are: nothing is shown to whom we do not know."""
        if await people.known(self._clarion, user_id) is None:
            await self._directory.fetch_person(user_id, PATIENCE_SECONDS)
        self._opened_at[user_id] = self._clarion.clock.monotonic()
        await self._publish(user_id)

    async def follow(self, user_id: str) -> None:
        """Somebody did something that may be seen on theirs."""
        now = self._clarion.clock.monotonic()
        self._opened_at = {
            user: at for user, at in self._opened_at.items() if now - at <= LOOKED_AT_FOR.total_seconds()
        }
        if user_id in self._opened_at:
            await self._publish(user_id)

    async def _publish(self, user_id: str) -> None:
        view = await _drawn(self._clarion, user_id)
        try:
            await self._client.views_publish(user_id=user_id, view=view)
        except SLACK_TROUBLE as error:
            log.info("A Home was not drawn: %s", trouble_of(error).code)


async def _drawn(clarion: Clarion, user_id: str) -> Json:
    person = await people.known(clarion, user_id)
    if person is None or not person.may_act:
        return home.closed_to_outsiders(NOT_FOR_OUTSIDERS)
    found = await finding.list_open(clarion, user_id)
    report = await read_figures(clarion, user_id)
    rows = [policy_words.listed(clarion, escalation, due) for escalation, due in found]
    return home.home(
        [row for row in rows if row.escalation.owner_id == user_id],
        [row for row in rows if row.escalation.owner_id != user_id],
        clarion.clock.now(),
        report.by_person.get(user_id, Figures()).promises,
        report.whole.promises,
    )
