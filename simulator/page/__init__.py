"""The workspace as a page in a browser: everything a person sees and does, for whomever the visitor chooses to be.

`Workspace.page` holds it; `page.controls` is what a demonstration adds (what is due next, the bot's process, a guide).
The page is served from the workspace's own address. It knows as little of the installed app as the rest of the simulator.
"""

from .controls import BotProcess, Controls, Hint
from .page import Page

__all__ = ["BotProcess", "Controls", "Hint", "Page"]
