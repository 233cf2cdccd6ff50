from __future__ import annotations

import re

import pytest

from simulator import Person, Workspace, acts, id_for
from simulator.methods import METHODS
from simulator.scopes import BY_KIND, FIXED
from tests.simulator.echo_app import MANIFEST


async def test_two_workspaces_on_one_port_are_one_too_many(ws: Workspace) -> None:
    port = int(re.findall(r":(\d+)/", ws.base_url)[0])
    with pytest.raises(OSError, match="in use"):
        async with Workspace.running(MANIFEST, port=port):
            pass


async def test_one_seed_gives_one_set_of_ids() -> None:
    async with Workspace.running(MANIFEST, seed=7) as one, Workspace.running(MANIFEST, seed=7) as same:
        assert one.environment["SLACK_BOT_TOKEN"] == same.environment["SLACK_BOT_TOKEN"]
        async with Workspace.running(MANIFEST, seed=8) as other:
            assert (one.team_id == same.team_id, one.team_id == other.team_id) == (True, False)


async def test_people_are_copies_so_that_workspaces_stay_apart() -> None:
    olga = Person("olga")
    async with Workspace.running(MANIFEST, [olga]) as ws:
        acts.deactivate(ws, ws.find_person("olga"))
        assert (ws.find_person("@olga").deleted, olga.deleted, olga.id) == (True, False, id_for("olga"))


async def test_a_channel_is_found_by_the_beginning_of_its_name(ws: Workspace) -> None:
    old = ws.add_channel("esc-1-acme")
    new = ws.add_channel("esc-1-acme-2")
    assert ws.channel("#esc-1…") is new
    new.archived = True
    assert ws.channel("#esc-1*") is old
    assert ws.channel(new.id) is new
    with pytest.raises(KeyError, match="general"):
        ws.channel("#nowhere")


def test_every_scope_stands_for_a_method() -> None:
    assert set(FIXED) | set(BY_KIND) <= set(METHODS)
