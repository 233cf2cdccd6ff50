"""Drawing a form again while it is being filled in: the last press counts, in whatever order the answers arrive.

Slack keeps what was typed as long as the fields stay, so an answer that comes late can only show the wrong example or
suggestion; and only a press that another one followed is late.
"""

from __future__ import annotations

from collections import OrderedDict

_REMEMBERED = 500


class Presses:
    """The last press within each form, as far as this process saw it."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, str] = OrderedDict()

    def note(self, view_id: str, press: str) -> None:
        """Something was pressed or chosen in this form."""
        self._last[view_id] = press
        self._last.move_to_end(view_id)
        if len(self._last) > _REMEMBERED:
            self._last.popitem(last=False)

    def is_last(self, view_id: str, press: str) -> bool:
        """Whether nothing was pressed in it since; a press that is forgotten, or was never noted, is no longer the last."""
        return self._last.get(view_id) == press
