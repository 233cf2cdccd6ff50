"""The guided first minute: what the visitor is shown, one thing after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.demo.past import owner_handle
from bot.demo.process import WorkerProcess
from simulator import Channel, Message, Workspace
from simulator.page import Hint


class _Watch:
    """What the visitor has brought about since the past ended."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._known = {channel.id for channel in ws.channels()}
        self._views = len(ws.state.views)

    @property
    def case(self) -> Channel | None:
        """The first channel the visitor opened."""
        return next((one for one in self._ws.channels() if one.id not in self._known), None)

    @property
    def place(self) -> str:
        return f"#{self.case.name}" if self.case else ""

    @property
    def owner(self) -> str:
        return owner_handle(self._ws, self.place) if self.case else ""

    def form_opened(self) -> bool:
        return self.case is not None or len(self._ws.state.views) > self._views

    def told_above(self) -> bool:
        """Whether the silence has reached somebody senior."""
        return any("Asked so far" in message.text for message in self._ws.messages(self._senior()))

    def said(self, words: str) -> Callable[[], bool]:
        return lambda: self.case is not None and any(words in message.text for message in self._own())

    def _own(self) -> list[Message]:
        return self._ws.messages(self.case) if self.case else []

    def _senior(self) -> Channel:
        return self._ws.app_dm(self._ws.find_person("vera"))


def hints(ws: Workspace, bot: WorkerProcess) -> Sequence[Hint]:
    """Seven steps from an angry customer to a killed bot."""
    watch, starts = _Watch(ws), bot.starts
    return (
        Hint(
            "A customer is angry",
            "Maria's shop is down, and you are Olga, a support agent. Point at her message, open the three dots at its "
            "right end, and choose “Escalate this message”.",
            watch.form_opened,
            person="olga",
            place="#acme-support",
            points_at="message",
        ),
        Hint(
            "Thirty seconds, one form",
            "Type the customer's name (Acme), make it SEV-1, and press “Open escalation”. Clarion proposes who should lead.",
            lambda: watch.case is not None,
            person="olga",
            points_at="submit",
        ),
        Hint(
            "One channel, one owner, one message",
            "Everybody who must know is in. Now suppose that nobody does anything: press “Next thing” a few times and watch "
            "the red marks climb from the owner to the vice presidents.",
            watch.told_above,
            person="olga",
            place=lambda: watch.place,
            points_at="clock",
        ),
        Hint(
            "Silence reaches somebody senior",
            "Vera, a vice president, hears of it before the customer calls again. See what she sees.",
            lambda: "vera" in ws.page.visited,
            person="vera",
            place="@app",
            points_at="person:vera",
        ),
        Hint(
            "The owner wakes up",
            "Acknowledge it as the owner: one press settles every reminder, and whoever was told is told that too.",
            watch.said("acknowledged"),
            person=lambda: watch.owner,
            place=lambda: watch.place,
            points_at="button:Acknowledge",
        ),
        Hint(
            "Say where things stand",
            "Post an update, with what the customer was told. The card, the channel and everybody who follows get it, once.",
            watch.said("Update by"),
            person=lambda: watch.owner,
            place=lambda: watch.place,
            points_at="button:Post update",
        ),
        Hint(
            "Now break it",
            "Kill the bot, move the clock by an hour, and start it again: what came due meanwhile is said, and said once.",
            lambda: bot.running and bot.starts > starts,
            points_at="trouble",
        ),
    )
