"""App Home: what somebody has to do first, then what is open in the company, what is overdue on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from blocks.ids import Action, button_value
from blocks.layout import actions, button, divider, header, line, muted, rich
from blocks.replies import entry, is_overdue
from blocks.stats import kept_words, last_words, on_time_words
from blocks.text import Json, counted, say
from blocks.times import when_mrkdwn
from blocks.views import Listed
from escalation.case import Status
from escalation.figures import LAST, Tally

# A Home holds 100 blocks: three for one of somebody's own, one for any other.
OWN_SHOWN = 15
OTHERS_SHOWN = 40


def home(
    own: Sequence[Listed],
    others: Sequence[Listed],
    now: datetime,
    kept: Tally = Tally(),  # noqa: B008 - a value that never changes
    kept_by_all: Tally = Tally(),  # noqa: B008
) -> Json:
    """The tab as a view: `own` are those that the reader owns, `others` what else is open that they may see,
    both in the order of `finding.list_open`. `kept` are the reader's promises, `kept_by_all` everybody's.
    """
    blocks = [
        *actions(
            [
                button("New escalation", Action.NEW_ESCALATION, "0", primary=True),
                button("What I follow", Action.FOLLOWED, "0"),
            ]
        ),
        rich(line(*_at_a_glance([*own, *others], now))),
        divider(),
        header("Yours" if not own else f"Yours ({len(own)})"),
        *(block for one in own[:OWN_SHOWN] for block in _own(one, now)),
        *([] if own else [rich(line(say("You own no open escalation.")))]),
        *_more(len(own) - OWN_SHOWN, "/escalate list mine"),
        *([muted(f"Your promises, {last_words(LAST)}: {kept_words(kept)}")] if kept.total else []),
        divider(),
        header("Open in the company" if not others else f"Open in the company ({len(others)})"),
        *(entry(one, now) for one in others[:OTHERS_SHOWN]),
        *([] if others else [rich(line(say("Nobody else has one open.")))]),
        *_more(len(others) - OTHERS_SHOWN, "/escalate list"),
        *_kept_by_all(kept_by_all),
        muted(f"As of {when_mrkdwn(now)}. Opening this tab again shows the latest."),
    ]
    return {"type": "home", "blocks": blocks}


def closed_to_outsiders(sentence: str) -> Json:
    """The tab of those who may do nothing here."""
    return {"type": "home", "blocks": [rich(line(say(sentence)))]}


def _at_a_glance(every: Sequence[Listed], now: datetime) -> list[Json]:
    """`4 open escalations · 1 overdue · 2 SEV-1`."""
    overdue = sum(is_overdue(one, now) for one in every)
    severities = sorted(one.escalation.severity for one in every)
    gravest = [say(f" · {severities.count(key)} {key}") for key in severities[:1]]
    return [
        say(counted(len(every), "open escalation"), bold=True),
        say(" · "),
        say(f"{overdue} overdue" if overdue else "nothing overdue", bold=bool(overdue)),
        *gravest,
    ]


def _own(one: Listed, now: datetime) -> list[Json]:
    """With the buttons that answer what is asked for."""
    value = button_value(one.escalation.id)
    first = (
        button("Acknowledge", Action.ACKNOWLEDGE, value, primary=True)
        if one.escalation.status is Status.OPEN
        else button("Post update", Action.POST_UPDATE, value)
    )
    more = [button("Hand off", Action.HAND_OFF, value), button("Resolve", Action.RESOLVE, value)]
    return [entry(one, now), *actions([first, *more])]


def _kept_by_all(tally: Tally) -> list[Json]:
    if not tally.total:
        return []
    said = f"Everybody's promises, {last_words(LAST)}: {on_time_words(tally)}"
    return [muted(f"{said}. /escalate stats shows more.")]


def _more(count: int, command: str) -> list[Json]:
    return [muted(f"… and {count} more: {command} shows them.")] if count > 0 else []
