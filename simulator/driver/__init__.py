"""Acting as people, by what is visible to them."""

from .actor import Actor
from .form import Form, Outcome
from .sight import NotSeen, SeenMessage

__all__ = ["Actor", "Form", "NotSeen", "Outcome", "SeenMessage"]
