"""The guided first minute: what the visitor is shown, one thing after the other."""

from __future__ import annotations

from collections.abc import Sequence

from bot.demo.company import ANGRY
from bot.demo.past import owner_handle
from bot.demo.process import WorkerProcess
from simulator import Channel, Person, Workspace
from simulator.page import Hint

RESOLVED = "Resolved by"


class _Watch:
    """What the visitor has brought about since the past ended."""

    def __init__(self, ws: Workspace, bot: WorkerProcess) -> None:
        self._ws = ws
        self._bot = bot
        self._starts = bot.starts
        self._known = {channel.id for channel in ws.channels()}
        self._told = {channel.id: len(ws.messages(channel)) for channel in ws.state.channels.values()}

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

    def owner_name(self) -> str:
        return self._first_name(self.owner) or "the owner"

    def senior_name(self) -> str:
        return self._first_name(self.senior()) or "Somebody senior"

    def _first_name(self, handle: str) -> str:
        return self._ws.find_person(handle).real_name.split()[0] if handle else ""

    def form_is_open(self) -> bool:
        return self.case is not None or any(self._ws.state.modals.values())

    def writer(self) -> str:
        """Who has a form open; Olga as long as nobody has."""
        open_ones = (user for user, stack in self._ws.state.modals.items() if stack)
        return self._ws.state.people[next(open_ones, self._ws.find_person("olga").id)].name

    def case_was_seen(self) -> bool:
        return self.case is not None and self.case.id in self._ws.page.seen

    def senior(self) -> str:
        """Who above the owner has been told of the silence; the vice president of the story rather than another."""
        told = [person.name for person in self._ws.page.cast() if self._was_told(person)]
        return "vera" if "vera" in told else next(iter(told), "")

    def _was_told(self, person: Person) -> bool:
        dm = self._ws.state.direct(person.id, self._ws.bot_user_id)
        messages = self._ws.messages(dm)[self._told.get(dm.id, 0) :] if dm else []
        return any("Asked so far" in message.text and self._reference in message.text for message in messages)

    @property
    def _reference(self) -> str:
        return "-".join(self.case.name.split("-")[:2]).upper() if self.case else "no case yet"

    def senior_was_seen(self) -> bool:
        return self.senior() in self._ws.page.visited

    def said(self, words: str) -> bool:
        """Whether it stands in the channel; once the escalation is resolved the guide waits for nothing before that."""
        texts = [message.text for message in self._ws.messages(self.case)] if self.case else []
        return any(words in text or text.startswith(RESOLVED) for text in texts)

    def bot_was_killed(self) -> bool:
        return not self._bot.running or self._bot.starts > self._starts

    def bot_is_back(self) -> bool:
        return self._bot.running and self._bot.starts > self._starts and self._ws.sockets.connected


def hints(ws: Workspace, bot: WorkerProcess) -> Sequence[Hint]:
    """From an angry customer to a killed bot and a resolved escalation."""
    watch = _Watch(ws, bot)
    return (*_opening(watch), *_silence(watch), *_leading(watch), *_breaking(watch))


def _opening(watch: _Watch) -> Sequence[Hint]:
    return (
        Hint(
            "A customer is angry",
            "You are Olga, a support agent, and Maria's shop is down. Point at her message or tap it, open its three dots, "
            "and choose “Escalate this message”.",
            watch.form_is_open,
            person="olga",
            place="#acme-support",
            points_at=f"message:{ANGRY.splitlines()[0]}",
            lasting=False,
        ),
        Hint(
            "Thirty seconds, one form",
            "Type the customer's name, Acme, and make it SEV-1: Clarion proposes who should lead. Then “Open escalation”; the "
            "rest can wait.",
            lambda: watch.case is not None,
            person=watch.writer,
            points_at="submit",
        ),
        Hint(
            "One channel, one owner, one message",
            "Clarion opened a channel, brought in everybody who must know, and pinned one card that always says where things "
            "stand.",
            watch.case_was_seen,
            place=lambda: watch.place,
            points_at=lambda: f"place:{watch.place}",
        ),
    )


def _silence(watch: _Watch) -> Sequence[Hint]:
    return (
        Hint(
            "Now suppose that nobody answers",
            "Press “Next thing” a few times: Clarion asks the owner, then in the channel, then tells the vice presidents. The "
            "red marks above count what each is told.",
            lambda: bool(watch.senior()) or watch.said(RESOLVED),
            points_at="clock",
        ),
        Hint(
            "Silence reaches somebody senior",
            "They hear of it before the customer calls them: what is owed, by whom, and who was asked. See it with their "
            "eyes.",
            lambda: watch.senior_was_seen() or watch.said(RESOLVED),
            person=watch.senior,
            place="@app",
            points_at=lambda: f"person:{watch.senior()}",
        ),
    )


def _leading(watch: _Watch) -> Sequence[Hint]:
    return (
        Hint(
            "The owner wakes up",
            lambda: (
                f"{watch.senior_name()} has been told. Now be {watch.owner_name()}, and acknowledge it: one press settles "
                "every reminder of it, and whoever was told of the silence hears that, too."
            ),
            lambda: watch.said("acknowledged"),
            person=lambda: watch.owner,
            place=lambda: watch.place,
            points_at="button:Acknowledge",
        ),
        Hint(
            "Say where things stand",
            "Post an update, with what the customer was told. Everybody who follows gets it, once, and Clarion remembers when the "
            "next one is due, and when the customer is to hear again.",
            lambda: watch.said("Update by"),
            person=lambda: watch.owner,
            place=lambda: watch.place,
            points_at="button:Post update",
        ),
    )


def _breaking(watch: _Watch) -> Sequence[Hint]:
    return (
        Hint(
            "Now break it",
            "Open “Break it”, and kill the bot: nothing that it owes anybody is lost.",
            watch.bot_was_killed,
            points_at="trouble",
        ),
        Hint(
            "Nobody is at work",
            "Move the clock by an hour or two: Slack itself posts the reminder that Clarion left with it. Then start the bot "
            "again. What came due meanwhile is said, once, and says that it comes late.",
            watch.bot_is_back,
            points_at="trouble",
        ),
        Hint(
            "And when it is over",
            "Resolve it: every reminder ends, everybody who was told hears how it ended, and who helped is thanked by name.",
            lambda: watch.said(RESOLVED),
            person=lambda: watch.owner,
            place=lambda: watch.place,
            points_at="button:Resolve",
        ),
    )
