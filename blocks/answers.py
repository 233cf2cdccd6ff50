"""Reading back what was filled into a form, and saying at once everything that is wrong with it.

A field is the block id of its input. Where a block has to be replaced by a fresh one its id carries a serial
behind a colon (`owner:2`); the field is still `owner`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from blocks.text import LINE, PARAGRAPH, clean, unescape
from escalation.errors import ClarionError

LONGEST_URL = 2000
StateValues = Mapping[str, Mapping[str, Mapping[str, Any]]]


class FormErrors(ClarionError):
    """What is wrong with a form: a sentence for each block id, as Slack wants them."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def block_of(values: StateValues, field: str) -> str:
    """The block id of a field: for an error that a service raises about it."""
    return next((block for block in values if block.partition(":")[0] == field), field)


class Answers:
    """The answers of one form. Every reader notes what is wrong and goes on; `finish` raises it all."""

    def __init__(self, values: StateValues) -> None:
        self._values = values
        self.errors: dict[str, str] = {}

    def complain(self, field: str, sentence: str) -> None:
        """Note what is wrong with a field; the first complaint about it stands."""
        self.errors.setdefault(block_of(self._values, field), sentence)

    def finish(self) -> None:
        """Raise FormErrors if anything was wrong."""
        if self.errors:
            raise FormErrors(self.errors)

    def answer(self, field: str) -> Mapping[str, Any]:
        """The state of a field's only element, as Slack sent it."""
        block = self._values.get(block_of(self._values, field)) or {}
        return next(iter(block.values()), None) or {}

    def paragraph(self, field: str, missing: str = "") -> str:
        """Several lines; `missing` is the complaint when nothing can be seen in them (none: they may be left out)."""
        return self._text(field, missing, PARAGRAPH)

    def line(self, field: str, missing: str = "") -> str:
        """A line; as `paragraph`."""
        return " ".join(self._text(field, missing, LINE).split())

    def url(self, field: str) -> str:
        """An http(s) address, "" for none."""
        text = self._text(field, "", LONGEST_URL)
        if not text:
            return ""
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname or clean(text) != text or " " in text:
            self.complain(field, "Write an address that begins with https:// or http://.")
        return text

    def _text(self, field: str, missing: str, limit: int) -> str:
        text = str(self.answer(field).get("value") or "").strip()
        if len(text) > limit:
            self.complain(field, f"At most {limit:,} characters; this has {len(text):,}.")
        if not clean(text):
            if missing:
                self.complain(field, missing)
            return ""
        return text

    def choice(self, field: str, missing: str = "") -> str:
        """The value of the chosen option, "" for none."""
        value = unescape(str((self.answer(field).get("selected_option") or {}).get("value") or ""))
        if missing and not value:
            self.complain(field, missing)
        return value

    def choice_text(self, field: str) -> str:
        """What the chosen option reads."""
        option = self.answer(field).get("selected_option") or {}
        return unescape(str((option.get("text") or {}).get("text") or ""))

    def checked(self, field: str) -> bool:
        """Whether a checkbox that stands alone is ticked."""
        return bool(self.answer(field).get("selected_options"))

    def user(self, field: str, missing: str = "") -> str:
        """The id of the chosen person, "" for none."""
        user_id = str(self.answer(field).get("selected_user") or "")
        if missing and not user_id:
            self.complain(field, missing)
        return user_id

    def users(self, field: str) -> tuple[str, ...]:
        """The ids of the chosen people, each once."""
        return tuple(dict.fromkeys(str(one) for one in self.answer(field).get("selected_users") or ()))

    def day(self, field: str, missing: str = "") -> date | None:
        """A calendar day."""
        text = str(self.answer(field).get("selected_date") or "")
        try:
            return date.fromisoformat(text)
        except ValueError:
            if text or missing:
                self.complain(field, missing or "Choose a date.")
            return None

    def instant(self, field: str, now: datetime, untouched: int | None = None) -> datetime | None:
        """A moment to come, aware UTC. None when empty, or when it still reads what the form filled in.

        `untouched` is that, in unix seconds. Pickers know only minutes, so a whole minute is the one it lies in.
        """
        seconds = self.answer(field).get("selected_date_time")
        if not isinstance(seconds, int) or (untouched is not None and seconds in (untouched, untouched // 60 * 60)):
            return None
        try:
            at = datetime.fromtimestamp(seconds, UTC)
        except (ValueError, OverflowError, OSError):
            self.complain(field, "Choose a date and a time.")
            return None
        if at <= now:
            self.complain(field, "This time has passed. Choose one that is still to come.")
        return at
