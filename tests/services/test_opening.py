"""Opening: one commit with everything that follows from it, once however often it is sent."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy.event import listen

from escalation.case import Delivery, EventKind, Follows, NoticeKind, Status
from escalation.effects import EffectKind
from escalation.errors import InvalidInput, Refused
from escalation.obligations import Kind
from escalation.wording import name_key
from services.opening import AlreadyOpen, NewEscalation, SourceMessage, open_escalation, open_for_customer
from services.owning import acknowledge
from services.subscribing import Target, subscribe
from tests.support.clock import at, wall
from tests.support.office import (
    CARLA,
    CLEO,
    DINA,
    GONE,
    GRETA,
    OLGA,
    OMAR,
    POLICY,
    ROBOT,
    STRANGER,
    TESS,
    ULF,
    VERA,
    VICTOR,
    Office,
    kinds,
    office,
)


async def test_what_a_sev_1_leaves_behind(here: Office) -> None:
    made = await here.open("SEV-1", owner=DINA, by=OLGA, impact="Nobody can pay", revenue=120_000)
    stored = await here.escalation(made.id)
    assert (stored.reference, stored.status, stored.owner_id, stored.reporter_id) == ("ESC-1", Status.OPEN, DINA, OLGA)
    assert (stored.impact, stored.revenue, stored.owner_zone) == ("Nobody can pay", 120_000, "Europe/London")
    owed = await here.owed(made.id)
    assert {kind: wall(one.due_at) for kind, one in owed.items()} == {
        Kind.ACKNOWLEDGE: "Mon 10:15",
        Kind.PLAN: "Mon 11:00",
        Kind.UPDATE: "Mon 11:00",
        Kind.CUSTOMER_CONTACT: "Mon 10:30",
    }
    path = await here.settled(made.id, Kind.TELL_PATH)
    assert wall(path.settled_at) == "Mon 10:00"
    opened, told = await here.events(made.id)
    assert (opened.kind, opened.by, opened.values["owner"], opened.values["status"]) == (
        EventKind.OPENED, OLGA, DINA, "Open",
    )  # fmt: skip
    assert (told.kind, told.by, told.values["users"]) == (EventKind.PATH_TOLD, "", [VERA, VICTOR, TESS])


async def test_the_effects_of_opening_stand_in_the_order_of_the_design_and_need_only_the_channel(here: Office) -> None:
    await here.open("SEV-1", ticket_link="https://tickets.example/7")
    effects = await here.effects()
    assert kinds(effects) == [
        "open channel", "invite", "post card", "tell path", "tell path", "tell path", "set topic", "add bookmark",
        "send notice", "tell reporter", "announce", "pin card",
    ]  # fmt: skip
    by_kind = {one.kind: one for one in effects}
    channel = by_kind[EffectKind.OPEN_CHANNEL].id
    needs = {one.kind: one.needs for one in effects}
    assert needs[EffectKind.PIN_CARD] == [by_kind[EffectKind.POST_CARD].id]
    assert by_kind[EffectKind.TELL_PATH].needs_until is not None, "they hear of it without a link if need be"
    for kind in (
        EffectKind.TELL_PATH,
        EffectKind.INVITE,
        EffectKind.POST_CARD,
        EffectKind.SET_TOPIC,
        EffectKind.ADD_BOOKMARK,
    ):
        assert needs[kind] == [channel]
    assert by_kind[EffectKind.INVITE].data["users"] == [DINA, OLGA, VERA, VICTOR, TESS]


async def test_the_owners_message_waits_for_the_channel_only_for_a_moment(here: Office) -> None:
    made = await here.open()
    (notice,) = await here.notices(made.id)
    assert (notice.audience, notice.kind) == (DINA, NoticeKind.ASSIGNMENT)
    (sent,) = await here.effects(EffectKind.SEND_NOTICE)
    assert (sent.subject_id, notice.effect_id, sent.needs_until) == (
        notice.id, sent.id, here.clock.now() + timedelta(seconds=3),
    )  # fmt: skip


async def test_a_lesser_severity_is_announced_to_nobody_and_ranks_later(desk: Office) -> None:
    await desk.open("SEV-3", owner=CARLA, by=CARLA)
    effects = await desk.effects()
    assert kinds(effects) == ["open channel", "invite", "post card", "set topic", "send notice", "pin card"]
    assert {one.rank_at for one in effects} == {desk.clock.now() + timedelta(seconds=40)}


async def test_a_confidential_one_is_private_and_never_announced(desk: Office) -> None:
    made = await desk.open("SEV-1", confidential=True)
    assert (made.private, made.confidential) == (True, True)
    assert await desk.effects(EffectKind.ANNOUNCE) == []


async def test_the_escalated_message_stands_on_the_timeline(desk: Office) -> None:
    made = await desk.open(source=SourceMessage("All is lost\nsince nine", "U0CUST", "https://slack.example/p1"))
    noted = await desk.event(made.id, EventKind.NOTED)
    assert noted.values == {"text": "All is lost\nsince nine", "author": "U0CUST", "link": "https://slack.example/p1"}


async def test_the_same_form_twice_opens_one(here: Office) -> None:
    first = await here.open(key="view 1", customer_name="Acme")
    before = await here.mark()
    again = await here.open(key="view 1", customer_name="Acme")
    assert (again.id, again.number) == (first.id, first.number)
    assert await here.effects(after=before) == []


async def test_the_same_form_delivered_five_times_at_once_opens_one(here: Office) -> None:
    request = NewEscalation("SEV-1", "Down", DINA, customer_name="Acme")
    found = await asyncio.gather(*(open_escalation(here.beside(), request, OLGA, "view 1") for _ in range(5)))
    assert {one.number for one in found} == {1}
    assert len(await here.effects(EffectKind.OPEN_CHANNEL)) == 1


async def test_twenty_forms_at_once_get_twenty_references(here: Office) -> None:
    found = await asyncio.gather(*(here.open("SEV-4", owner=CARLA) for _ in range(20)))
    assert sorted(one.number for one in found) == list(range(1, 21))


async def test_a_new_customer_named_by_two_forms_at_once_is_one_customer(here: Office) -> None:
    forms = [NewEscalation("SEV-4", "Slow", CARLA, customer_name=name) for name in ("Acme  GmbH", "ACME gmbh")]
    found = await asyncio.gather(
        *(
            open_escalation(here.clarion, form, OLGA, name_key(form.customer_name) + str(n))
            for n, form in enumerate(forms)
        ),
        return_exceptions=True,
    )
    shown = [one for one in found if isinstance(one, AlreadyOpen)]
    assert len(shown) == 1
    assert shown[0].existing[0].customer.casefold() == "acme gmbh"


async def test_a_customer_with_an_open_one_is_shown_it_first_and_then_gets_another(here: Office) -> None:
    first = await here.open("SEV-4", owner=CARLA, customer_name="Acme")
    with pytest.raises(AlreadyOpen, match="Acme has an open escalation already") as shown:
        await here.open("SEV-4", owner=CARLA, customer_name="acme ")
    assert [one.id for one in shown.value.existing] == [first.id]
    request = NewEscalation("SEV-4", "Another", CARLA, customer_id=first.customer_id)
    second = await open_escalation(here.clarion, request, OLGA, "view 9", shown=[first.id])
    assert (second.number, second.customer_id) == (2, first.customer_id)


async def test_an_open_one_that_the_person_may_not_know_of_is_not_shown(desk: Office) -> None:
    hidden = await desk.open("SEV-1", owner=DINA, by=OLGA, customer_name="Acme", confidential=True)
    assert (await desk.open("SEV-4", owner=CARLA, by=ULF, customer_name="Acme")).number == 2
    async with desk.database.read() as session:
        for user, sees in [(DINA, True), (OLGA, True), (CLEO, False)]:
            found = await open_for_customer(desk.clarion, session, hidden.customer_id, user)
            assert (hidden.id in [one.id for one in found]) is sees


async def test_a_refused_form_uses_up_no_reference_and_no_key(desk: Office) -> None:
    with pytest.raises(InvalidInput):
        await desk.open("SEV-1", owner=CARLA, key="view 1")
    assert (await desk.open("SEV-1", owner=DINA, key="view 1")).number == 1


WRONG = [
    ({"owner": CARLA}, "owner", "Carla's rank does not allow owning a SEV-1"),
    ({"owner": GRETA}, "owner", "Greta is a guest"),
    ({"owner": ROBOT}, "owner", "Robot is an app"),
    ({"owner": STRANGER}, "owner", "Stranger belongs to another organisation"),
    ({"owner": GONE}, "owner", "Gone has been deactivated"),
    ({"owner": "U0NOBODY"}, "owner", "is not in this workspace"),
    ({"severity": "SEV-9"}, "severity", "not in the policy"),
    ({"customer_name": " "}, "customer", "1 to 75 characters"),
    ({"customer_name": "x" * 76}, "customer", "1 to 75 characters"),
    ({"customer_id": 77}, "customer", "does not exist any more"),
]


@pytest.mark.parametrize(("fields", "field", "sentence"), WRONG)
async def test_what_is_wrong_is_said_at_its_field(
    desk: Office, fields: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence) as wrong:
        await desk.open(**fields)  # type: ignore[arg-type]
    assert wrong.value.field == field
    assert await desk.effects() == []


@pytest.mark.parametrize("outsider", [GRETA, ROBOT, STRANGER, GONE, "U0NOBODY"])
async def test_outsiders_open_nothing(desk: Office, outsider: str) -> None:
    with pytest.raises(Refused, match="Guests, bots and people of other organisations cannot use Clarion"):
        await desk.open(by=outsider)


async def test_a_fresh_installation_works_before_anybody_has_written_a_policy(migrated_sqlite_url: str) -> None:
    async with office(migrated_sqlite_url, at("Mon 10:00"), policy="") as fresh:
        made = await fresh.open("SEV-1", owner=ULF, by=ULF)
        assert await fresh.effects(EffectKind.TELL_PATH) == []
        await fresh.pass_by(minutes=40)
        assert {one.audience for one in await fresh.notices(made.id)} == {ULF, "channel"}


async def test_those_who_follow_hear_once_and_not_twice(desk: Office) -> None:
    first = await desk.open("SEV-4", owner=CARLA, customer_name="Acme")
    for user, way in (
        (ULF, Delivery.DIRECT),
        (VERA, Delivery.DIRECT),
        (CLEO, Delivery.CHANNEL),
        (OLGA, Delivery.DIRECT),
    ):
        targets = [Target(Follows.SEVERITY, "SEV-1"), Target(Follows.CUSTOMER, str(first.customer_id))]
        await subscribe(desk.clarion, user, None, targets, way)
    before = await desk.mark()
    request = NewEscalation("SEV-1", "Down", DINA, customer_id=first.customer_id)
    await open_escalation(desk.clarion, request, OLGA, "view 2", shown=[first.id])
    told = [one.data["user"] for one in await desk.effects(EffectKind.TELL_PATH, after=before)]
    assert sorted(told) == sorted([VERA, VICTOR, TESS, ULF])
    (invite,) = await desk.effects(EffectKind.INVITE, after=before)
    assert invite.data["users"] == [DINA, OLGA, VERA, VICTOR, TESS, CLEO]


async def test_the_owner_lives_in_their_own_zone_or_in_the_policys(migrated_sqlite_url: str) -> None:
    policy = POLICY.replace(f"vp_engineering: [{VICTOR}]", f"vp_engineering: []\n  cs_lead: [{VICTOR}]")
    async with office(
        migrated_sqlite_url, at("Mon 16:00"), policy.replace("senior_csm: [", f"senior_csm: [{VICTOR}, ")
    ) as here:
        made = await here.open("SEV-2", owner=VICTOR)
        assert made.owner_zone == "America/New_York"
        assert wall((await here.owed(made.id))[Kind.UPDATE].due_at) == "Mon 20:00"


async def test_everything_of_the_form_is_kept(here: Office) -> None:
    made = await here.open(
        "SEV-2", owner=OMAR, tried="Restarts", renewal_on=date(2026, 9, 1), ticket_link="https://t.example/1", revenue=5_000_000_000,
    )  # fmt: skip
    stored = await here.escalation(made.id)
    assert (stored.tried, stored.renewal_on, stored.ticket_link, stored.revenue) == (
        "Restarts", date(2026, 9, 1), "https://t.example/1", 5_000_000_000,
    )  # fmt: skip


async def test_an_opening_and_an_acknowledgement_take_few_statements(desk: Office) -> None:
    """What fifty people who press at once wait for is the statements of those before them."""
    said: list[str] = []
    await acknowledge(desk.clarion, (await desk.open()).id, DINA, "first")  # reads the roster, which is kept
    listen(desk.database.engine.sync_engine, "before_cursor_execute", lambda *call: said.append(call[2]))
    case = await desk.open()
    opening = len(said)
    await acknowledge(desk.clarion, case.id, DINA, "second")
    acknowledging = len(said) - opening
    assert (opening <= 15, acknowledging <= 14) == (True, True), said
