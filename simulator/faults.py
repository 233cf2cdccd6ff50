"""Things that go wrong on purpose.

```python
ws.faults.latency = 0.15                                    # every call takes this many seconds
ws.faults.slow("chat.*", 5.0)                               # these take that much more
ws.faults.rate_limited("chat.postMessage", retry_after=2, times=1)
ws.faults.server_error("conversations.create", status=503)
ws.faults.internal_error("chat.postMessage", done=True)     # 200 {"ok":false,"error":"internal_error"}, the effect happened
ws.faults.error("conversations.invite", "user_is_restricted")
ws.faults.request_lost("chat.*")                            # connection dropped, nothing done
ws.faults.reply_lost("chat.postMessage")                    # done, then the connection dropped
ws.faults.reply_late("chat.postMessage", 40.0)              # done, the reply comes later
ws.faults.lands_late("chat.postMessage", 3.0)               # connection dropped now, done that much later
ws.faults.html("pins.add", done=False); ws.faults.truncated("pins.add", done=True)
ws.faults.clear()
```

Methods are shell patterns; `when` is a predicate over (method, args); `times` None means until removed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from .json_types import Json

When = Callable[[str, Json], bool]


class Kind(StrEnum):
    """What goes wrong."""

    SLOW = "slow"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    ERROR = "error"
    REQUEST_LOST = "request_lost"
    REPLY_LOST = "reply_lost"
    REPLY_LATE = "reply_late"
    LANDS_LATE = "lands_late"
    HTML = "html"
    TRUNCATED = "truncated"


@dataclass
class Fault:
    """One fault: which calls it meets, how often still, and with what."""

    kind: Kind
    methods: str
    times: int | None = 1
    when: When | None = None
    seconds: float = 0.0
    status: int = 200
    code: str = ""
    done: bool = False
    hits: int = 0

    def meets(self, method: str, args: Json) -> bool:
        """Whether this call is one of its."""
        if self.times is not None and self.hits >= self.times:
            return False
        return fnmatchcase(method, self.methods) and (self.when is None or self.when(method, args))


@dataclass
class Faults:
    """The faults in force, first come first served; latency is separate and always holds."""

    latency: float = 0.0
    active: list[Fault] = field(default_factory=list)
    notify: Callable[[], None] = lambda: None

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self.active.append(fault)
        self.notify()
        return fault

    def clear(self) -> None:
        """All well again, latency included."""
        self.latency = 0.0
        self.active.clear()
        self.notify()

    def delay(self, method: str, args: Json) -> float:
        """Seconds this call is to take."""
        slow = [fault for fault in self.active if fault.kind is Kind.SLOW and fault.meets(method, args)]
        for fault in slow:
            fault.hits += 1
        return self.latency + sum(fault.seconds for fault in slow)

    def take(self, method: str, args: Json) -> Fault | None:
        """The fault that meets this call, counted as used."""
        for fault in self.active:
            if fault.kind is not Kind.SLOW and fault.meets(method, args):
                fault.hits += 1
                return fault
        return None

    def slow(self, methods: str, seconds: float, times: int | None = None, when: When | None = None) -> Fault:
        """Calls take that much longer."""
        return self.add(Fault(Kind.SLOW, methods, times, when, seconds=seconds))

    def rate_limited(
        self, methods: str, retry_after: int = 1, times: int | None = 1, when: When | None = None
    ) -> Fault:
        """429 with `Retry-After`, nothing done."""
        return self.add(Fault(Kind.RATE_LIMITED, methods, times, when, seconds=retry_after))

    def server_error(
        self, methods: str, status: int = 503, done: bool = False, times: int | None = 1, when: When | None = None
    ) -> Fault:
        """A bare 5xx, before or after the effect."""
        return self.add(Fault(Kind.SERVER_ERROR, methods, times, when, status=status, done=done))

    def error(
        self, methods: str, code: str, done: bool = False, times: int | None = 1, when: When | None = None
    ) -> Fault:
        """200 with that error code, before or after the effect."""
        return self.add(Fault(Kind.ERROR, methods, times, when, code=code, done=done))

    def internal_error(
        self, methods: str, done: bool = False, times: int | None = 1, when: When | None = None
    ) -> Fault:
        """Slack's `internal_error`, of which its documentation says that part may have happened."""
        return self.error(methods, "internal_error", done, times, when)

    def request_lost(self, methods: str, times: int | None = 1, when: When | None = None) -> Fault:
        """The connection breaks before anything is done."""
        return self.add(Fault(Kind.REQUEST_LOST, methods, times, when))

    def reply_lost(self, methods: str, times: int | None = 1, when: When | None = None) -> Fault:
        """It is done, then the connection breaks."""
        return self.add(Fault(Kind.REPLY_LOST, methods, times, when, done=True))

    def reply_late(self, methods: str, seconds: float, times: int | None = 1, when: When | None = None) -> Fault:
        """It is done at once, the reply comes seconds later."""
        return self.add(Fault(Kind.REPLY_LATE, methods, times, when, seconds=seconds, done=True))

    def lands_late(self, methods: str, seconds: float, times: int | None = 1, when: When | None = None) -> Fault:
        """The connection breaks at once, and it is done seconds later all the same."""
        return self.add(Fault(Kind.LANDS_LATE, methods, times, when, seconds=seconds))

    def html(self, methods: str, done: bool = False, times: int | None = 1, when: When | None = None) -> Fault:
        """200 with a page of HTML for a body."""
        return self.add(Fault(Kind.HTML, methods, times, when, done=done))

    def truncated(self, methods: str, done: bool = False, times: int | None = 1, when: When | None = None) -> Fault:
        """200 with JSON that stops in the middle."""
        return self.add(Fault(Kind.TRUNCATED, methods, times, when, done=done))
