"""A local Slack workspace, strict where Slack is strict, which knows nothing of the app that is installed in it.

```python
from simulator import Person, Workspace

async with Workspace.running(
    manifest="manifest.json",                       # a dict or a path: scopes, events, commands, shortcuts come from it
    people=["olga", Person("greta", guest=True), {"name": "omar", "tz": "America/New_York", "email": "omar@acme.com"}],
    channels={"escalations": "*"},                  # besides #general and #random; "*": everybody but guests
) as ws:
    start_the_app(ws.environment)                   # SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET
    await ws.until(lambda: ws.sockets.connected)    # Socket Mode; or Workspace.running(..., request_url="http://…")

    olga = ws.person("olga")                        # an Actor: acts by what is visible, waits on conditions, never sleeps
    await olga.types("/escalate Acme is down", in_="#general")
    form = await olga.form("New escalation")
    await form.fill("Customer", "Acme")
    await form.choose("Severity", "SEV-1")
    outcome = await form.submit()                   # .closed, .errors by label, .form on top now
    await olga.press("Acknowledge", in_="#esc-1…", within="Acme")
    await olga.sees("In progress", in_="#esc-1…")
    print(await olga.reads("#esc-1…"), olga.dms())
```

People get ids from their names (`simulator.id_for("olga")` is `U000000OLGA`) unless given one. Places are `#channel`,
`#beginning…`, `@app` (direct messages with the app), `@person`, an id, or `home`. Waiting gives up after half a minute with
`NotSeen`, an AssertionError that shows what is visible instead.

Looking from outside: `ws.messages("#c")` (raw `Message`s; `mentions(message)` are the live ones), `ws.channel("#c")`,
`ws.channels()`, `ws.calls` (every Web API call; `ws.calls.counts()`), `ws.failures` (what the app did not answer in time,
with the words the person was shown), `ws.until(predicate)`. What people do without the app is in `acts`: `deactivate`,
`change_person`, `add_person`, `add_usergroup`. Trouble is in `ws.faults` (see faults.py), `ws.sockets.drop()`, `.refuse()`,
`.disconnect()`, and `ws.limits.mode = "slack"`. Time is `ws.clock.move(seconds)`, or the file or callable given as
`clock`. The whole is a page in the browser at `ws.base_url` (see page/).
"""

from . import acts
from .calls import rounds_deep
from .driver import Actor, Form, NotSeen, Outcome, SeenMessage
from .errors import SlackError
from .faults import Fault, Kind
from .mentions import Mention, mentions
from .people import Person, id_for
from .state import Channel, Message
from .workspace import Workspace

__all__ = [
    "Actor",
    "Channel",
    "Fault",
    "Form",
    "Kind",
    "Mention",
    "Message",
    "NotSeen",
    "Outcome",
    "Person",
    "SeenMessage",
    "SlackError",
    "Workspace",
    "acts",
    "id_for",
    "mentions",
    "rounds_deep",
]
