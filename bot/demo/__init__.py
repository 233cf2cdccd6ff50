"""`make demo`: a local Slack workspace with the bot in it, to be used in a browser, and the same as a printed story."""

from .run import run_demo
from .story import run_story

__all__ = ["run_demo", "run_story"]
