"""Identifiers that look like Slack's, repeatable for one seed."""

from __future__ import annotations

import random
import string

_ALPHABET = string.ascii_uppercase + string.digits


class Ids:
    """Gives out ids of every kind; two workspaces with one seed give out the same."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def new(self, prefix: str) -> str:
        """`C07AB12CD34` and the like: a prefix and ten capitals or digits."""
        return prefix + "0" + "".join(self._random.choices(_ALPHABET, k=9))

    def token(self, length: int = 24) -> str:
        """A secret-looking word of lowercase letters and digits."""
        return "".join(self._random.choices(string.ascii_lowercase + string.digits, k=length))

    def uuid(self) -> str:
        """Eight-four-four-four-twelve, as in envelope ids."""
        word = "".join(self._random.choices("0123456789abcdef", k=32))
        return "-".join((word[:8], word[8:12], word[12:16], word[16:20], word[20:]))

    def choice_index(self, size: int) -> int:
        """Which of `size` things, by the same seeded chance."""
        return self._random.randrange(size)
