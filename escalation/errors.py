"""Everything that Clarion can refuse or fail at, as one small tree.

    ClarionError
    ├── Refused          the person may not, or the escalation is past it
    ├── NotFound         what was named does not exist, or may not be seen
    ├── InvalidInput     a field of a form is wrong; carries the field
    ├── AlreadyDone      the same request was carried out before
    └── SetupError       settings, policy or database stop the start

The message of each is the sentence the person reads.
"""

from __future__ import annotations


class ClarionError(Exception):
    """Anything whose message is fit to be read by the person who caused it."""


class Refused(ClarionError):
    """Not allowed, or not possible any more; the sentence says who can or what to do."""


class NotFound(ClarionError):
    """No such escalation, or none that this person may see."""


class InvalidInput(ClarionError):
    """A value that cannot be taken; `field` names the form's field it belongs to."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class AlreadyDone(ClarionError):
    """The request with this key was carried out before; `escalation_id` is what it concerned."""

    def __init__(self, escalation_id: int) -> None:
        super().__init__("This was done already.")
        self.escalation_id = escalation_id


class SetupError(ClarionError):
    """The program cannot start as it is configured; the sentence says what to mend."""
