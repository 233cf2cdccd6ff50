"""What in the policy points nowhere is said to the admins, once."""

from __future__ import annotations

from pathlib import Path

from simulator import id_for
from tests.support.acting import asked
from tests.support.house import house

POLICY = f"""
roles:
  cs_director: [{id_for("dina")}, gone@example.com]
  cto: [{id_for("dora")}]
admins: [{id_for("omar")}]
"""


async def test_admins_are_told_once_of_people_who_are_not_there_and_roles_nobody_fills(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with house(sqlite_url, tmp_path, policy=POLICY) as it:
        await it.settled()
        (message,) = asked(it, "omar", "The policy deserves a look")
        for words in ("gone@example.com", id_for("dora"), "VP engineering"):
            assert words in message
        await it.restart()
        await it.settled()
        assert len(asked(it, "omar", "The policy deserves a look")) == 1
