"""The backup: what Slack posts by itself, should Clarion have fallen silent.

It is written long before it is read, and may be read though all is well: it says so, and that there is nothing to do then.
"""

from __future__ import annotations

from blocks.layout import bullets, line, rich
from blocks.message import Message, message
from blocks.obligation_words import debtor, owed_line
from blocks.text import listed, person, say
from blocks.title import title
from blocks.views import BackupView


def backup(view: BackupView) -> Message:
    """Who owes what since when, that it comes from Slack, and what to do about it."""
    case = view.escalation
    people = dict.fromkeys([debtor(one, case) for one in view.owed] or [case.owner_id])
    return message(
        rich(line(*listed(person(one) for one in people), say(", this may be waiting for you:")), title(case)),
        rich(bullets(owed_line(one, case, view.at, naming_debtor=True) for one in view.owed)),
        rich(
            line(
                say("This reminder comes from Slack itself. ", bold=True),
                say("Clarion left it here beforehand, in case it falls silent. "),
                say("If it was answered meanwhile, there is nothing to do."),
            ),
            line(
                say("If not, say here where things stand. As soon as Clarion is back, answer it with "),
                say("/escalate update", code=True),
                say("."),
            ),
        ),
    )
