from __future__ import annotations

import asyncio

from slack_sdk.web.async_client import AsyncWebClient

from simulator import Workspace
from simulator.payloads import new_trigger
from tests.simulator.echo_app import Json, modal, text_input
from tests.simulator.refusals import refused

OLGA = "U000000OLGA"


async def test_a_workspace_that_waits_longer_for_a_busy_machine_keeps_its_triggers_as_long(ws: Workspace) -> None:
    ws.delivery.ack_seconds = 60
    assert ws.state.triggers[new_trigger(ws, OLGA)].expires > ws.clock.steady() + 30


async def test_a_trigger_opens_one_form_within_three_seconds(ws: Workspace, api: AsyncWebClient) -> None:
    trigger = new_trigger(ws, OLGA)
    await refused(api.views_open(trigger_id="made.up", view=modal(text_input("A", "a"))), "invalid_trigger_id")
    await api.views_open(trigger_id=trigger, view=modal(text_input("A", "a")))
    await refused(api.views_open(trigger_id=trigger, view=modal(text_input("A", "a"))), "exchanged_trigger_id")
    assert ws.state.triggers[new_trigger(ws, OLGA)].expires <= ws.clock.steady() + 3
    late = new_trigger(ws, OLGA)
    ws.state.triggers[late].expires = ws.clock.steady() - 0.001
    await refused(api.views_open(trigger_id=late, view=modal(text_input("A", "a"))), "expired_trigger_id")


async def test_moving_the_clock_does_not_end_a_trigger(ws: Workspace, api: AsyncWebClient) -> None:
    trigger = new_trigger(ws, OLGA)
    ws.clock.move(3600)
    await api.views_open(trigger_id=trigger, view=modal(text_input("A", "a")))


async def test_a_bad_form_does_not_use_up_the_trigger(ws: Workspace, api: AsyncWebClient) -> None:
    trigger = new_trigger(ws, OLGA)
    bad = modal(text_input("A", "a"), title="x" * 25)
    body = await refused(api.views_open(trigger_id=trigger, view=bad), "invalid_arguments")
    assert body["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    without_button = modal(text_input("A", "a"))
    del without_button["submit"]
    await refused(api.views_open(trigger_id=trigger, view=without_button), "invalid_arguments")
    much = modal(text_input("A", "a"), private_metadata="x" * 3001)
    await refused(api.views_open(trigger_id=trigger, view=much), "invalid_arguments")
    await api.views_open(trigger_id=trigger, view=modal(text_input("A", "a"), private_metadata="x" * 3000))


async def test_three_forms_lie_on_each_other_at_most(ws: Workspace, api: AsyncWebClient) -> None:
    view = modal(text_input("A", "a"))
    first = (await api.views_open(trigger_id=new_trigger(ws, OLGA), view=view))["view"]
    for _ in range(2):
        pushed = (await api.views_push(trigger_id=new_trigger(ws, OLGA), view=view))["view"]
        assert pushed["root_view_id"] == first["id"]
    await refused(api.views_push(trigger_id=new_trigger(ws, OLGA), view=view), "push_limit_reached")


async def test_an_old_hash_is_refused(ws: Workspace, api: AsyncWebClient) -> None:
    view = modal(text_input("A", "a"))
    opened = (await api.views_open(trigger_id=new_trigger(ws, OLGA), view=view))["view"]
    updated = (await api.views_update(view_id=opened["id"], hash=opened["hash"], view=view))["view"]
    await refused(api.views_update(view_id=opened["id"], hash=opened["hash"], view=view), "hash_conflict")
    await api.views_update(view_id=opened["id"], hash=updated["hash"], view=view)


async def test_an_external_id_is_unique_and_finds_the_form(ws: Workspace, api: AsyncWebClient) -> None:
    view = modal(text_input("A", "a"), external_id="mine")
    await api.views_open(trigger_id=new_trigger(ws, OLGA), view=view)
    other = api.views_open(trigger_id=new_trigger(ws, "U000000OMAR"), view=view)
    await refused(other, "duplicate_external_id")
    await api.views_update(external_id="mine", view=modal(text_input("B", "b"), external_id="mine"))
    assert (await ws.person("olga").form()).labels == ["B"]
    await refused(api.views_update(external_id="other", view=view), "not_found")


async def test_home_is_published_only_where_the_manifest_has_one(ws: Workspace, api: AsyncWebClient) -> None:
    home: Json = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await api.views_publish(user_id=OLGA, view=home))["view"]
    await api.views_publish(user_id=OLGA, view=home)
    await refused(api.views_publish(user_id=OLGA, view=home, hash=first["hash"]), "hash_conflict")
    object.__setattr__(ws.manifest, "home_enabled", False)
    await refused(api.views_publish(user_id=OLGA, view=home), "not_enabled")


async def test_two_updates_at_once_leave_one_of_them(ws: Workspace, api: AsyncWebClient) -> None:
    view = modal(text_input("A", "a"))
    opened = (await api.views_open(trigger_id=new_trigger(ws, OLGA), view=view))["view"]
    both = [api.views_update(view_id=opened["id"], hash=opened["hash"], view=view) for _ in range(2)]
    answers = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
